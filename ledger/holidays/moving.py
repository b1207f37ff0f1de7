"""What another calendar moves: the due days of stages that are planned or open, and of their open tasks."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from engine import campaigns, library
from engine.access import Actor
from engine.calendar.documents import excerpt
from engine.calendar.local_time import end_of_day, local_date
from engine.calendar.rules import roll
from engine.calendar.work_calendar import WorkCalendar
from engine.model.campaigns import Campaign
from engine.model.tasks import UserTask
from engine.parameters import Parameters, parameters
from engine.uow import UnitOfWork
from ledger.policies_in_force import Place, in_force
from ledger.policy.stage_dates import stage_dates
from ledger.stage_days import STANDING, entry_of, rearranged
from ledger.year import YEAR

REASON = "节假日安排更新"


@dataclass(frozen=True)
class Shift:
    """A stage under another calendar. tasks: open ones that are due on its old day."""

    campaign_id: int
    year: int
    stage: str
    round: int
    old: date
    new: date
    tasks: int
    chosen: Parameters


def shifts(uow: UnitOfWork, place: Place, calendar: WorkCalendar) -> list[Shift]:
    """Return every stage that is planned or open under the calendar; old and new day are equal where nothing moves."""
    found = []
    for year in place.opened:
        stages = select(Campaign).where(
            Campaign.jurisdiction_id == place.id,
            Campaign.year == year,
            Campaign.stage != YEAR,
            Campaign.status.in_(("planned", "open")),
        )
        rows = uow.session.scalars(stages.order_by(Campaign.opens_at, Campaign.id)).all()
        if rows:
            values = in_force(uow.session, place, year).values
            found += [_shift(uow, row, values, calendar) for row in rows]
    return found


def _shift(uow: UnitOfWork, row: Campaign, values: Mapping[str, Any], calendar: WorkCalendar) -> Shift:
    known = library.parameter_set(uow.session, row.parameter_hash)
    chosen = _under(known, row, values, calendar)
    due = entry_of(chosen.dates, row)["due"]
    task = UserTask
    waiting = select(func.count()).where(
        task.campaign_id == row.id, task.status == "open", task.due_at == row.due_at
    )
    tasks = uow.session.scalar(waiting) or 0
    return Shift(row.id, row.year, row.stage, row.round, local_date(row.due_at), due, tasks, chosen)


def _under(known: Parameters, row: Campaign, values: Mapping[str, Any], calendar: WorkCalendar) -> Parameters:
    """Return the policy of a stage with another calendar; a day that was put off by hand is only moved off days off."""
    body: dict[str, Any] = deepcopy(dict(known.body))
    body["holidays"] = excerpt(calendar, range(row.year - 2, row.year + 4))
    before, after = (entry_of(stage_dates(values, row.year, one), row) for one in (known.calendar, calendar))
    entry, mode = entry_of(body["dates"], row), values["calendar.non_working_day_roll"]
    for name, text in entry.items():
        if name in STANDING:
            continue
        planned = text == before.get(name)
        entry[name] = after[name] if planned else roll(calendar, date.fromisoformat(text), mode).isoformat()
    return parameters(body)


def move(uow: UnitOfWork, found: Sequence[Shift], *, by: Actor) -> None:
    """Give these stages their new policy; their instances follow through the queue, and who has a task is told."""
    for one in found:
        campaign = campaigns.locked(uow, one.campaign_id)
        entry = entry_of(one.chosen.dates, campaign)
        due_at, closes_at = (end_of_day(entry[name]) for name in ("due", "closes"))
        rearranged(uow, campaign, one.chosen, due_at, closes_at, REASON, by=by, earlier=True)
        if one.new != one.old:
            facts = {"campaign_id": one.campaign_id, "due": [one.old.isoformat(), one.new.isoformat()]}
            uow.audit("calendar.move", by=by, subject=f"{one.year}/{one.stage}/{one.round}", data=facts)
