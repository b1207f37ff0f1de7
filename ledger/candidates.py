"""Who may be asked: people of the register with their roles in force, found by role or by a few letters."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select

from engine.access import Actor
from engine.calendar.local_time import local_date
from engine.errors import InvalidInput
from engine.uow import UnitOfWork
from ledger.model.register import Organisation, Person, RoleAssignment
from ledger.standing_in import roles_on

MOST = 30


@dataclass(frozen=True)
class Candidate:
    """Somebody to choose. organisation: where he works."""

    id: int
    name: str
    organisation: str


def holders(
    uow: UnitOfWork, role: str, organisation_id: int, *, but: int | None = None
) -> Sequence[Candidate]:
    """Return who holds a role at an organisation today, by name; the first `MOST`."""
    held = RoleAssignment
    found = _people(uow).join(held, held.person_id == Person.id)
    found = found.where(
        held.role == role, held.organisation_id == organisation_id, held.in_force(local_date(uow.now()))
    )
    return _candidates(uow, found.where(Person.id != (but or 0)).distinct())


def search(uow: UnitOfWork, text: str, *, but: int | None = None) -> Sequence[Candidate]:
    """Return people at work whose name or organisation contains a text, the first `MOST`; none for no text."""
    if not text.strip():
        return []
    near = or_(*(one.icontains(text.strip(), autoescape=True) for one in (Person.name, Organisation.name)))
    return _candidates(uow, _people(uow).where(near, Person.id != (but or 0)))


def actors(uow: UnitOfWork, ids: Collection[int]) -> list[Actor]:
    """Return the people with these ids and their roles in force, in the order given.

    Raises InvalidInput if one is not to be seen or has left.
    """
    known = {row.id: row.name for row in uow.session.execute(_people(uow).where(Person.id.in_(ids)))}
    one = RoleAssignment
    held = select(one.person_id, one.role, one.organisation_id)
    held = held.where(one.person_id.in_(ids), one.in_force(local_date(uow.now())))
    roles: dict[int, set[tuple[str, int]]] = {}
    for person_id, role, place in uow.session.execute(held):
        roles.setdefault(person_id, set()).add((role, place))
    if set(ids) - set(known):
        raise InvalidInput("所选的人员不在本区划的在册人员里;请重新选择。", code="person.not_found")
    return [Actor(each, known[each], frozenset(roles.get(each, ()))) for each in dict.fromkeys(ids)]


def roles_of(uow: UnitOfWork, person_id: int) -> Collection[tuple[str, int]]:
    """Return the roles a person holds today; none for who has left."""
    return roles_on(uow, person_id, local_date(uow.now()))


def _people(uow: UnitOfWork) -> Any:
    return (
        select(Person.id, Person.name, Organisation.name.label("organisation"))
        .join(Organisation, Organisation.id == Person.organisation_id)
        .where(or_(Person.left_on.is_(None), Person.left_on >= local_date(uow.now())))
    )


def _candidates(uow: UnitOfWork, found: Any) -> list[Candidate]:
    rows = uow.session.execute(found.order_by(Organisation.name, Person.name, Person.id).limit(MOST))
    return [Candidate(*row) for row in rows]
