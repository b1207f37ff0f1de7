"""Overdue tasks of a year by the office that has to do them: counted and listed alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from engine.model.base import table_of
from engine.model.tasks import UserTask
from engine.model.timers import LadderRung
from engine.uow import UnitOfWork
from ledger.yearmap.members import CAMPAIGN, INSTANCE, NOW, OFFICE, PAGE, Offices

TASK, RUNG = table_of(UserTask), table_of(LadderRung)
SQUARES = ("department", "town")


@dataclass(frozen=True)
class Square:
    """An office with its overdue tasks. oldest: when the first of them was due."""

    id: int
    name: str
    number: int
    oldest: datetime | None


@dataclass(frozen=True)
class Told:
    """The last reminder or escalation that was sent about an office's overdue tasks."""

    at: datetime
    kind: str
    recipients: Sequence[dict[str, Any]]


def squares(uow: UnitOfWork, year: int, offices: Offices) -> list[Square]:
    """Return the departments of a year by code, and every other office where something is overdue."""
    late = _late(year, offices).subquery()
    by_office = (
        select(late.c.organisation_id, func.count().label("number"), func.min(late.c.due_at).label("oldest"))
        .group_by(late.c.organisation_id)
        .subquery()
    )
    listed = OFFICE.c.kind.in_(SQUARES) & (OFFICE.c.valid_from <= date(year, 12, 31))
    listed &= or_(OFFICE.c.valid_to.is_(None), OFFICE.c.valid_to >= date(year, 1, 1))
    number = func.coalesce(by_office.c.number, 0)
    found = (
        select(OFFICE.c.id, OFFICE.c.name, number, by_office.c.oldest)
        .outerjoin(by_office, by_office.c.organisation_id == OFFICE.c.id)
        .where(or_(listed, number > 0))
        .order_by(OFFICE.c.code)
    )
    if offices is not None:
        found = found.where(OFFICE.c.id.in_(sorted(offices)))
    return [Square(*row) for row in uow.session.execute(found, {"now": uow.now()})]


def departments(uow: UnitOfWork, offices: Offices) -> Sequence[Any]:
    """Return id and name of every department, by code."""
    found = select(OFFICE.c.id, OFFICE.c.name).where(OFFICE.c.kind.in_(SQUARES)).order_by(OFFICE.c.code)
    if offices is not None:
        found = found.where(OFFICE.c.id.in_(sorted(offices)))
    return uow.session.execute(found).all()


def total(uow: UnitOfWork, year: int, offices: Offices, unit: int | None) -> int:
    """Return how many tasks are overdue, of one office or of all."""
    found = _late(year, offices, unit).subquery()
    return uow.session.scalar(select(func.count()).select_from(found), {"now": uow.now()}) or 0


def rows(uow: UnitOfWork, year: int, offices: Offices, unit: int | None, page: int) -> Sequence[Row[Any]]:
    """Return a page of overdue tasks, the oldest first."""
    late = _late(year, offices, unit).subquery()
    listed = (
        select(late, INSTANCE.c.title, INSTANCE.c.subject_code, OFFICE.c.name.label("office"))
        .join(INSTANCE, INSTANCE.c.id == late.c.instance_id)
        .outerjoin(OFFICE, OFFICE.c.id == late.c.organisation_id)
        .order_by(late.c.due_at, OFFICE.c.code, late.c.id)
    )
    return uow.session.execute(listed.limit(PAGE).offset((page - 1) * PAGE), {"now": uow.now()}).all()


def told(uow: UnitOfWork, year: int, units: Sequence[int]) -> dict[int, Told]:
    """Return what was sent last about the overdue tasks of each of these offices."""
    late = _late(year, frozenset(units)).subquery()
    sent = (
        select(late.c.organisation_id, RUNG.c.ended_at, RUNG.c.kind, RUNG.c.recipients)
        .join(RUNG, (RUNG.c.task_id == late.c.id) & (RUNG.c.status == "sent"))
        .ext(distinct_on(late.c.organisation_id))
        .order_by(late.c.organisation_id, RUNG.c.ended_at.desc(), RUNG.c.id.desc())
    )
    return {row[0]: Told(*row[1:]) for row in uow.session.execute(sent, {"now": uow.now()})}


def _late(year: int, offices: Offices, unit: int | None = None) -> Select[Any]:
    shown = ("id", "instance_id", "organisation_id", "stage", "name", "role", "assignee_name", "due_at")
    of_year = select(CAMPAIGN.c.id).where(CAMPAIGN.c.year == year)
    found = select(*(TASK.c[name] for name in shown)).where(
        TASK.c.status == "open", TASK.c.due_at < NOW, TASK.c.campaign_id.in_(of_year)
    )
    if unit is not None:
        found = found.where(TASK.c.organisation_id == unit)
    return found if offices is None else found.where(TASK.c.organisation_id.in_(sorted(offices)))
