"""Projects as the fiscal integration system lists them: new ones are added, those nobody works on yet are changed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from engine.model.instances import ProcessInstance
from engine.uow import UnitOfWork
from ledger.model.register import Organisation, Project

COLUMNS = ("name", "organisation_id", "budget_amount", "track", "is_new", "specialised", "central_transfer")
MOST_TO_CHOOSE = 500
Meant = Callable[[str, str], str]


@dataclass(frozen=True)
class Refused:
    """A line that was not taken. kind and key: what would have to be known by another name."""

    place: int
    kind: str
    key: str
    reason: str


def take(
    uow: UnitOfWork, jurisdiction_id: int, year: int, rows: Sequence[Mapping[str, Any]], meant: Meant
) -> list[Refused]:
    """Bring a list of projects into the register; return the lines that were not taken.

    rows: project, name, organisation (codes), budget_amount in yuan, track, is_new, specialised, central_transfer.
    meant: a code as it is known here, by its kind.
    """
    offices = _offices(uow.session, jurisdiction_id)
    known = _known(uow.session, jurisdiction_id, year)
    busy = _busy(uow.session, jurisdiction_id)
    refused, new = list[Refused](), dict[str, dict[str, Any]]()
    for place, row in enumerate(rows):
        code = meant("project", row["project"])
        office = meant("organisation", row["organisation"])
        if office not in offices:
            reason = f"名册里没有编码为“{office}”的单位"
            refused.append(Refused(place, "organisation", row["organisation"], reason))
            continue
        columns = {**{name: row[name] for name in COLUMNS if name in row}, "organisation_id": offices[office]}
        before = known.get(code)
        if before is None:
            new[code] = columns
        elif any(getattr(before, name) != columns[name] for name in COLUMNS):
            if before.id in busy:
                reason = "项目已有在办或办结的事项,名称、单位、金额和类别不再随清单改动"
                refused.append(Refused(place, "project", row["project"], reason))
            else:
                uow.session.execute(update(Project).where(Project.id == before.id).values(columns))
    if new:
        common = {"jurisdiction_id": jurisdiction_id, "year": year}
        uow.session.execute(insert(Project), [common | {"code": code} | row for code, row in new.items()])
    return refused


def _offices(session: Session, jurisdiction_id: int) -> dict[str, int]:
    living = select(Organisation.code, Organisation.id).where(
        Organisation.jurisdiction_id == jurisdiction_id, Organisation.valid_to.is_(None)
    )
    return {row.code: row.id for row in session.execute(living)}


def _known(session: Session, jurisdiction_id: int, year: int) -> dict[str, Project]:
    found = select(Project).where(Project.jurisdiction_id == jurisdiction_id, Project.year == year)
    return {one.code: one for one in session.scalars(found)}


def _busy(session: Session, jurisdiction_id: int) -> set[int]:
    begun = select(ProcessInstance.subject_id).where(
        ProcessInstance.jurisdiction_id == jurisdiction_id, ProcessInstance.subject_kind == "project"
    )
    return set(session.scalars(begun.distinct()))


def to_choose(session: Session, jurisdiction_id: int, year: int) -> Sequence[Project]:
    """Return the projects of a year by code, the first `MOST_TO_CHOOSE`."""
    of_year = select(Project).where(Project.jurisdiction_id == jurisdiction_id, Project.year == year)
    return session.scalars(of_year.order_by(Project.code).limit(MOST_TO_CHOOSE)).all()
