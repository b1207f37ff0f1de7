"""Whose deadlines another calendar would move: worked out once for all open tasks that are alike, nothing is written."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Text, cast, func, literal_column, select

from engine import advance, library
from engine.access import Actor
from engine.calendar.local_time import local_date
from engine.model.base import table_of
from engine.model.instances import ProcessInstance
from engine.model.tasks import UserTask
from engine.redating import foreseen
from engine.uow import UnitOfWork
from ledger.holidays.moving import Batch

INSTANCE, TASK = table_of(ProcessInstance), table_of(UserTask)
LOCAL_DAY: Final[ColumnElement[date]] = literal_column(
    "(user_task.created_at at time zone 'Asia/Shanghai')::date"
)
TELLS_THE_DAY: Final = re.compile(r"\b(today|now)\b")


@dataclass(frozen=True)
class TasksThatMove:
    """Open tasks of one name in one year's stage that would be due on another day."""

    year: int
    stage: str
    name: str
    old: date
    new: date
    tasks: int


def tasks_that_move(
    uow: UnitOfWork, jurisdiction_id: int, batches: Sequence[Batch], *, by: Actor
) -> list[TasksThatMove]:
    """Return the open tasks that publishing would give another due day, by stage and name, the earliest first."""
    of = {(one.campaign_id, one.old_hash): one for one in batches}
    alike = [one for one in _alike(uow, jurisdiction_id) if (one.campaign_id, one.parameter_hash) in of]
    groups = _joined(uow, alike)
    rows = _instances(uow, [one.task_id for one, _ in groups])
    counts: dict[tuple[int, str, str, date, date], int] = defaultdict(int)
    for one, count in groups:
        batch = of[one.campaign_id, one.parameter_hash]
        turn = advance.restored(uow, rows[one.task_id], by)
        for task, new in foreseen(turn, {UUID(one.task_id): one}, batch.days, batch.chosen):
            place = (batch.chosen.year, one.stage, task.element.name)
            counts[*place, local_date(one.due_at), local_date(new)] += count
    found = [TasksThatMove(*key, count) for key, count in counts.items()]
    return sorted(found, key=lambda one: (one.old, one.new, one.stage, one.name))


def _alike(uow: UnitOfWork, jurisdiction_id: int) -> Sequence[Row[Any]]:
    """Return one task of each kind, day it was opened, round and due moment, and how many are like it."""
    alike = (
        INSTANCE.c.campaign_id,
        INSTANCE.c.parameter_hash,
        INSTANCE.c.bundle_hash,
        TASK.c.definition_key,
        TASK.c.element_id,
        TASK.c.stage,
        TASK.c.round,
        TASK.c.due_at,
        LOCAL_DAY.label("opened_on"),
    )
    counted = (
        func.min(cast(TASK.c.id, Text)).label("task_id"),
        func.min(TASK.c.created_at).label("created_at"),
        func.count().label("tasks"),
    )
    found = select(*alike, *counted).join(INSTANCE, INSTANCE.c.id == TASK.c.instance_id)
    found = found.where(
        TASK.c.jurisdiction_id == jurisdiction_id, TASK.c.status == "open", TASK.c.due_at.is_not(None)
    )
    return uow.session.execute(found.where(INSTANCE.c.status == "active").group_by(*alike)).all()


def _joined(uow: UnitOfWork, alike: Iterable[Row[Any]]) -> list[tuple[Row[Any], int]]:
    """Join those that differ only by the day they were opened where the diagram does not ask for that day."""
    joined: dict[tuple[Any, ...], tuple[Row[Any], int]] = {}
    for one in alike:
        bundle = library.binding(uow.session, one.bundle_hash).bundle
        due = bundle.element(one.definition_key, one.element_id).due or ""
        counts = one.round > 1 or TELLS_THE_DAY.search(due)
        key = (*one[:8], one.opened_on if counts else None)
        first, count = joined.get(key, (one, 0))
        joined[key] = (first, count + one.tasks)
    return list(joined.values())


def _instances(uow: UnitOfWork, task_ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    found = select(TASK.c.id.label("task_id"), INSTANCE).join(INSTANCE, INSTANCE.c.id == TASK.c.instance_id)
    rows = uow.session.execute(found.where(TASK.c.id.in_(task_ids))).mappings()
    return {str(row["task_id"]): dict(row) for row in rows}
