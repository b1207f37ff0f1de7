"""Who sits before the screen: account → person, roles in force today, jurisdiction. The one place for scope."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased

from engine.access import Actor
from engine.calendar.local_time import local_date
from engine.model.base import table_of
from engine.scope import EVERYWHERE, Scope
from engine.uow import UnitOfWork
from host.accounts import sessions
from host.model.accounts import Account, AccountDuty
from host.web.permissions import AT_WORK, Permission, granted
from host.web.scoping import looks_over_all, scope_of, scope_over
from ledger.messages import unread_of
from ledger.model.register import Jurisdiction, Organisation, Person, RoleAssignment
from ledger.model.substituting import Substitution
from ledger.standing_in import StandIn, in_force

ACCOUNT = table_of(Account)
SHOWN = ("id", "person_id", "name", "language", "theme", "keys", "must_change")


@dataclass(frozen=True)
class Acting:
    """A signed-in person. roles and places are those of `actor`; jurisdiction is the outer wall of every query.

    actor: whoever is named in the records: the person, or, while he acts in another's place, "X 代 Y".
    own: the person himself, always. stand_ins: in whose place he may act today. must_change: his password first.
    unread: his own messages, as far as they are counted (`ledger.messages`).
    """

    account_id: int
    name: str
    language: str
    theme: str
    keys: bool
    actor: Actor
    duty: str | None
    jurisdiction_id: int | None
    jurisdiction: str
    organisation: str
    scope: Scope
    permissions: frozenset[Permission]
    own: Actor
    stand_ins: tuple[StandIn, ...] = ()
    must_change: bool = False
    unread: int = 0

    @property
    def reading(self) -> Scope:
        """What policies and definitions are read under: an administrator belongs to no jurisdiction and reads all."""
        return EVERYWHERE if self.jurisdiction_id is None else self.scope


def acting(uow: UnitOfWork, account_id: int, behalf_of_id: int | None = None) -> Acting | None:
    """Return who acts under an account; None if it is gone or disabled.

    behalf_of_id: in whose place he chose to act; as himself if he may not, or no longer.
    """
    asked = {"today": local_date(uow.now()), "account_id": account_id}
    row = uow.session.execute(_who().where(ACCOUNT.c.id == bindparam("account_id")), asked).first()
    return None if row is None else _in_place_of(uow, _acting(uow, row), behalf_of_id)


def acting_in_session(uow: UnitOfWork, token: str) -> Acting | None:
    """Return who acts in the live session of a cookie, and note that it is used."""
    asked = {"today": local_date(uow.now()), **sessions.asked(uow, token)}
    row = uow.session.execute(_who_in_session(), asked).first()
    return None if row is None else _in_place_of(uow, _acting(uow, row), row.behalf_of_id)


def _acting(uow: UnitOfWork, row: Any) -> Acting:
    seats = row.seats or ()
    roles = frozenset((role, place) for role, place, _, _ in seats)
    near = ((place, kind) for _, _, place, kind in seats)
    own = Actor(row.person_id, row.name, roles, watches=looks_over_all(roles))
    return Acting(
        row.id,
        row.name,
        row.language,
        row.theme,
        row.keys,
        own,
        row.duty,
        row.jurisdiction_id,
        row.jurisdiction or "",
        row.organisation or "",
        scope_over(roles, near, row.jurisdiction_id),
        granted(
            person=row.person_id is not None,
            roles=(role for role, _ in own.roles),
            duties=[row.duty] if row.duty else [],
        ),
        own,
        tuple(in_force(uow, row.person_id)) if row.stands_in and row.person_id else (),
        row.must_change,
        row.unread,
    )


def with_scopes(found: Acting, scopes: Collection[str]) -> Acting:
    """Return somebody as a token of his acts: with no more than its scopes, and with no page of his own."""
    return replace(found, permissions=found.permissions & {Permission(one) for one in scopes})


def _in_place_of(uow: UnitOfWork, found: Acting, behalf_of_id: int | None) -> Acting:
    other = next((one for one in found.stand_ins if one.person_id == behalf_of_id), None)
    if other is None:
        return found
    place = select(Organisation.name).join(Person, Person.organisation_id == Organisation.id)
    return replace(
        found,
        actor=Actor(
            other.person_id, other.name, other.roles, watches=looks_over_all(other.roles)
        ).replaced_by(found.own),
        organisation=uow.session.scalar(place.where(Person.id == other.person_id)) or "",
        scope=scope_of(uow, other.roles, found.jurisdiction_id),
        permissions=AT_WORK | {Permission.SIGNED_IN},
    )


@cache
def _who() -> Select[Any]:
    """Return the statement that finds an account that is not disabled, with all that is said of its person."""
    today = bindparam("today", type_=Date)
    person, duty = table_of(Person), table_of(AccountDuty)
    office, place = table_of(Organisation), table_of(Jurisdiction)
    return (
        select(*(ACCOUNT.c[name] for name in SHOWN), duty.c.duty)
        .add_columns(office.c.name.label("organisation"), place.c.name.label("jurisdiction"))
        .add_columns(place.c.id.label("jurisdiction_id"))
        .add_columns(_stands_in(today).label("stands_in"), _seats(today).label("seats"))
        .add_columns(unread_of(ACCOUNT.c.person_id).label("unread"))
        .outerjoin(duty, duty.c.account_id == ACCOUNT.c.id)
        .outerjoin(person, person.c.id == ACCOUNT.c.person_id)
        .outerjoin(office, office.c.id == person.c.organisation_id)
        .outerjoin(place, place.c.id == person.c.jurisdiction_id)
        .where(ACCOUNT.c.disabled_at.is_(None))
    )


@cache
def _who_in_session() -> Select[Any]:
    opened = sessions.SESSION
    who = _who().join(opened, opened.c.account_id == ACCOUNT.c.id).where(*sessions.LIVE)
    return who.add_columns(opened.c.behalf_of_id).add_cte(sessions.NOTED)


def _stands_in(today: ColumnElement[date]) -> ColumnElement[bool]:
    """Return the condition that an account's person may act in somebody's place on a day."""
    mine = Substitution.substitute_id == ACCOUNT.c.person_id
    return exists().where(mine, Substitution.in_force(today))


def _seats(today: ColumnElement[date]) -> Any:
    """Return the subquery of an account's roles in force, each with its organisation and those below it."""
    held, near = RoleAssignment, aliased(Organisation)
    seat = func.jsonb_build_array(held.role, held.organisation_id, near.id, near.kind)
    return (
        select(func.jsonb_agg(seat))
        .join_from(held, near, or_(near.id == held.organisation_id, near.parent_id == held.organisation_id))
        .where(held.person_id == ACCOUNT.c.person_id, held.in_force(today))
        .scalar_subquery()
    )
