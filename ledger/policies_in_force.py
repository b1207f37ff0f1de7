"""Which policy holds where and when: the pack of a jurisdiction, as its year was opened with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from engine import library
from engine.model.campaigns import Campaign
from ledger.confirmations import recorded
from ledger.model.register import Jurisdiction
from ledger.policy.pack import Pack, available, load
from ledger.policy.resolved import ResolvedPack
from ledger.year import YEAR

COMMON = "cn-default"
_ABSENT = object()


@dataclass(frozen=True)
class Place:
    """A jurisdiction and the parameter sets of the years that were opened, by budget year."""

    id: int
    code: str
    name: str
    opened: Mapping[int, str]

    @property
    def pack(self) -> Pack:
        """Its pack, which is named like it; the common one if it has none."""
        return load(self.code if self.code in available() else COMMON)


def places(session: Session, jurisdiction_id: int | None = None) -> Sequence[Place]:
    """Return all jurisdictions, or one, in the order they were registered."""
    year = and_(Campaign.jurisdiction_id == Jurisdiction.id, Campaign.stage == YEAR)
    found = select(
        Jurisdiction.id, Jurisdiction.code, Jurisdiction.name, Campaign.year, Campaign.parameter_hash
    )
    wanted = found.outerjoin(Campaign, year).order_by(Jurisdiction.id, Campaign.year)
    if jurisdiction_id is not None:
        wanted = wanted.where(Jurisdiction.id == jurisdiction_id)
    by_id: dict[int, tuple[str, str, dict[int, str]]] = {}
    for number, code, name, budget_year, parameter_hash in session.execute(wanted):
        opened = by_id.setdefault(number, (code, name, {}))[2]
        if budget_year is not None:
            opened[budget_year] = parameter_hash
    return [Place(number, *facts) for number, facts in by_id.items()]


def in_force(session: Session, place: Place, year: int) -> ResolvedPack:
    """Return the policy of a budget year: of an opened one the values it was opened with; with what is confirmed."""
    if year not in place.opened:
        return recorded(session, place.id, place.pack.resolve(year))
    body = library.parameter_set(session, place.opened[year]).body
    pack = load(body["pack"]) if body.get("pack") in available() else place.pack
    resolved, policy = pack.resolve(year), body.get("policy", {})
    other = {key: value for key in resolved.values if (value := _at(policy, key)) is not _ABSENT}
    resolved = pack.resolve(year, {k: v for k, v in other.items() if v != resolved.values[k]})
    return recorded(session, place.id, resolved)


def _at(policy: Mapping[str, Any], key: str) -> Any:
    """Return what stands under a dotted key."""
    found: Any = policy
    for level in key.split("."):
        if not isinstance(found, Mapping) or level not in found:
            return _ABSENT
        found = found[level]
    return found
