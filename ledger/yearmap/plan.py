"""The stages of a year as they are planned, and the stage everybody works on now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from engine.uow import UnitOfWork
from ledger.yearmap.members import CAMPAIGN, GROUPS, Count

WHOLE_YEAR: Final = "year"
LOOP: Final = (
    "pre_evaluation", "target", "approval", "target_disclosure", "monitoring", "self_evaluation", "dept_evaluation",
    "key_evaluation", "result_application", "result_disclosure",
)  # fmt: skip
"""The stages of a budget project, in the order of the loop."""
COLUMNS: Final = ("target", "monitoring", "self_evaluation", "dept_evaluation", "key_evaluation")
KINDS: Final = {"project": "", "central": "", "whole": "whole_", "direct": "track_", "rural": "track_", "ssf": "track_",
                "ppp": "track_", "bond": "track_"}  # fmt: skip
"""What the year is about, each with what its stages are called before the column."""
OFFICE: Final = "office"


@dataclass(frozen=True)
class Stage:
    """A stage and round as planned. status: planned, open, closed or waived (why: waived_reason)."""

    id: int
    stage: str
    round: int
    status: str
    opens_at: datetime
    due_at: datetime
    waived_reason: str | None
    suspended: bool


def years(uow: UnitOfWork) -> list[int]:
    """Return the budget years that are planned, the newest first."""
    found = select(CAMPAIGN.c.year).distinct().order_by(CAMPAIGN.c.year.desc())
    return list(uow.session.scalars(found))


def current(uow: UnitOfWork) -> int | None:
    """Return the newest year in which a stage has been opened, else the newest; None if none is planned."""
    opened = CAMPAIGN.c.opened_at.is_not(None)
    return uow.session.scalar(
        select(CAMPAIGN.c.year).order_by(opened.desc(), CAMPAIGN.c.year.desc()).limit(1)
    )


def stages(uow: UnitOfWork, year: int) -> list[Stage]:
    """Return the stages of a year, by due day."""
    shown = ("id", "stage", "round", "status", "opens_at", "due_at", "waived_reason")
    found = (
        select(*(CAMPAIGN.c[name] for name in shown), CAMPAIGN.c.suspension.is_not(None).label("suspended"))
        .where(CAMPAIGN.c.year == year, CAMPAIGN.c.stage != WHOLE_YEAR)
        .order_by(CAMPAIGN.c.due_at, CAMPAIGN.c.id)
    )
    return [Stage(**row) for row in uow.session.execute(found).mappings()]


def in_loop(found: Sequence[Stage]) -> list[Stage]:
    """Return the stages of the loop, in its order."""
    places = {name: place for place, name in enumerate(LOOP)}
    chosen = [one for one in found if one.stage in places]
    return sorted(chosen, key=lambda one: (places[one.stage], one.round))


def pressing(found: Sequence[Stage], counted: Sequence[Count], now: datetime) -> Stage | None:
    """Return the open stage of the loop that is due next; the one due last if all of them are over; None without one."""
    asked = {one.campaign_id for one in counted if one.state in GROUPS["asked"]}
    opened = [one for one in in_loop(found) if one.status == "open" and one.id in asked]
    ahead = [one for one in opened if one.due_at >= now]
    if ahead:
        return min(ahead, key=lambda one: one.due_at)
    return max(opened, key=lambda one: one.due_at, default=None)


def kinds_of(stage: Stage, counted: Iterable[Count]) -> tuple[str, ...]:
    """Return what a stage is counted by: its projects; the offices that choose or disclose only if it has none."""
    found = sorted({one.kind for one in counted if one.campaign_id == stage.id})
    return tuple(kind for kind in found if kind != OFFICE) or tuple(found)


def number(counted: Iterable[Count], stage: Stage, kinds: Sequence[str], state: str) -> int:
    """Return how many members of a stage are of these kinds and in this state or group of states."""
    states = GROUPS.get(state, (state,))
    return sum(
        one.number
        for one in counted
        if one.campaign_id == stage.id and one.kind in kinds and one.state in states
    )


def cell_stage(found: Sequence[Stage], kind: str, column: str) -> Stage | None:
    """Return the stage behind a cell of the coverage matrix: of several rounds the last that has begun."""
    rounds = sorted((one for one in found if one.stage == KINDS[kind] + column), key=lambda one: one.round)
    begun = [one for one in rounds if one.status != "planned"]
    return begun[-1] if begun else next(iter(rounds), None)
