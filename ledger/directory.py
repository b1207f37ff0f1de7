"""Names out of the register: organisations, who holds a role, what a review is about."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select, tuple_

from engine.uow import UnitOfWork
from ledger.model.register import Organisation, Person, Project, RoleAssignment

FEW = 8

Seat = tuple[str, int]


def organisations(uow: UnitOfWork, ids: Collection[int]) -> Mapping[int, str]:
    """Return names by id."""
    found = select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids))
    return {row.id: row.name for row in uow.session.execute(found)}


def holders(uow: UnitOfWork, seats: Collection[Seat], on: date) -> Mapping[Seat, list[str]]:
    """Return who holds each (role, organisation) on a day, by name."""
    held = RoleAssignment
    found = (
        select(held.role, held.organisation_id, Person.name)
        .join(Person, Person.id == held.person_id)
        .where(tuple_(held.role, held.organisation_id).in_(sorted(seats)))
        .where(held.in_force(on))
        .order_by(Person.id)
    )
    names: dict[Seat, list[str]] = {}
    for role, place, name in uow.session.execute(found):
        names.setdefault((role, place), []).append(name)
    return names


def named(uow: UnitOfWork, text: str, among: frozenset[int] | None) -> Sequence[Any]:
    """Return id and name of the departments whose name holds a text, by code; a few at most."""
    found = select(Organisation.id, Organisation.name).where(
        Organisation.name.icontains(text, autoescape=True), Organisation.kind.in_(("department", "town"))
    )
    if among is not None:
        found = found.where(Organisation.id.in_(sorted(among)))
    return uow.session.execute(found.order_by(Organisation.code).limit(FEW)).all()


def project(uow: UnitOfWork, project_id: int) -> Any:
    """Return name, code, year and budget of a project; None if it is not there."""
    columns = (Project.name, Project.code, Project.year, Project.budget_amount)
    return uow.session.execute(select(*columns).where(Project.id == project_id)).first()
