"""Put what was thrown on its way: a row each, and a job that hands it over after the commit."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, insert, update

from engine.model.base import table_of
from engine.model.handovers import Handover
from engine.uow import UnitOfWork

HAND_OVER_JOB = "hand_over"
HANDOVER = table_of(Handover)


def send(uow: UnitOfWork, rows: Sequence[Mapping[str, Any]]) -> None:
    """Send what these rows describe (columns of `handover` but its state)."""
    if rows:
        common = {"status": "waiting", "created_at": uow.now()}
        made = insert(HANDOVER).returning(HANDOVER.c.id)
        _defer(uow, uow.session.scalars(made, [{**row, **common} for row in rows]).all())


def again(uow: UnitOfWork, which: ColumnElement[bool]) -> None:
    """Send again what was held or has failed, with all its attempts before it."""
    fresh = update(HANDOVER).where(which, HANDOVER.c.status != "waiting")
    _defer(
        uow, uow.session.scalars(fresh.values(status="waiting", attempts=0).returning(HANDOVER.c.id)).all()
    )


def _defer(uow: UnitOfWork, ids: Sequence[int]) -> None:
    for handover_id in sorted(ids):
        uow.defer(HAND_OVER_JOB, handover_id=handover_id)
