"""The organisations of a jurisdiction as a tree."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from engine.calendar.local_time import local_date
from engine.uow import UnitOfWork
from ledger.model.register import Organisation, Person


@dataclass(frozen=True, slots=True)
class Branch:
    """An organisation in the tree. depth: 0 at the top; people: who work there now."""

    id: int
    code: str
    name: str
    kind: str
    parent_id: int | None
    valid_to: date | None
    depth: int
    people: int


def tree(uow: UnitOfWork, jurisdiction_id: int, within: frozenset[int] | None = None) -> list[Branch]:
    """Return all organisations, each under its parent. within: only these, if given."""
    works = Person.left_on.is_(None) | (Person.left_on >= local_date(uow.now()))
    people = select(func.count()).where(Person.organisation_id == Organisation.id, works)
    rows = uow.session.execute(
        select(Organisation, people.scalar_subquery().label("people"))
        .where(Organisation.jurisdiction_id == jurisdiction_id)
        .order_by(Organisation.kind != "government", Organisation.kind != "bureau", Organisation.code)
    ).all()
    seen = {one.id: (one, count) for one, count in rows if within is None or one.id in within}
    below = defaultdict[int | None, list[tuple[Organisation, int]]](list)
    for one, count in seen.values():
        below[one.parent_id if one.parent_id in seen else None].append((one, count))
    return list(_walk(below, None, 0))


def _walk(
    below: Mapping[int | None, Sequence[tuple[Organisation, int]]], parent: int | None, depth: int
) -> Iterator[Branch]:
    for one, count in below.get(parent, ()):
        yield Branch(one.id, one.code, one.name, one.kind, one.parent_id, one.valid_to, depth, count)
        yield from _walk(below, one.id, depth + 1)
