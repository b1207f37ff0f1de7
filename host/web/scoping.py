"""What somebody sees, from the roles he holds."""

from collections.abc import Collection, Iterable
from typing import Final

from sqlalchemy import or_, select

from engine.scope import Scope
from engine.uow import UnitOfWork
from ledger.model.register import Organisation
from ledger.roles import ONLY_WATCHING

SEEING_ALL: Final = frozenset({"bureau", "government"})
"""Kinds of organisations whose people see the whole jurisdiction."""


def scope_of(uow: UnitOfWork, roles: frozenset[tuple[str, int]], jurisdiction_id: int | None) -> Scope:
    """Return what a person sees: the whole jurisdiction from the bureau, from the government above it and as the leading
    group, which watches over all of it; else own organisations and those below them.
    """
    if jurisdiction_id is None:
        return Scope(0, frozenset())
    own = {place for _, place in roles}
    near = or_(Organisation.id.in_(own), Organisation.parent_id.in_(own))
    found = uow.session.execute(select(Organisation.id, Organisation.kind).where(near)).all()
    return scope_over(roles, ((place, kind) for place, kind in found), jurisdiction_id)


def scope_over(
    roles: Collection[tuple[str, int]], near: Iterable[tuple[int, str]], jurisdiction_id: int | None
) -> Scope:
    """Return what is seen with these roles. near: their organisations and those below them, with their kinds."""
    if jurisdiction_id is None:
        return Scope(0, frozenset())
    known = dict(near)
    if looks_over_all(roles) or any(known.get(place) in SEEING_ALL for _, place in roles):
        return Scope(jurisdiction_id)
    return Scope(jurisdiction_id, frozenset(known))


def looks_over_all(roles: Collection[tuple[str, int]]) -> bool:
    """Tell whether one of these roles looks over the whole jurisdiction from wherever it sits."""
    return any(role in ONLY_WATCHING for role, _ in roles)
