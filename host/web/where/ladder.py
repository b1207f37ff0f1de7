"""The ladder of reminders of the tasks of an instance, as people read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.calendar.local_time import SHANGHAI, local_date
from engine.whereabouts import Whereabouts
from host.telling.reaching import Reached, reached
from host.web.context import system
from host.web.day import short
from host.web.story_words import offset
from host.web.words import role_name
from host.web.words import translate as _

WHY_NOT = {
    "moment_passed": "任务到手时这一天已过",
    "task_completed": "任务已办结",
    "task_cancelled": "任务已撤下",
    "task_suspended": "事项挂起",
    "overtaken": "没能按时发出，由后面一次代替",
    "suspended": "事项挂起时已过，由后面一次代替",  # in databases of old
}
WAYS = {"pages": "站内", "mail": "邮件", "group": "群"}
WORDS = {"sent": "已发", "planned": "计划", "skipped": "不发", "suspended": "暂停"}


@dataclass(frozen=True, slots=True)
class Rung:
    """A reminder or escalation. state: planned, sent, skipped or suspended.

    why: it is not sent, or might not be; of one that was sent, whom it reached. ways: beside the pages; said: words of
    the policy's own.
    """

    offset: str
    day: str
    whom: str
    state: str
    word: str
    why: str
    ways: str
    said: str


def ladders(where: Whereabouts, *, over: bool = False) -> list[tuple[Any, list[Rung]]]:
    """Return the tasks that have reminders, each with them: those that are not over, or those that are, the last first."""
    live = where.live
    tasks = live if not over else [one for one in reversed(where.tasks) if one not in live]
    chosen = {task.id for task in tasks}
    sent = [one.id for one in where.rungs if one.status == "sent" and one.task_id in chosen]
    with system().bihuan.look() as uow:
        whom = reached(uow, sent)
    found = []
    for task in tasks:
        rungs = [_rung(one, task, whom.get(one.id)) for one in where.rungs if one.task_id == task.id]
        if rungs:
            found.append((task, rungs))
    return found


def _rung(rung: Any, task: Any, whom: Reached | None) -> Rung:
    at = rung.ended_at if rung.status == "sent" else rung.at
    clock = "" if rung.status in ("skipped", "suspended") else f" {at.astimezone(SHANGHAI):%H:%M}"
    why = "办结就取消" if rung.status == "planned" else WHY_NOT.get(rung.reason or "", "")
    told = _outcome(whom or Reached()) if rung.status == "sent" else _(why) if why else ""
    return Rung(
        offset(rung.offset_days),
        short(local_date(rung.at)),
        "、".join(_recipient(one, task) for one in rung.recipients),
        rung.status,
        _(WORDS[rung.status]) + clock,
        told,
        _("、").join(_(WAYS[one]) for one in ("pages", *rung.channels)),
        rung.wording or "",
    )


def _outcome(whom: Reached) -> str:
    """Return whom a reminder reached, in words."""
    if not whom.people and not whom.outside:
        return _("没有人收到")
    said = [_("站内 {count} 人，{read} 人已读", count=whom.people, read=whom.read)]
    for number, words in (
        (whom.taken, "邮件和群 {count} 条送达"),
        (whom.waiting, "{count} 条待发"),
        (whom.left_out, "{count} 条不发"),
        (whom.failed, "{count} 条没发成"),
    ):
        if number:
            said.append(_(words, count=number))
    return "；".join(said)


def _recipient(recipient: Mapping[str, Any], task: Any) -> str:
    role = recipient["role"]
    if role == "assignee":
        return task.assignee_name or _("{role}（待认领）", role=role_name(task.role))
    return role_name(role)
