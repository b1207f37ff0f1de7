"""Put a checked ledger into the register: organisations, people with their roles, projects. Not the outcomes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from engine.errors import InvalidInput
from engine.events import Event
from engine.uow import UnitOfWork
from ledger.importing.errors import LedgerAlreadyImported
from ledger.importing.ledger_file import LedgerFile
from ledger.importing.organisations import AGENCY, BUREAU, GOVERNMENT, parties_of
from ledger.importing.people import staff_of
from ledger.importing.project_rows import project_rows
from ledger.model.register import Jurisdiction, Organisation, Person, Project, RoleAssignment

Added = list[tuple[int, str, str]]
"""(id, kind, code) of the organisations that were not there before."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import registered; ids by the code or id of the ledger, agencies by `agency_id`."""

    jurisdiction_id: int
    organisations: Mapping[str, int]
    projects: Mapping[str, int]
    people: int

    @property
    def bureau_id(self) -> int:
        """Return the finance bureau's organisation id."""
        return self.organisations[BUREAU]

    def agency_id(self, firm: str | None = None) -> int:
        """Return the organisation id of a named firm, or of the agency that always exists."""
        return self.organisations.get(f"{AGENCY}/{firm}", self.organisations[AGENCY])


def import_ledger(
    uow: UnitOfWork, ledger: LedgerFile, jurisdiction_code: str, jurisdiction_name: str, year: int
) -> Imported:
    """Register everybody and every project of `ledger`, of whichever track, in the caller's transaction.

    Organisations that exist already, by their code, keep their name and people: a second year adds what is new.
    Raises InvalidInput if the ledger is of another year; LedgerAlreadyImported if one of its projects is there.
    """
    if ledger.year != year:
        raise InvalidInput(
            f"台账是 {ledger.year} 年度的，而要导入的是 {year} 年度；请选择 {year} 年度的台账。",
            code="ledger.year_mismatch",
        )
    session = uow.session
    jurisdiction_id = _jurisdiction(session, jurisdiction_code, jurisdiction_name)
    _require_new(session, jurisdiction_id, ledger)
    since = date(year - 1, 1, 1)  # ex-ante evaluation runs in the year before
    organisations, added = _organisations(session, jurisdiction_id, ledger, since)
    people = _people(session, jurisdiction_id, added, since)
    projects = _projects(session, jurisdiction_id, ledger, organisations)
    counts = {"year": year, "organisations": len(added), "people": people, "projects": len(projects)}
    uow.record(Event("ledger.imported", data={"jurisdiction": jurisdiction_code, **counts}))
    uow.audit("ledger.import", subject=f"{jurisdiction_code}/{year}", data=counts)
    return Imported(jurisdiction_id, organisations, projects, people)


def _jurisdiction(session: Session, code: str, name: str) -> int:
    found = session.scalar(select(Jurisdiction.id).where(Jurisdiction.code == code))
    if found is not None:
        return found
    return session.scalars(
        insert(Jurisdiction).returning(Jurisdiction.id), {"code": code, "name": name}
    ).one()


def _require_new(session: Session, jurisdiction_id: int, ledger: LedgerFile) -> None:
    known = select(Project.code).where(
        Project.jurisdiction_id == jurisdiction_id, Project.year == ledger.year
    )
    again = sorted({columns["code"] for _, columns in project_rows(ledger)} & set(session.scalars(known)))
    if again:
        raise LedgerAlreadyImported(
            f"{ledger.year} 年度的项目 {again[0]} 等 {len(again)} 个已经导入过；请换一个区划或年度。",
            year=ledger.year,
            count=len(again),
        )


def _organisations(
    session: Session, jurisdiction_id: int, ledger: LedgerFile, since: date
) -> tuple[dict[str, int], Added]:
    """Register the organisations that are new; return the ids of all by code, and the added ones."""
    known = select(Organisation.code, Organisation.id).where(Organisation.jurisdiction_id == jurisdiction_id)
    ids: dict[str, int] = {code: number for code, number in session.execute(known)}  # noqa: C416 (rows, not pairs)
    common = {"jurisdiction_id": jurisdiction_id, "valid_from": since, "valid_to": None, "parent_id": None}
    new = [
        common | {"code": party.code, "name": party.name, "kind": party.kind}
        for party in parties_of(ledger)
        if party.code not in ids
    ]
    if not new:
        return ids, []
    statement = insert(Organisation).returning(Organisation.id, Organisation.kind, Organisation.code)
    added = [(number, kind, code) for number, kind, code in session.execute(statement, new)]
    ids |= {code: number for number, _, code in added}
    _put_under(
        session, ids[GOVERNMENT], [number for number, kind, _ in added if kind in ("bureau", "department")]
    )
    return ids, added


def _put_under(session: Session, parent_id: int, children: list[int]) -> None:
    session.execute(
        update(Organisation).where(Organisation.id.in_(children)).values(parent_id=parent_id),
        execution_options={"synchronize_session": False},
    )


def _people(session: Session, jurisdiction_id: int, added: Added, since: date) -> int:
    staff = [(number, role, name) for number, kind, code in added for role, name in staff_of(kind, code)]
    if not staff:
        return 0
    people = [
        {"jurisdiction_id": jurisdiction_id, "organisation_id": number, "name": name}
        for number, _, name in staff
    ]
    ids = session.scalars(insert(Person).returning(Person.id, sort_by_parameter_order=True), people).all()
    roles = [
        {
            "person_id": person_id,
            "role": role,
            "organisation_id": number,
            "valid_from": since,
            "valid_to": None,
        }
        for person_id, (number, role, _) in zip(ids, staff, strict=True)
    ]
    session.execute(insert(RoleAssignment), roles)
    return len(people)


def _projects(
    session: Session, jurisdiction_id: int, ledger: LedgerFile, organisations: Mapping[str, int]
) -> dict[str, int]:
    rows = [
        columns
        | {
            "jurisdiction_id": jurisdiction_id,
            "year": ledger.year,
            "organisation_id": organisations[department],
        }
        for department, columns in project_rows(ledger)
    ]
    if not rows:
        return {}
    found = session.execute(insert(Project).returning(Project.code, Project.id), rows)
    return {code: number for code, number in found}  # noqa: C416 (rows, not pairs)
