"""The members of the stages of a year, each with what it is about and how it stands; counted and listed alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    FromClause,
    Row,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    case,
    cast,
    false,
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
OF_STAGE = CAMPAIGN.c.id == MEMBER.c.campaign_id
SHOWN: Final = (
    "id", "campaign_id", "organisation_id", "subject_kind", "subject_id", "subject_code", "title", "status", "rule_id",
    "reason", "instance_id",
)  # fmt: skip
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
    listed = select(found, _of_office(found, OFFICE.c.name).label("office")).order_by(
        lacking, _of_office(found, OFFICE.c.code), found.c.subject_code, found.c.id
    )
    return uow.session.execute(listed.limit(size).offset((page - 1) * size), {"now": uow.now()}).all()


def _of_office(found: FromClause, column: ColumnElement[Any]) -> ScalarSelect[Any]:
    """Return what the register says of a member's office: looked up, as a join is planned for one member and takes seconds for thousands."""
    return select(column).where(OFFICE.c.id == found.c.organisation_id).scalar_subquery()


@lru_cache(maxsize=64)
def _counts(year: int, offices: Offices) -> Select[Any]:
    facts = (MEMBER.c.campaign_id, MEMBER.c.status, *_facts(), MEMBER.c.rule_id, MEMBER.c.reason)
    alike = select(*facts, func.count().label("number")).join_from(MEMBER, CAMPAIGN, OF_STAGE)
    found = _with_state(_narrowed(alike, year, offices).group_by(*facts).subquery()).subquery()
    place = (found.c.campaign_id, found.c.kind, found.c.state)
    number = cast(func.sum(found.c.number), BigInteger)
    return select(*place, number, func.min(func.coalesce(found.c.rule_id, found.c.why))).group_by(*place)


def _sliced(wanted: Slice, offices: Offices) -> Select[Any]:
    found = _with_state(_narrowed(_all(), wanted.year, offices).subquery()).subquery()
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
    mine = _all().where(MEMBER.c.subject_kind == "project", MEMBER.c.subject_id.in_(projects))
    found = _with_state(mine.subquery())
    return found.order_by(*(found.selected_columns[name] for name in ("due_at", "id")))


def _narrowed(found: Select[Any], year: int, offices: Offices) -> Select[Any]:
    found = found.where(CAMPAIGN.c.year == year)
    return found if offices is None else found.where(MEMBER.c.organisation_id.in_(sorted(offices)))


def _all() -> Select[Any]:
    shown = (MEMBER.c[name] for name in SHOWN)
    return select(*shown, *_facts()).join_from(MEMBER, CAMPAIGN, OF_STAGE)


def _facts() -> list[ColumnElement[Any]]:
    """Return what kind and state are told from, as columns: for many members alike these are the same."""
    filed = (
        select(INSTANCE.c.completed_tasks > 0).where(INSTANCE.c.id == MEMBER.c.instance_id).scalar_subquery()
    )
    return [
        case((MEMBER.c.status == "started", filed), else_=false()).label("handed"),
        MEMBER.c.data["track"].astext.label("track"),
        MEMBER.c.data["central_transfer"].astext.label("central"),
    ]


def _with_state(found: Any) -> Select[Any]:
    """Return the members with kind and state, and with what is said of their stage."""
    stage = (CAMPAIGN.c[name] for name in ("year", "stage", "round", "due_at"))
    why = func.coalesce(found.c.reason, CAMPAIGN.c.waived_reason).label("why")
    told = (_kind(found).label("kind"), _state(found).label("state"))
    return select(found, why, *stage, *told).join_from(found, CAMPAIGN, CAMPAIGN.c.id == found.c.campaign_id)


def _kind(found: Any) -> ColumnElement[str]:
    """Return what a member is about: a track, `central` (transfers), `whole` (a department) or `office`."""
    return case(
        (CAMPAIGN.c.stage.startswith("whole_"), "whole"),
        (found.c.central == "true", "central"),
        else_=func.coalesce(found.c.track, "office"),
    )


def _state(found: Any) -> ColumnElement[str]:
    expected = found.c.status.in_(("started", "pending"))
    return case(
        (found.c.status == "completed", "done"),
        (found.c.handed, "filed"),
        (and_(expected, CAMPAIGN.c.due_at < NOW), "late"),
        (expected, "waiting"),
        else_=found.c.status,
    )
