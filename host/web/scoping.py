"""What somebody sees, from the roles he holds."""

from collections.abc import Collection, Iterable

from sqlalchemy import or_, select

from engine.scope import Scope
from engine.uow import UnitOfWork
from ledger.model.register import Organisation


def scope_of(uow: UnitOfWork, roles: frozenset[tuple[str, int]], jurisdiction_id: int | None) -> Scope:
    """Return what a person sees: the whole jurisdiction from the bureau, else own organisations and those below them."""
    if jurisdiction_id is None:
        return Scope(0, frozenset())
    own = {place for _, place in roles}
    near = or_(Organisation.id.in_(own), Organisation.parent_id.in_(own))
    found = uow.session.execute(select(Organisation.id, Organisation.kind).where(near)).all()
    return scope_over(own, ((place, kind) for place, kind in found), jurisdiction_id)


def scope_over(own: Collection[int], near: Iterable[tuple[int, str]], jurisdiction_id: int | None) -> Scope:
    """Return what is seen from one's own organisations. near: they and those below them, with their kinds."""
    if jurisdiction_id is None:
        return Scope(0, frozenset())
    known = dict(near)
    if any(known.get(place) == "bureau" for place in own):
        return Scope(jurisdiction_id)
    return Scope(jurisdiction_id, frozenset(known))
