"""What another calendar moves: the days of stages that are planned or open, and of every instance that is going on."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine import bulk, campaigns, definitions, library
from engine.access import Actor
from engine.calendar.documents import excerpt
from engine.calendar.local_time import end_of_day, local_date
from engine.calendar.rules import roll
from engine.calendar.work_calendar import WorkCalendar
from engine.model.base import table_of
from engine.model.campaigns import Campaign
from engine.model.instances import ProcessInstance
from engine.parameters import Parameters, parameters
from engine.redating import NewDays
from engine.uow import UnitOfWork
from ledger.policies_in_force import Place, in_force
from ledger.policy.stage_dates import stage_dates
from ledger.stage_days import STANDING, entry_of, rearranged_stage
from ledger.year import YEAR

REASON = "节假日安排更新"
INSTANCE = table_of(ProcessInstance)
DRIVING = ("campaign", "jurisdiction")
"""Subjects of the diagrams that drive a stage or a year: nobody has a task in them."""


@dataclass(frozen=True)
class Shift:
    """A stage under another calendar."""

    campaign_id: int
    year: int
    stage: str
    round: int
    old: date
    new: date
    chosen: Parameters

    @property
    def moves(self) -> bool:
        """Tell whether it is due on another day."""
        return self.new != self.old


@dataclass(frozen=True)
class Batch:
    """Instances of one stage (or none) and one policy, and the days they get under another calendar."""

    campaign_id: int | None
    old_hash: str
    chosen: Parameters
    days: NewDays


Under = Callable[[Parameters, Campaign | None], Parameters]
"""What a policy becomes for a stage, or for instances that belong to none of those in question."""


@dataclass(frozen=True)
class Moves:
    """All that another calendar changes. shifts: stages, also those whose day stays."""

    shifts: Sequence[Shift]
    batches: Sequence[Batch]


def moves(uow: UnitOfWork, place: Place, calendar: WorkCalendar) -> Moves:
    """Return what changes under a calendar: of each stage planned or open, and of each policy that instances go by."""
    rows = stages_ahead(uow, place.id, place.opened)
    values = {year: in_force(uow.session, place, year).values for year in {row.year for row in rows}}

    def under(known: Parameters, row: Campaign | None) -> Parameters:
        if row is None:
            return parameters(_beginning(known, known.year, calendar))
        return _under(known, row, values[row.year], calendar)

    return moves_under(uow, place.id, rows, under)


def moves_under(uow: UnitOfWork, jurisdiction_id: int, rows: Sequence[Campaign], under: Under) -> Moves:
    """Return what changes where each of these stages, its instances and those of none get another policy."""
    shifts = [_shift(uow, row, under) for row in rows]
    return Moves(shifts, list(_batches(uow, jurisdiction_id, {row.id: row for row in rows}, under)))


def stages_ahead(uow: UnitOfWork, jurisdiction_id: int, years: Iterable[int]) -> Sequence[Campaign]:
    """Return the stages of these years that are planned or open, in order."""
    found = select(Campaign).where(
        Campaign.jurisdiction_id == jurisdiction_id,
        Campaign.year.in_(years),
        Campaign.stage != YEAR,
        Campaign.status.in_(("planned", "open")),
    )
    return uow.session.scalars(found.order_by(Campaign.year, Campaign.opens_at, Campaign.id)).all()


def _shift(uow: UnitOfWork, row: Campaign, under: Under) -> Shift:
    chosen = under(library.parameter_set(uow.session, row.parameter_hash), row)
    due = entry_of(chosen.dates, row)["due"]
    return Shift(row.id, row.year, row.stage, row.round, local_date(row.due_at), due, chosen)


def _batches(
    uow: UnitOfWork, jurisdiction_id: int, stages: Mapping[int, Campaign], under: Under
) -> Iterable[Batch]:
    """Yield the policies that instances go by; who was granted more time has one of its own, and keeps his days."""
    one = INSTANCE.c
    found = select(one.campaign_id, one.parameter_hash).where(
        one.jurisdiction_id == jurisdiction_id, one.status == "active", one.subject_kind.not_in(DRIVING)
    )
    known = uow.session.execute(found.distinct().order_by(one.campaign_id, one.parameter_hash))
    for campaign_id, old_hash in known.all():
        old, row = library.parameter_set(uow.session, old_hash), stages.get(campaign_id)
        chosen = under(old, row)
        if chosen.hash == old_hash:
            continue
        days = NewDays(chosen.hash, earlier=True)
        if row is not None:
            before, after = entry_of(old.dates, row), entry_of(chosen.dates, row)
            timers = {end_of_day(before[name]): end_of_day(after[name]) for name in ("due", "closes")}
            days = NewDays(chosen.hash, timers, {"due_on": after["due"]}, earlier=True)
        yield Batch(campaign_id, old_hash, chosen, days)


def _beginning(known: Parameters, year: int, calendar: WorkCalendar) -> dict[str, Any]:
    body: dict[str, Any] = deepcopy(dict(known.body))
    body["holidays"] = excerpt(calendar, range(year - 2, year + 4))
    return body


def _under(known: Parameters, row: Campaign, values: Mapping[str, Any], calendar: WorkCalendar) -> Parameters:
    """Return the policy of a stage with another calendar; a day that was put off by hand is only moved off days off."""
    body = _beginning(known, row.year, calendar)
    before, after = (entry_of(stage_dates(values, row.year, one), row) for one in (known.calendar, calendar))
    entry, mode = entry_of(body["dates"], row), values["calendar.non_working_day_roll"]
    for name, text in entry.items():
        if name in STANDING:
            continue
        planned = text == before.get(name)
        entry[name] = after[name] if planned else roll(calendar, date.fromisoformat(text), mode).isoformat()
    return parameters(body)


def move(
    uow: UnitOfWork, found: Moves, reason: str = REASON, *, audited: str = "calendar.move", by: Actor
) -> list[int]:
    """Give stages and instances their new policy; instances follow through the queue, and who has a task is told.

    Returns the orders that do so.
    """
    orders = []
    for one in found.shifts:
        campaign = campaigns.locked(uow, one.campaign_id)
        rearranged_stage(uow, campaign, one.chosen, reason, by=by)
        if one.moves:
            facts = {"campaign_id": one.campaign_id, "due": [one.old.isoformat(), one.new.isoformat()]}
            uow.audit(audited, by=by, subject=f"{one.year}/{one.stage}/{one.round}", data=facts)
    for batch in found.batches:
        definitions.keep_parameters(uow, batch.chosen)
        ids = [str(one) for one in _of(uow, batch)]
        orders.append(bulk.submit(uow, "redate", ids, {**batch.days.as_json(), "reason": reason}, by=by))
    return orders


def _of(uow: UnitOfWork, batch: Batch) -> Sequence[UUID]:
    one = INSTANCE.c
    found = select(one.id).where(
        one.campaign_id.is_not_distinct_from(batch.campaign_id),
        one.parameter_hash == batch.old_hash,
        one.status == "active",
        one.subject_kind.not_in(DRIVING),
    )
    return uow.session.scalars(found.order_by(one.id)).all()
