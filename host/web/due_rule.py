"""Why a task is due when it is: the words for what the diagram and the policy of its year say."""

import re

from engine.bpmn.element import Element
from engine.parameters import Parameters
from host.web.words import translate as _
from ledger.policies_in_force import at
from ledger.policy.stage_dates import deadline_keys

_DATE = re.compile(r"dates\.(\w+)\.(\w+)")
_SPAN = re.compile(r"workdays_after\(today, (?:(\d+)|policy\.([\w.]+)|[^,]+)\)")
_AFTER = re.compile(r"workdays_after\(.+, (\d+)\)")
_OWN_SOURCES = ("N", "S", "E")


def due_rule(element: Element, parameters: Parameters, times: int) -> str:
    """Return the rule of a due date in words, with the ids of the policy's rules; "" if the step has no deadline.

    times: the round; from the second on the days after a return hold.
    """
    source = element.due or ""
    if not source:
        return ""
    if times > 1:
        return _("原期限再加 {days} 个工作日；原期限已过的，从退回当天算起", days=parameters.return_days)
    span = _SPAN.fullmatch(source)
    if span:
        days = span[1] or (at(parameters.policy, span[2]) if span[2] else None)
        return _("收到后 {days} 个工作日", days=days) if days else _("收到后若干个工作日，办理时算出")
    stated = _DATE.fullmatch(source)
    if stated:
        return _stated(parameters, stated[1], stated[2])
    after = _AFTER.fullmatch(source)
    if after:
        return _("上一期限后 {days} 个工作日", days=int(after[1]))
    return _("本轮统一安排的期限")


def _stated(parameters: Parameters, stage: str, name: str) -> str:
    rule, fallback = deadline_keys(stage, name)
    key = rule if rule and at(parameters.policy, rule) is not None else fallback
    rules = parameters.body.get("provenance", {}).get(key, ())
    ids = "、".join(one for one in rules if one not in _OWN_SOURCES)
    return _("年度安排（{rules}）", rules=ids) if ids else _("年度安排")
