"""The ladder of reminders of the tasks of an instance, as people read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.calendar.local_time import SHANGHAI, local_date
from engine.whereabouts import Whereabouts
from host.web.day import short
from host.web.story_words import offset
from host.web.words import role_name
from host.web.words import translate as _

WHY_NOT = {
    "moment_passed": "任务到手时这一天已过",
    "task_completed": "任务已办结",
    "task_cancelled": "任务已撤下",
    "task_suspended": "事项挂起",
}
WORDS = {"sent": "已发", "planned": "计划", "skipped": "不发", "suspended": "暂停"}


@dataclass(frozen=True, slots=True)
class Rung:
    """A reminder or escalation. state: planned, sent, skipped or suspended; why: it is not sent, or might not be."""

    offset: str
    day: str
    whom: str
    state: str
    word: str
    why: str


def ladders(where: Whereabouts) -> list[tuple[Any, list[Rung]]]:
    """Return the tasks that are not over and have reminders, each with them."""
    found = []
    for task in where.live:
        rungs = [_rung(one, task) for one in where.rungs if one.task_id == task.id]
        if rungs:
            found.append((task, rungs))
    return found


def _rung(rung: Any, task: Any) -> Rung:
    at = rung.ended_at if rung.status == "sent" else rung.at
    clock = "" if rung.status in ("skipped", "suspended") else f" {at.astimezone(SHANGHAI):%H:%M}"
    why = "办结就取消" if rung.status == "planned" else WHY_NOT.get(rung.reason or "", "")
    return Rung(
        offset(rung.offset_days),
        short(local_date(rung.at)),
        "、".join(_recipient(one, task) for one in rung.recipients),
        rung.status,
        _(WORDS[rung.status]) + clock,
        _(why) if why else "",
    )


def _recipient(recipient: Mapping[str, Any], task: Any) -> str:
    role = recipient["role"]
    if role == "assignee":
        return task.assignee_name or _("{role}（待认领）", role=role_name(task.role))
    return role_name(role)
