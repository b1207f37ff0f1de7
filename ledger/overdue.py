"""What is late by now, unit by unit, for those who watch over all of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from engine.uow import UnitOfWork
from ledger.narrowing import INSTANCE, MOST, OPEN, TASK, WHOSE


@dataclass(frozen=True)
class LateUnit:
    """A unit whose matters are late: how many of them, and since when the first is."""

    name: str
    number: int
    since: datetime


def by_unit(uow: UnitOfWork) -> Sequence[LateUnit]:
    """Return the units with late tasks where the reader may look, the most first; the first `MOST` tasks count."""
    late = (
        select(TASK.c.instance_id, TASK.c.due_at)
        .where(OPEN, TASK.c.due_at < uow.now())
        .order_by(TASK.c.due_at)
        .limit(MOST)
        .subquery()
    )
    number, since = func.count(), func.min(late.c.due_at)
    found = (
        select(WHOSE.c.name, number, since)
        .join_from(late, INSTANCE, INSTANCE.c.id == late.c.instance_id)
        .join(WHOSE, WHOSE.c.id == INSTANCE.c.organisation_id)
        .group_by(WHOSE.c.name)
        .order_by(number.desc(), since, WHOSE.c.name)
    )
    return [LateUnit(*row) for row in uow.session.execute(found)]
