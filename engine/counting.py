"""Timers that count from the day their task is due: told that day when it is known, and each day it moves to."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine.bpmn.nodes.timing import TASK_DUE
from engine.calendar.local_time import local_date
from engine.model.tasks import UserTask
from engine.turn import Turn


def count(turn: Turn) -> None:
    """Tell the timers that do not know the day of their task that day; without one they never fire, nor on a task that
    opens when its day is over, as reminders do."""
    now = turn.hands.uow.now()
    fresh = {row["id"]: row["due_at"] for row in turn.changes.new.get("tasks", ())}

    def day_of(task_id: UUID) -> datetime | None:
        if task_id in fresh:
            known: datetime | None = fresh[task_id]
            return None if known is None or known < now else known
        return turn.hands.uow.session.scalar(select(UserTask.due_at).where(UserTask.id == task_id))

    turn.run.count(lambda task_id, source, data: _evaluated(turn, source, data, day_of(task_id)))


def recount(turn: Turn, moved: Mapping[UUID, datetime]) -> None:
    """Work out anew the timers that count from due days, of all open tasks. moved: due moments not written yet."""
    standing = select(UserTask.id, UserTask.due_at)
    mine = standing.where(UserTask.instance_id == turn.instance_id, UserTask.status == "open")
    rows = turn.hands.uow.session.execute(mine)
    days = {row.id: row.due_at for row in rows} | dict(moved)
    turn.run.count(lambda task_id, source, data: _evaluated(turn, source, data, days[task_id]), days)


def _evaluated(turn: Turn, source: str, data: Mapping[str, Any], due_at: datetime | None) -> Any:
    day = None if due_at is None else local_date(due_at)
    return turn.evaluate(source, {**data, TASK_DUE: day})
