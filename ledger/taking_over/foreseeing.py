"""What a running year would take over of the newer versions of its policy pack, what it keeps, and which days move."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from engine.calendar.local_time import local_date
from engine.errors import NotFound, WrongState
from engine.model.campaigns import Campaign
from engine.parameters import Parameters, parameters
from engine.uow import UnitOfWork
from ledger.holidays.moving import Moves, moves_under, stages_ahead
from ledger.holidays.versions import calendar_of
from ledger.policies_in_force import Newer, Place, in_force, newer
from ledger.policy.differing import Difference
from ledger.policy.resolved import ResolvedPack
from ledger.policy.stage_dates import stage_dates
from ledger.stage_days import STANDING, entry_of
from ledger.taking_over.using import ROUNDS, used
from ledger.year import YEAR
from ledger.year_plan import parameters_of


@dataclass(frozen=True)
class Kept:
    """A value that stays. stages: those that have begun and go by it; none: the rounds of the year were planned by it."""

    difference: Difference
    stages: Sequence[str]


@dataclass(frozen=True)
class Opening:
    """A planned stage that would begin on another day. at_once: that day is not ahead, it begins with the take-over."""

    row: Campaign
    old: date
    new: date
    at_once: bool


@dataclass(frozen=True)
class TakeOver:
    """What taking over would do. chosen: the policy of the year from then on; its hash names what was looked at."""

    year: int
    before: ResolvedPack
    newest: Newer
    taken: Sequence[Difference]
    kept: Sequence[Kept]
    chosen: Parameters
    moves: Moves
    openings: Sequence[Opening]


def foreseen(uow: UnitOfWork, place: Place, year: int) -> TakeOver:
    """Work out what a year would take over; nothing is written.

    Raises NotFound for a year that is not open; WrongState if nothing newer is published, or no stage is left.
    """
    if year not in place.opened:
        raise NotFound(f"{year} 年度还没有开启;请从年度列表里选择。", code="year.not_open")
    before = in_force(uow.session, place, year)
    newest, ahead = newer(place, before), stages_ahead(uow, place.id, [year])
    if newest is None:
        raise WrongState(
            f"{year} 年度用的已经是线上的政策包,没有更新的版本。", code="take_over.nothing_newer"
        )
    if not ahead:
        raise WrongState(
            f"{year} 年度的阶段都已结束,不再改用新的政策包;新版从下一年度起用。", code="take_over.year_over"
        )
    begun = _begun(uow, place.id, year)
    reasons = {one.key: () if one.key in ROUNDS else used(one.key, begun) for one in newest.differences}
    kept = [
        Kept(one, reasons[one.key]) for one in newest.differences if reasons[one.key] or one.key in ROUNDS
    ]
    mixed = _mixed(uow, place, before, [one.difference for one in kept])
    chosen = parameters_of(place.code, mixed)
    today = local_date(uow.now())

    def under(known: Parameters, row: Campaign | None) -> Parameters:
        return known if row is None else _stage_under(known, row, before.values, chosen, today)

    found = moves_under(uow, place.id, ahead, under)
    by_id = {one.campaign_id: one.chosen for one in found.shifts}
    openings = [
        Opening(row, local_date(row.opens_at), new, at_once=new <= today)
        for row in ahead
        if row.status == "planned"
        and (new := entry_of(by_id[row.id].dates, row)["opens"]) != local_date(row.opens_at)
    ]
    stay = {one.difference.key for one in kept}
    taken = [one for one in newest.differences if one.key not in stay]
    return TakeOver(year, before, newest, taken, kept, chosen, found, openings)


def _begun(uow: UnitOfWork, jurisdiction_id: int, year: int) -> Sequence[str]:
    """Return the stages of a year of which a round has begun, in the order of the year."""
    found = select(Campaign.stage).where(
        Campaign.jurisdiction_id == jurisdiction_id,
        Campaign.year == year,
        Campaign.stage != YEAR,
        Campaign.status.in_(("open", "closed")),
    )
    return list(dict.fromkeys(uow.session.scalars(found.order_by(Campaign.opens_at, Campaign.id))))


def _mixed(uow: UnitOfWork, place: Place, before: ResolvedPack, kept: Sequence[Difference]) -> ResolvedPack:
    """Return the newest pack with what was set for the year, and what it keeps, on top."""
    own = {key: before.values[key] for key, origin in before.origins.items() if origin.overridden}
    values = own | {one.key: before.values[one.key] for one in kept}
    calendar = calendar_of(uow.session, place.id)
    return place.packs.load(before.id).resolve(before.year, values, calendar=calendar)


def _stage_under(
    known: Parameters, row: Campaign, values: Mapping[str, Any], chosen: Parameters, today: date
) -> Parameters:
    """Return the year's new policy for a stage: days that were moved by hand stay, and so does what lies behind it."""
    body: dict[str, Any] = deepcopy(dict(chosen.body))
    planned = entry_of(stage_dates(values, row.year, known.calendar), row)
    standing, entry = entry_of(known.body["dates"], row), entry_of(body["dates"], row)
    over = row.status == "open" and date.fromisoformat(entry["due"]) < today
    for name, text in standing.items():
        begun = name in STANDING and row.status == "open"
        if over or begun or (name not in STANDING and text != planned.get(name)):
            entry[name] = text
    return parameters(body)
