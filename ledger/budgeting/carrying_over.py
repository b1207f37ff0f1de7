"""Take the projects of last year over into the next: those that are not there yet, with last year's budget."""

from sqlalchemy import insert, literal, select
from sqlalchemy.orm import aliased

from engine.access import Actor
from engine.errors import InvalidInput
from engine.model.base import table_of
from engine.uow import UnitOfWork
from ledger.model.register import Organisation, Project

PROJECT = table_of(Project)
KEPT = ("organisation_id", "track", "code", "name", "function_class", "central_transfer", "specialised")
AMOUNTS = ("budget_amount", "total_investment_amount")
ONCE = "pre_eval"
"""The track of new applications, which do not come again."""


def carry_over(uow: UnitOfWork, jurisdiction_id: int, year: int, *, by: Actor) -> int:
    """Carry last year's projects of units that still exist over into `year`; return how many.

    They are no longer new. A project that is there already, by its code, is left alone.
    Raises InvalidInput if last year has none.
    """
    last, there, office = aliased(PROJECT), PROJECT, table_of(Organisation)
    already = select(there.c.id).where(
        there.c.jurisdiction_id == jurisdiction_id, there.c.year == year, there.c.code == last.c.code
    )
    columns = (*KEPT, *AMOUNTS)
    chosen = (
        select(*(last.c[name] for name in columns), last.c.jurisdiction_id, literal(year), literal(False))
        .join(office, office.c.id == last.c.organisation_id)
        .where(
            last.c.jurisdiction_id == jurisdiction_id,
            last.c.year == year - 1,
            last.c.track != ONCE,
            office.c.valid_to.is_(None),
            ~already.exists(),
        )
    )
    into = insert(PROJECT).from_select([*columns, "jurisdiction_id", "year", "is_new"], chosen)
    count = len(uow.session.scalars(into.returning(PROJECT.c.id)).all())
    if not count:
        raise InvalidInput(
            f"{year - 1} 年度没有可以沿用的项目,或者都已经在 {year} 年度里;不用再沿用。",
            code="projects.none_to_carry",
        )
    uow.audit("projects.carry_over", by=by, subject=f"{jurisdiction_id}/{year}", data={"projects": count})
    return count
