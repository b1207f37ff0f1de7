"""Who acts in whose place today: directly, or in a chain that each link allows (ADR 0022)."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from engine.calendar.local_time import local_date
from engine.uow import UnitOfWork
from ledger.model.register import Person, RoleAssignment
from ledger.model.substituting import Substitution

LINKS = 3
PERSONAL = frozenset({"expert"})
"""Roles that nobody has in another's place: an expert is chosen in person."""
Roles = frozenset[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class StandIn:
    """Somebody acts for a person. roles: those he may use; via: the names between them, in a chain."""

    person_id: int
    name: str
    roles: Roles
    until: date
    via: tuple[str, ...] = ()


def in_force(uow: UnitOfWork, substitute_id: int) -> list[StandIn]:
    """Return for whom somebody acts today: directly, or in a chain that each link allows."""
    found: dict[int, StandIn] = {}
    _collect(uow, substitute_id, (), found, {substitute_id})
    return list(found.values())


def _collect(
    uow: UnitOfWork,
    substitute_id: int,
    via: tuple[str, ...],
    found: dict[int, StandIn],
    seen: set[int],
) -> None:
    today, one = local_date(uow.now()), Substitution
    rows = uow.session.execute(
        select(one, Person.name)
        .join(Person, Person.id == one.person_id)
        .where(one.substitute_id == substitute_id, one.in_force(today))
        .where(one.onward if via else one.id > 0)
        .order_by(one.valid_to.desc(), one.id)
    ).all()
    for row, name in rows:
        if row.person_id in seen:
            continue
        meant = frozenset((role, place) for role, place in row.roles)
        held = frozenset(pair for pair in roles_on(uow, row.person_id, today) if pair[0] not in PERSONAL)
        roles = held & meant if meant else held
        known = found.get(row.person_id)
        both = roles | (known.roles if known else frozenset())
        found[row.person_id] = StandIn(row.person_id, name, both, row.valid_to, via)
        if not meant and len(via) + 1 < LINKS:
            _collect(uow, row.person_id, (*via, name), found, {*seen, row.person_id})


def roles_on(uow: UnitOfWork, person_id: int, day: date) -> Roles:
    """Return the roles somebody holds on a day."""
    held = RoleAssignment
    wanted = select(held.role, held.organisation_id).where(held.person_id == person_id, held.in_force(day))
    return frozenset((role, place) for role, place in uow.session.execute(wanted))
