"""Which policy holds where and when: the pack of a jurisdiction, as its year was opened with it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from engine import library
from engine.model.campaigns import Campaign
from ledger.confirmations import recorded
from ledger.model.register import Jurisdiction
from ledger.packs_in_force import Packs
from ledger.policy.differing import Difference, differences
from ledger.policy.entries import PackFile
from ledger.policy.errors import PolicyNotFound
from ledger.policy.pack import Pack
from ledger.policy.resolved import ResolvedPack
from ledger.year import YEAR

COMMON = "cn-default"
_ABSENT = object()


@dataclass(frozen=True)
class Place:
    """A jurisdiction and the parameter sets of the years that were opened, by budget year; packs: all there are."""

    id: int
    code: str
    name: str
    opened: Mapping[int, str]
    packs: Packs

    @property
    def pack(self) -> Pack:
        """Its pack, which is named like it; the common one if it has none."""
        return self.packs.load(self.code if self.code in self.packs.ids else COMMON)

    def read_by(self, session: Session) -> "Place":
        """Return it for another unit of work: its packs are read when they are asked for."""
        return replace(self, packs=Packs(session))


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
    packs = Packs(session)
    return [Place(number, *facts, packs) for number, facts in by_id.items()]


def in_force(session: Session, place: Place, year: int) -> ResolvedPack:
    """Return the policy of a budget year: of an opened one the values it was opened with; with what is confirmed."""
    if year not in place.opened:
        return recorded(session, place.id, place.pack.resolve(year))
    body = library.parameter_set(session, place.opened[year]).body
    pack = _as_opened(place, body)
    resolved, policy = pack.resolve(year), {**body.get("policy", {}), "slots": body.get("slots", {})}
    other = {key: value for key in resolved.values if (value := at(policy, key, _ABSENT)) is not _ABSENT}
    resolved = pack.resolve(year, {k: v for k, v in other.items() if v != resolved.values[k]})
    return recorded(session, place.id, resolved)


def _as_opened(place: Place, body: Mapping[str, Any]) -> Pack:
    """Return the pack of an opened year in the versions it was opened with."""
    packs = body.get("packs", ())
    try:
        return place.packs.opened(body.get("pack") or body["jurisdiction"], packs)
    except PolicyNotFound:
        return place.packs.opened(place.pack.id, packs)


@dataclass(frozen=True)
class Newer:
    """What was published since a year was opened, and what it would change there."""

    chain: Sequence[PackFile]
    differences: Sequence[Difference]


def newer(place: Place, pack: ResolvedPack) -> Newer | None:
    """Return what is newer than the pack of an opened year; None if nothing is, or the year is not open."""
    if pack.year not in place.opened:
        return None
    newest = place.packs.load(pack.id).resolve(pack.year)
    return None if newest.packs == pack.packs else Newer(newest.chain, differences(pack, newest))


def years_with(session: Session, pack_id: str) -> Iterator[tuple[Place, int, int]]:
    """Yield place, budget year and version of every opened year that goes by a pack."""
    for place in places(session):
        for year, parameter_hash in place.opened.items():
            packs = library.parameter_set(session, parameter_hash).body.get("packs", ())
            yield from ((place, year, one["version"]) for one in packs if one["id"] == pack_id)


def grade_names(session: Session, place: Place, year: int) -> list[str]:
    """Return the names of the grades of a year, best first: of an opened one those it was opened with."""
    bands: Any
    if year in place.opened:
        bands = library.parameter_set(session, place.opened[year]).policy["grading"]["bands"]
    else:
        bands = place.pack.resolve(year).values["grading.bands"]
    return [str(band[0]) for band in sorted(bands, key=lambda band: band[1], reverse=True)]


def at(policy: Mapping[str, Any], key: str, absent: Any = None) -> Any:
    """Return what stands under a dotted key of an opened year's policy, or `absent`."""
    found: Any = policy
    for level in key.split("."):
        if not isinstance(found, Mapping) or level not in found:
            return absent
        found = found[level]
    return found
