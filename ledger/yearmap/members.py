"""The members of the stages of a year, each with what it is about and how it stands; counted and listed alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Row,
    Select,
    and_,
    bindparam,
    case,
    func,
    select,
)

from engine.model.base import table_of
from engine.model.campaigns import Campaign, CampaignSubject
from engine.model.instances import ProcessInstance
from engine.uow import UnitOfWork
from ledger.model.register import Organisation

PAGE: Final = 50
NOW = bindparam("now", type_=DateTime(timezone=True))
MEMBER, CAMPAIGN = table_of(CampaignSubject), table_of(Campaign)
INSTANCE, OFFICE = table_of(ProcessInstance), table_of(Organisation)
HANDED: Final = ("done", "filed")
LACKING: Final = ("late", "missing")
ASKED: Final = (*HANDED, *LACKING, "waiting", "failed")
GROUPS: Final = {"handed": HANDED, "lacking": LACKING, "asked": ASKED, "open": ("late", "waiting", "failed")}
"""States that are counted together: handed in, not there though due, asked for at all, still to come."""
STATES: Final = (*ASKED, "waived", "cancelled", "excluded")
Offices = frozenset[int] | None


@dataclass(frozen=True)
class Slice:
    """Which members: of a stage and round, about something (`kinds`), in a state or group of states, of an office.

    Everything but the year may be left open.
    """

    year: int
    stage: str = ""
    round: int | None = None
    kinds: tuple[str, ...] = ()
    state: str = ""
    unit: int | None = None


@dataclass(frozen=True)
class Count:
    """How many members of a campaign are about `kind` and stand in `state`; the rule or reason they share, if any."""

    campaign_id: int
    kind: str
    state: str
    number: int
    why: str | None


def counts(uow: UnitOfWork, year: int, offices: Offices) -> list[Count]:
    """Return the members of a year by campaign, kind and state. offices: whose; None for all that is in scope."""
    return [Count(*row) for row in uow.session.execute(_counts(year, offices), {"now": uow.now()})]


def total(uow: UnitOfWork, wanted: Slice, offices: Offices) -> int:
    """Return how many members a slice has."""
    found = _sliced(wanted, offices).subquery()
    return uow.session.scalar(select(func.count()).select_from(found), {"now": uow.now()}) or 0


def rows(uow: UnitOfWork, wanted: Slice, offices: Offices, page: int, size: int = PAGE) -> Sequence[Row[Any]]:
    """Return a page of a slice, those that lack something first, then by office and code."""
    found = _sliced(wanted, offices).subquery()
    lacking = case({"late": 0, "missing": 0, "failed": 1, "waiting": 2}, value=found.c.state, else_=3)
    listed = (
        select(found, OFFICE.c.name.label("office"))
        .outerjoin(OFFICE, OFFICE.c.id == found.c.organisation_id)
        .order_by(lacking, OFFICE.c.code, found.c.subject_code, found.c.id)
    )
    return uow.session.execute(listed.limit(size).offset((page - 1) * size), {"now": uow.now()}).all()


@lru_cache(maxsize=64)
def _counts(year: int, offices: Offices) -> Select[Any]:
    found = _members(year, offices).subquery()
    why = func.min(func.coalesce(found.c.rule_id, found.c.reason))
    place = (found.c.campaign_id, found.c.kind, found.c.state)
    return select(*place, func.count(), why).group_by(*place)


def _sliced(wanted: Slice, offices: Offices) -> Select[Any]:
    found = _members(wanted.year, offices).subquery()
    conditions: list[ColumnElement[bool]] = []
    if wanted.stage:
        conditions.append(found.c.stage == wanted.stage)
    if wanted.round:
        conditions.append(found.c.round == wanted.round)
    if wanted.kinds:
        conditions.append(found.c.kind.in_(wanted.kinds))
    if wanted.state:
        conditions.append(found.c.state.in_(GROUPS.get(wanted.state, (wanted.state,))))
    if wanted.unit:
        conditions.append(found.c.organisation_id == wanted.unit)
    return select(found).where(*conditions)


def of_subjects(projects: Sequence[int]) -> Select[Any]:
    """Return the statement of the members that some projects are, in all years."""
    about = MEMBER.c.subject_id.in_(projects)
    return _known(MEMBER.c.subject_kind == "project", about).order_by(CAMPAIGN.c.due_at, MEMBER.c.id)


def _members(year: int, offices: Offices) -> Select[Any]:
    found = _known(CAMPAIGN.c.year == year)
    return found if offices is None else found.where(MEMBER.c.organisation_id.in_(sorted(offices)))


def _known(*conditions: ColumnElement[bool]) -> Select[Any]:
    running = and_(INSTANCE.c.id == MEMBER.c.instance_id, MEMBER.c.status == "started")
    shown = ("id", "campaign_id", "organisation_id", "subject_kind", "subject_id", "subject_code", "title")
    return (
        select(
            *(MEMBER.c[name] for name in shown),
            MEMBER.c.rule_id,
            func.coalesce(MEMBER.c.reason, CAMPAIGN.c.waived_reason).label("reason"),
            MEMBER.c.instance_id,
            CAMPAIGN.c.year,
            CAMPAIGN.c.stage,
            CAMPAIGN.c.round,
            CAMPAIGN.c.due_at,
            _kind().label("kind"),
            _state().label("state"),
        )
        .join_from(MEMBER, CAMPAIGN, CAMPAIGN.c.id == MEMBER.c.campaign_id)
        .outerjoin(INSTANCE, running)
        .where(*conditions)
    )


def _kind() -> ColumnElement[str]:
    """Return what a member is about: a track, `central` (transfers), `whole` (a department) or `office`."""
    return case(
        (CAMPAIGN.c.stage.startswith("whole_"), "whole"),
        (MEMBER.c.data["central_transfer"].as_boolean(), "central"),
        else_=func.coalesce(MEMBER.c.data["track"].astext, "office"),
    )


def _state() -> ColumnElement[str]:
    handed = and_(MEMBER.c.status == "started", INSTANCE.c.completed_tasks > 0)
    expected = MEMBER.c.status.in_(("started", "pending"))
    return case(
        (MEMBER.c.status == "completed", "done"),
        (handed, "filed"),
        (and_(expected, CAMPAIGN.c.due_at < NOW), "late"),
        (expected, "waiting"),
        else_=MEMBER.c.status,
    )
