"""Projects' money as the fiscal integration system tells it: fed by its calls, shown where people fill in."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from engine.model.base import table_of
from engine.uow import UnitOfWork
from ledger.model.payments import ProjectPayment
from ledger.model.register import Project
from ledger.place import Place

PAYMENT = table_of(ProjectPayment)
AMOUNTS = ("budget_amount", "adjusted_amount", "arrived_amount", "executed_amount")
MOST_AT_ONCE = 1_000


def registered(
    session: Session, jurisdiction_id: int, year: int, codes: Collection[str]
) -> dict[str, Row[str, int, int]]:
    """Return id and organisation_id of the projects of a year that have one of these codes, by code."""
    found = select(Project.code, Project.id, Project.organisation_id).where(
        Project.jurisdiction_id == jurisdiction_id, Project.year == year, Project.code.in_(codes)
    )
    return {row.code: row for row in session.execute(found)}


def feed(uow: UnitOfWork, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write what projects were paid on a day. What was sent later about the same day holds, in whatever order it comes."""
    for first in range(0, len(rows), MOST_AT_ONCE):
        given = insert(PAYMENT).values(list(rows[first : first + MOST_AT_ONCE]))
        newer = {name: given.excluded[name] for name in (*AMOUNTS, "source", "sent_at")}
        uow.session.execute(
            given.on_conflict_do_update(
                index_elements=[PAYMENT.c.project_id, PAYMENT.c.as_of],
                set_=newer,
                where=given.excluded.sent_at >= PAYMENT.c.sent_at,
            )
        )


def fed(session: Session, place: Place) -> dict[str, Any] | None:
    """Return the latest word about a project's money; None if there is none."""
    if place.subject_kind != "project":
        return None
    latest = (
        select(*(PAYMENT.c[name] for name in ("as_of", *AMOUNTS)))
        .where(PAYMENT.c.project_id == place.subject_id)
        .order_by(PAYMENT.c.as_of.desc())
        .limit(1)
    )
    row = session.execute(latest).first()
    return None if row is None else dict(row._mapping)
