"""The days of one stage: let it start early, extend it for all or for some, close it before its day."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from engine import advance, bulk, campaigns, definitions, library
from engine.access import Actor
from engine.calendar.local_time import end_of_day, local_date
from engine.errors import InvalidInput, WrongState
from engine.events import Event
from engine.lifecycle import WORDS_OF_CAMPAIGNS
from engine.model.base import table_of
from engine.model.campaigns import Campaign, CampaignSubject
from engine.model.instances import ProcessInstance
from engine.parameters import Parameters, parameters
from engine.redating import NewDays, redate
from engine.suspending import require_reason, shift_timers
from engine.turn import Undo
from engine.uow import UnitOfWork
from ledger.year import YEAR

INSTANCE = table_of(ProcessInstance)
STANDING = ("opens", "round", "checkpoint")
"""What an extension leaves in the dates of a stage."""


def start_early(uow: UnitOfWork, campaign_id: int, reason: str, *, by: Actor) -> None:
    """Let a planned stage begin now: the timer of the year's diagram that would open it becomes due.

    Raises InvalidInput without a reason; WrongState unless it is the next round of a planned stage.
    """
    text, campaign = require_reason(reason), _locked(uow, campaign_id, "planned")
    driving = diagram_of(campaign.jurisdiction_id, campaign.year, YEAR).with_for_update(of=INSTANCE)
    moved, now, element = [], uow.now(), f"{campaign.stage}_opens"
    with advance.opened(uow, driving, by, missing="这个年度的流程没有在运行;请先开启年度。") as turn:
        turn.undo = Undo.of(turn.row)
        moved = [one for one in turn.run.timers if one.element_id == element]
        if not [one for one in moved if one.due_at == campaign.opens_at]:
            raise WrongState(
                f"阶段“{campaign.stage}”第{campaign.round}轮还轮不到开始;请先让前一轮开始。",
                code="stage.not_next",
            )
        shift_timers(uow, turn, lambda timer: now if timer.element_id == element else timer.due_at)
    campaign.opens_at = now
    _note(uow, campaign, "started_early", text, by)


def extend(uow: UnitOfWork, campaign_id: int, until: date, reason: str, *, by: Actor) -> int | None:
    """Put off the due day of a whole stage; what follows in it moves by the same working days.

    Its instances get the new days one by one through the queue; return the order's id, for its progress, if there are
    any. Raises InvalidInput without a reason or for a day that is no extension; WrongState once it is closed.
    """
    text, campaign = require_reason(reason), _locked(uow, campaign_id, "planned", "open")
    known = library.parameter_set(uow.session, campaign.parameter_hash)
    _require_later(campaign, until, _year_end(uow, campaign))
    chosen = extended(known, campaign, until)
    order = _rearranged(uow, campaign, chosen, text, by=by)
    _note(uow, campaign, "extended", text, by, until=until.isoformat())
    return order


def extend_for(
    uow: UnitOfWork,
    campaign_id: int,
    until: date,
    reason: str,
    *,
    codes: Sequence[str] = (),
    offices: Sequence[int] = (),
    by: Actor,
) -> int:
    """Put off the due day for some members, by their codes or organisations; return the order's id.

    Raises as `extend`; InvalidInput if none of them is going on, or the day is after the stage closes.
    """
    text, campaign = require_reason(reason), _locked(uow, campaign_id, "open")
    known = library.parameter_set(uow.session, campaign.parameter_hash)
    _require_later(campaign, until, local_date(campaign.closes_at))
    chosen = extended(known, campaign, until)
    definitions.keep_parameters(uow, chosen)
    ids = _going_on(uow, campaign_id, codes, offices)
    days = NewDays(chosen.hash, _moves(campaign, chosen), {"due_on": until})
    order = bulk.submit(uow, "redate", [str(one) for one in ids], {**days.as_json(), "reason": text}, by=by)
    facts = {"until": until.isoformat(), "members": len(ids), "codes": list(codes), "offices": list(offices)}
    _note(uow, campaign, "extended_for", text, by, **facts)
    return order


def require_day(until: date | None) -> date:
    """Return the day of an extension. Raises InvalidInput if there is none."""
    if until is None:
        raise InvalidInput("延期请写明新的截止日,如 2027-03-15。", code="stage.extension")
    return until


def close_now(uow: UnitOfWork, campaign_id: int, reason: str, *, by: Actor) -> None:
    """Let an open stage end now: its diagram notes who is missing and closes it at the next sweep.

    Raises InvalidInput without a reason; WrongState unless it is open.
    """
    text, campaign = require_reason(reason), _locked(uow, campaign_id, "open")
    now, days = uow.now(), {campaign.due_at: uow.now(), campaign.closes_at: uow.now()}
    _redate_diagram(uow, campaign, campaign.parameter_hash, days, text, by)
    campaign.closes_at = now
    _note(uow, campaign, "closing", text, by)


def _rearranged(
    uow: UnitOfWork, campaign: Campaign, chosen: Parameters, reason: str, *, by: Actor
) -> int | None:
    """Give a stage and its instances another policy and its days; return the order for the instances, if any."""
    moves = rearranged_stage(uow, campaign, chosen, reason, by=by)
    ids = _members(uow, campaign.id)
    if not ids:
        return None
    days = NewDays(chosen.hash, moves, {"due_on": local_date(campaign.due_at)})
    return bulk.submit(uow, "redate", [str(one) for one in ids], {**days.as_json(), "reason": reason}, by=by)


def rearranged_stage(
    uow: UnitOfWork, campaign: Campaign, chosen: Parameters, reason: str, *, by: Actor
) -> Mapping[datetime, datetime]:
    """Give a stage, locked before, and the diagram that drives it another policy and its days; return what moved."""
    definitions.keep_parameters(uow, chosen)
    moves, entry = _moves(campaign, chosen), entry_of(chosen.dates, campaign)
    campaign.parameter_hash = chosen.hash
    campaign.due_at, campaign.closes_at = (end_of_day(entry[name]) for name in ("due", "closes"))
    _redate_diagram(uow, campaign, chosen.hash, moves, reason, by)
    return moves


def _redate_diagram(
    uow: UnitOfWork,
    campaign: Campaign,
    parameter_hash: str,
    moves: Mapping[datetime, datetime],
    reason: str,
    by: Actor,
) -> None:
    """Move the timers of the diagram that drives a stage, if it has begun."""
    uow.session.flush()
    driving = uow.session.scalar(
        select(INSTANCE.c.id).where(
            INSTANCE.c.campaign_id == campaign.id,
            INSTANCE.c.subject_kind == "campaign",
            INSTANCE.c.status == "active",
        )
    )
    if driving is not None:
        new = sorted(moves.values())
        redate(
            uow,
            driving,
            NewDays(parameter_hash, moves, {"due_at": new[0], "closes_at": new[-1]}),
            reason,
            by=by,
        )


def extended(known: Parameters, campaign: Campaign, until: date) -> Parameters:
    """Return the policy with the due day put off, and every later day of the stage by the same working days."""
    body: dict[str, Any] = deepcopy(dict(known.body))
    entry = entry_of(body["dates"], campaign)
    days = known.calendar.workdays_between(date.fromisoformat(entry["due"]), until)
    for name, text in entry.items():
        if name not in STANDING:
            moved = known.calendar.workdays_after(date.fromisoformat(text), days)
            entry[name] = max(until, moved).isoformat()
    entry["due"] = until.isoformat()
    return parameters(body)


def entry_of(dates: Mapping[str, Any], campaign: Campaign) -> dict[str, Any]:
    """Return the dates of a stage and round."""
    found = dates[campaign.stage]
    if not isinstance(found, list):
        return found  # type: ignore[no-any-return]
    return next(one for number, one in enumerate(found, 1) if one.get("round", number) == campaign.round)


def _moves(campaign: Campaign, chosen: Parameters) -> dict[datetime, datetime]:
    entry = entry_of(chosen.dates, campaign)
    return {campaign.due_at: end_of_day(entry["due"]), campaign.closes_at: end_of_day(entry["closes"])}


def _locked(uow: UnitOfWork, campaign_id: int, *states: str) -> Campaign:
    campaign = campaigns.locked(uow, campaign_id)
    if campaign.status not in states or campaign.stage == YEAR:
        wanted = "、".join(WORDS_OF_CAMPAIGNS[one] for one in states)
        raise WrongState(
            f"阶段应为“{wanted}”,现在是“{WORDS_OF_CAMPAIGNS[campaign.status]}”;请刷新页面查看最新情况。",
            code="campaign.wrong_state",
        )
    return campaign


def _require_later(campaign: Campaign, until: date, last: date) -> None:
    due = local_date(campaign.due_at)
    if not due < until <= last:
        raise InvalidInput(
            f"延期后的截止日应晚于 {due}、不晚于 {last},填的是 {until};请改正。", code="stage.extension"
        )


def _year_end(uow: UnitOfWork, campaign: Campaign) -> date:
    of_year = {"jurisdiction_id": campaign.jurisdiction_id, "year": campaign.year}
    return local_date(campaigns.find(uow.session, **of_year, stage=YEAR, round=1).closes_at)


def diagram_of(jurisdiction_id: int, year: int, stage: str) -> Any:
    """Return the statement that selects the instance of a year's own diagram."""
    of_year = (Campaign.jurisdiction_id == jurisdiction_id, Campaign.year == year, Campaign.stage == stage)
    found = select(INSTANCE).join(Campaign, Campaign.id == INSTANCE.c.campaign_id)
    return found.where(*of_year, INSTANCE.c.subject_kind == "jurisdiction")


def _members(uow: UnitOfWork, campaign_id: int) -> list[UUID]:
    """Return the instances of a stage's members that are going on."""
    one = INSTANCE.c
    found = select(one.id).where(
        one.campaign_id == campaign_id, one.subject_kind != "campaign", one.status == "active"
    )
    return list(uow.session.scalars(found.order_by(one.id)))


def _going_on(uow: UnitOfWork, campaign_id: int, codes: Sequence[str], offices: Sequence[int]) -> list[UUID]:
    member = CampaignSubject
    wanted = or_(member.subject_code.in_(codes), member.organisation_id.in_(offices))
    found = select(member.instance_id, member.subject_code).where(
        member.campaign_id == campaign_id, member.status == "started", wanted
    )
    rows = uow.session.execute(found.order_by(member.id)).all()
    unknown = sorted(set(codes) - {code for _, code in rows})
    if unknown or not rows:
        what = f"编号“{unknown[0]}”" if unknown else "所选的单位"
        raise InvalidInput(f"{what}在这个阶段没有正在办理的事项;请核对。", code="stage.no_members")
    return [instance_id for instance_id, _ in rows if instance_id is not None]


def _note(uow: UnitOfWork, campaign: Campaign, what: str, reason: str, by: Actor, **facts: Any) -> None:
    told = {"reason": reason, **facts}
    uow.record(Event(f"campaign.{what}", campaign_id=campaign.id, data=told), by=by)
    place = f"{campaign.jurisdiction_id}/{campaign.year}/{campaign.stage}/{campaign.round}"
    uow.audit(f"campaign.{what}", by=by, subject=place, data={"campaign_id": campaign.id, **told})
