"""Who sits before the screen: account → person, roles in force today, jurisdiction. The one place for scope."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import aliased

from engine.access import Actor
from engine.calendar.local_time import local_date
from engine.scope import EVERYWHERE, Scope
from engine.uow import UnitOfWork
from host.model.accounts import Account, AccountDuty
from host.web.permissions import AT_WORK, Permission, granted
from host.web.scoping import scope_of, scope_over
from ledger.model.register import Jurisdiction, Organisation, Person, RoleAssignment
from ledger.model.substituting import Substitution
from ledger.standing_in import StandIn, in_force


@dataclass(frozen=True)
class Acting:
    """A signed-in person. roles and places are those of `actor`; jurisdiction is the outer wall of every query.

    actor: whoever is named in the records: the person, or, while he acts in another's place, "X 代 Y".
    own: the person himself, always. stand_ins: in whose place he may act today. must_change: his password first.
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

    @property
    def reading(self) -> Scope:
        """What policies and definitions are read under: an administrator belongs to no jurisdiction and reads all."""
        return EVERYWHERE if self.jurisdiction_id is None else self.scope


def acting(uow: UnitOfWork, account_id: int, behalf_of_id: int | None = None) -> Acting | None:
    """Return who acts under an account; None if it is gone or disabled.

    behalf_of_id: in whose place he chose to act; as himself if he may not, or no longer.
    """
    today = local_date(uow.now())
    row = uow.session.execute(
        select(Account, AccountDuty.duty, Organisation.name, Jurisdiction.id, Jurisdiction.name)
        .add_columns(_stands_in(today), _seats(today))
        .outerjoin(AccountDuty, AccountDuty.account_id == Account.id)
        .outerjoin(Person, Person.id == Account.person_id)
        .outerjoin(Organisation, Organisation.id == Person.organisation_id)
        .outerjoin(Jurisdiction, Jurisdiction.id == Person.jurisdiction_id)
        .where(Account.id == account_id, Account.disabled_at.is_(None))
    ).first()
    if row is None:
        return None
    account, duty, organisation, jurisdiction_id, jurisdiction, stands, seats = row
    roles = frozenset((role, place) for role, place, _, _ in seats or ())
    near = ((place, kind) for _, _, place, kind in seats or ())
    own = Actor(account.person_id, account.name, roles)
    found = Acting(
        account.id,
        account.name,
        account.language,
        account.theme,
        account.keys,
        own,
        duty,
        jurisdiction_id,
        jurisdiction or "",
        organisation or "",
        scope_over({place for _, place in roles}, near, jurisdiction_id),
        granted(
            person=account.person_id is not None,
            roles=(role for role, _ in own.roles),
            duties=[duty] if duty else [],
        ),
        own,
        tuple(in_force(uow, account.person_id)) if stands and account.person_id else (),
        account.must_change,
    )
    return _in_place_of(uow, found, behalf_of_id)


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
        actor=Actor(other.person_id, other.name, other.roles).replaced_by(found.own),
        organisation=uow.session.scalar(place.where(Person.id == other.person_id)) or "",
        scope=scope_of(uow, other.roles, found.jurisdiction_id),
        permissions=AT_WORK | {Permission.SIGNED_IN},
    )


def _stands_in(today: date) -> Any:
    """Return the condition that an account's person may act in somebody's place on a day."""
    return exists().where(Substitution.substitute_id == Account.person_id, Substitution.in_force(today))


def _seats(today: date) -> Any:
    """Return the subquery of an account's roles in force, each with its organisation and those below it."""
    held, near = RoleAssignment, aliased(Organisation)
    seat = func.jsonb_build_array(held.role, held.organisation_id, near.id, near.kind)
    return (
        select(func.jsonb_agg(seat))
        .join_from(held, near, or_(near.id == held.organisation_id, near.parent_id == held.organisation_id))
        .where(held.person_id == Account.person_id, held.in_force(today))
        .scalar_subquery()
    )
