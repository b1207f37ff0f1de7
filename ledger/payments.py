"""Projects' money as the fiscal integration system or a file tells it, shown where people fill in."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, and_, case, func, or_, select, true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from engine.model.base import table_of
from engine.uow import UnitOfWork
from ledger.model.payments import ProjectPayment
from ledger.model.register import Project
from ledger.place import Place

PAYMENT, PROJECT = table_of(ProjectPayment), table_of(Project)
AMOUNTS = ("budget_amount", "adjusted_amount", "arrived_amount", "executed_amount")


def registered(
    session: Session, jurisdiction_id: int, year: int, codes: Collection[str]
) -> dict[str, Row[str, int, int]]:
    """Return id and organisation_id of the projects of a year that have one of these codes, by code."""
    found = select(Project.code, Project.id, Project.organisation_id).where(
        Project.jurisdiction_id == jurisdiction_id, Project.year == year, Project.code.in_(codes)
    )
    return {row.code: row for row in session.execute(found)}


def of_year(session: Session, jurisdiction_id: int, year: int) -> dict[str, Row[Any]]:
    """Return the projects of a year by code."""
    mine = select(PROJECT).where(PROJECT.c.jurisdiction_id == jurisdiction_id, PROJECT.c.year == year)
    return {row.code: row for row in session.execute(mine)}


def feed(uow: UnitOfWork, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write what projects were paid on a day. What was sent later about the same day holds, in whatever order it comes."""
    if not rows:
        return
    given = insert(PAYMENT)
    newer = given.on_conflict_do_update(
        index_elements=[PAYMENT.c.project_id, PAYMENT.c.as_of],
        set_={name: given.excluded[name] for name in (*AMOUNTS, "source", "sent_at")},
        where=given.excluded.sent_at >= PAYMENT.c.sent_at,
    )
    uow.session.connection().execute(newer, rows)


def standing(session: Session, project_id: int) -> Any:
    """Return a row of a project's budgets and the latest word about its money; what is not known is null.

    The adjusted budget is that which was told last, by the register or with the payments.
    """
    latest = (
        select(PAYMENT)
        .where(PAYMENT.c.project_id == PROJECT.c.id)
        .order_by(PAYMENT.c.as_of.desc())
        .limit(1)
        .lateral("latest")
    )
    own = and_(
        PROJECT.c.adjusted_at.is_not(None),
        or_(latest.c.adjusted_amount.is_(None), PROJECT.c.adjusted_at > latest.c.sent_at),
    )
    found = select(
        latest.c.as_of,
        func.coalesce(latest.c.budget_amount, PROJECT.c.budget_amount).label("budget_amount"),
        case((own, PROJECT.c.adjusted_amount), else_=latest.c.adjusted_amount).label("adjusted_amount"),
        case((own, PROJECT.c.adjusted_basis)).label("adjusted_basis"),
        latest.c.arrived_amount,
        latest.c.executed_amount,
        latest.c.source,
    )
    joined = found.select_from(PROJECT).outerjoin(latest, true())
    return session.execute(joined.where(PROJECT.c.id == project_id)).first()


def fed(session: Session, place: Place) -> dict[str, Any] | None:
    """Return the latest word about a project's money; None if there is none."""
    row = standing(session, place.subject_id) if place.subject_kind == "project" else None
    if row is None or (row.as_of is None and row.adjusted_amount is None):
        return None
    return {name: getattr(row, name) for name in ("as_of", *AMOUNTS)}
