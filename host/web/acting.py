"""Who sits before the screen: account → person, roles in force today, jurisdiction. The one place for scope."""

from dataclasses import dataclass

from sqlalchemy import or_, select

from engine.access import Actor
from engine.calendar.local_time import local_date
from engine.scope import Scope
from engine.uow import UnitOfWork
from host.model.accounts import Account, AccountDuty
from host.web.permissions import Permission, granted
from ledger.model.register import Jurisdiction, Organisation, Person, RoleAssignment


@dataclass(frozen=True)
class Acting:
    """A signed-in person. roles and places are those of `actor`; jurisdiction is the outer wall of every query."""

    account_id: int
    name: str
    language: str
    theme: str
    keys: bool
    actor: Actor
    duties: frozenset[str]
    jurisdiction_id: int | None
    jurisdiction: str
    organisation: str
    scope: Scope
    permissions: frozenset[Permission]


def acting(uow: UnitOfWork, account_id: int) -> Acting | None:
    """Return who acts under an account; None if it is gone or disabled."""
    row = uow.session.execute(
        select(Account, Person.organisation_id, Organisation.name, Jurisdiction.id, Jurisdiction.name)
        .outerjoin(Person, Person.id == Account.person_id)
        .outerjoin(Organisation, Organisation.id == Person.organisation_id)
        .outerjoin(Jurisdiction, Jurisdiction.id == Person.jurisdiction_id)
        .where(Account.id == account_id, Account.disabled_at.is_(None))
    ).first()
    if row is None:
        return None
    account, _, organisation, jurisdiction_id, jurisdiction = row
    roles = _roles(uow, account.person_id)
    duties = frozenset(
        uow.session.scalars(select(AccountDuty.duty).where(AccountDuty.account_id == account_id))
    )
    return Acting(
        account.id,
        account.name,
        account.language,
        account.theme,
        account.keys,
        Actor(account.person_id, account.name, roles),
        duties,
        jurisdiction_id,
        jurisdiction or "",
        organisation or "",
        _scope(uow, roles, jurisdiction_id),
        granted(person=account.person_id is not None, roles=(role for role, _ in roles), duties=duties),
    )


def _scope(uow: UnitOfWork, roles: frozenset[tuple[str, int]], jurisdiction_id: int | None) -> Scope:
    """Return what a person sees: the whole jurisdiction from the bureau, else own organisations and those below them."""
    if jurisdiction_id is None:
        return Scope(0, frozenset())
    own = {place for _, place in roles}
    near = or_(Organisation.id.in_(own), Organisation.parent_id.in_(own))
    found = uow.session.execute(select(Organisation.id, Organisation.kind).where(near)).all()
    if any(kind == "bureau" and place in own for place, kind in found):
        return Scope(jurisdiction_id)
    return Scope(jurisdiction_id, frozenset(place for place, _ in found))


def _roles(uow: UnitOfWork, person_id: int | None) -> frozenset[tuple[str, int]]:
    if person_id is None:
        return frozenset()
    today = local_date(uow.now())
    held = select(RoleAssignment.role, RoleAssignment.organisation_id).where(
        RoleAssignment.person_id == person_id,
        RoleAssignment.valid_from <= today,
        or_(RoleAssignment.valid_to.is_(None), RoleAssignment.valid_to >= today),
    )
    return frozenset((role, place) for role, place in uow.session.execute(held))
