"""A year before it is opened: under which policy, on which days, which of its stages still lie ahead."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.calendar.local_time import local_date
from engine.calendar.work_calendar import WorkCalendar
from engine.parameters import Ladder, Parameters, parameters
from ledger.confirmations import recorded
from ledger.holidays.versions import calendar_of
from ledger.model.register import Project
from ledger.policies_in_force import Place
from ledger.policy.resolved import ResolvedPack
from ledger.year import YEAR, plans

LADDER = "standard"


@dataclass(frozen=True)
class Stage:
    """One stage and round with its local days. over: it would be closed already today."""

    name: str
    round: int
    opens: date
    due: date
    closes: date
    over: bool


@dataclass(frozen=True)
class Marked:
    """What falls on a day: a stage opens, is reminded of, is due, is overdue (escalated) or closes."""

    day: date
    what: str
    stage: str
    round: int


@dataclass(frozen=True)
class YearPlan:
    """A year as it would be opened. projects: how many are registered for it."""

    pack: ResolvedPack
    parameters: Parameters
    stages: Sequence[Stage]
    projects: int

    @property
    def ahead(self) -> list[str]:
        """Return the names of the stages that are not over."""
        return sorted({one.name for one in self.stages if not one.over})


def plan_year(session: Session, place: Place, year: int, pack_id: str, today: date) -> YearPlan:
    """Return what opening a year under a pack ("" for the place's own) would plan; nothing is written."""
    calendar = calendar_of(session, place.id)
    resolved = (place.packs.load(pack_id) if pack_id else place.pack).resolve(year, calendar=calendar)
    pack = recorded(session, place.id, resolved)
    chosen = parameters_of(place.code, pack)
    count = select(func.count()).where(Project.jurisdiction_id == place.id, Project.year == year)
    return YearPlan(pack, chosen, _stages(chosen, today), session.scalar(count) or 0)


def parameters_of(place_code: str, pack: ResolvedPack) -> Parameters:
    """Return the parameter set of a place under a pack, with the rules behind its values and the pack's id."""
    whose = {"jurisdiction": place_code, "pack": pack.id, "provenance": pack.provenance}
    return parameters(pack.parameters() | whose)


def _stages(chosen: Parameters, today: date) -> list[Stage]:
    found = []
    for one in plans(chosen, set(chosen.dates) - {YEAR}):
        opens, due, closes = (local_date(at) for at in (one.opens_at, one.due_at, one.closes_at))
        found.append(Stage(one.stage, one.round, opens, due, closes, closes < today))
    return sorted(found, key=lambda one: (one.opens, one.due, one.name))


def agenda(plan: YearPlan, stages: Collection[str]) -> list[Marked]:
    """Return the days of these stages in order: openings, reminders, due days, escalations, closings."""
    found = []
    for one in plan.stages:
        if one.name not in stages:
            continue
        days = [(one.opens, "opens"), (one.due, "due"), (one.closes, "closes")]
        ladder = plan.parameters.ladder(LADDER, one.name) or Ladder((), (), {})
        days += [(one.due - timedelta(days=n), "reminder") for n in ladder.before]
        days += [(one.due + timedelta(days=n), "escalation") for n in ladder.after]
        found += [Marked(day, what, one.name, one.round) for day, what in days if day >= one.opens]
    return sorted(found, key=lambda one: (one.day, one.stage, one.round, one.what))


def unknown_years(plan: YearPlan, calendar: WorkCalendar) -> list[int]:
    """Return the years of the plan whose holidays are not published yet: their weekends alone are days off."""
    years = {day.year for one in plan.stages for day in (one.opens, one.due, one.closes)}
    return sorted(year for year in years if not calendar.is_known(year))
