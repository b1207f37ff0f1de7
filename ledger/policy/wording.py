"""Policy values as short Chinese phrases."""

from collections.abc import Callable
from typing import Any

from ledger.policy.conditions import Condition
from ledger.policy.day_rules import is_day_rule
from ledger.policy.schema import FIELDS
from ledger.policy.shapes import Share
from ledger.policy.stage_ladders import StageLadders
from ledger.policy.stage_ladders import said as ladders_said
from ledger.policy.tables import FailCap
from ledger.policy.vocabulary import condition, in_chinese

_YEARS = {-3: "前三年", -2: "前年", -1: "上年", 0: "当年", 1: "次年", 2: "第三年", 3: "第四年"}


def worded(key: str, value: Any) -> str:
    """Return `value` of policy key `key` for people."""
    if value is None:
        return phrase(value)
    if isinstance(FIELDS[key], Share):
        return percent(value)
    if isinstance(FIELDS[key], Condition):
        return condition(value)
    if value and (saying := _SAYINGS.get(key)) is not None:
        return "、".join(saying(*row) for row in value)
    if isinstance(FIELDS[key], StageLadders):
        return ladders_said(value)
    if isinstance(FIELDS[key], FailCap):
        return _fail_cap(value)
    return phrase(value)


def _band(name: str, low: float, high: float) -> str:
    return f"{name} {low:g} 至 {high:g} 分"


def _level(year: int, level: int) -> str:
    return f"自 {year} 年度起为 {level} 级" if year else f"起初为 {level} 级"


def _fail_cap(cap: dict[str, Any]) -> str:
    grades = "、".join(cap["forbidden_grades"])
    rectified = "没有整改的" if cap["and_not_rectified"] else "的"
    return f"连续 {cap['consecutive_failures']} 次不合格{rectified},不得评为{grades},最高为{cap['cap_grade']}"


_SAYINGS: dict[str, Callable[..., str]] = {
    "grading.bands": _band,
    "pre_eval.conclusion_bands": _band,
    "taxonomy.cost_level_by_budget_year": _level,
    "scoring.exec_rate_alternative_steps": lambda share, points: (
        f"执行率达到 {percent(share)} 得 {points:g} 分"
    ),
    "scoring.overshoot_deduct_if_target_too_low": lambda most, share: (
        f"超出不过 {percent(most)} 扣 {percent(share)}"
    ),
    "scoring.qualitative_tiers": lambda name, low, high: f"{name}得 {percent(low)} 至 {percent(high)}",
    "calendar.escalation_recipients": lambda *people: "和".join(in_chinese(one) for one in people),
}


def percent(share: float) -> str:
    """Return a share as a percentage without superfluous zeros."""
    return f"{round(share * 100, 6):g}%"


def phrase(value: Any) -> str:
    """Return any policy value for people, without knowing its key."""
    if value is None:
        return "未规定"
    if isinstance(value, bool):
        return "是" if value else "否"
    if is_day_rule(value):
        return f"{_YEARS[value['year_offset']]} {value['month']} 月 {value['day']} 日"
    if isinstance(value, dict) and "rule" in value:
        return _submit(value)
    if isinstance(value, dict) and set(value) == {"month_of_budget_year"}:
        return f"当年 {value['month_of_budget_year']} 月底"
    if isinstance(value, dict):
        return ";".join(f"{in_chinese(name)}:{phrase(part)}" for name, part in value.items()) or "无"
    if isinstance(value, list):
        return "、".join(_cell(part) for part in value) or "无"
    return in_chinese(str(value))


def _cell(value: Any) -> str:
    return "[" + ", ".join(phrase(part) for part in value) + "]" if isinstance(value, list) else phrase(value)


def _submit(rule: dict[str, Any]) -> str:
    if rule["rule"] == "day_of_next_month":
        return f"节点次月 {rule['day']} 日前"
    if rule["rule"] == "workdays_after":
        return f"节点后 {rule['days']} 个工作日内"
    return phrase(rule["date"]) + "前"
