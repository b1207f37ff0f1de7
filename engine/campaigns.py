"""Campaigns: open a stage over a population, launch it in batches, suspend it, close it, waive it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, func, null, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from engine.access import SYSTEM, Actor
from engine.errors import Conflict, InvalidInput, NotFound, WrongState
from engine.events import Event
from engine.freezing import freeze, why
from engine.launching import Subject, add_subjects, launch_pending
from engine.lifecycle import CAMPAIGN, require
from engine.model.campaigns import Campaign, CampaignSubject
from engine.model.instances import ProcessInstance
from engine.model.items import SignItem
from engine.model.journal import Incident
from engine.model.messages import HeldMessage, MessageSubscription
from engine.model.signals import SignalSubscription
from engine.model.tasks import UserTask
from engine.model.timers import LadderRung, Timer
from engine.standing import suspended
from engine.suspending import require_reason
from engine.uow import UnitOfWork


@dataclass(frozen=True)
class Plan:
    """A stage to come: when it opens, is due and closes, under which parameters."""

    stage: str
    round: int
    opens_at: datetime
    due_at: datetime
    closes_at: datetime


def plan(
    uow: UnitOfWork,
    plans: Iterable[Plan],
    *,
    jurisdiction_id: int,
    year: int,
    parameter_hash: str,
    parties: Mapping[str, int],
) -> dict[tuple[str, int], int]:
    """Write the planned campaigns of a year; return their ids by (stage, round).

    Raises Conflict if one of them is planned already.
    """
    rows = [
        {
            "jurisdiction_id": jurisdiction_id,
            "year": year,
            "stage": one.stage,
            "round": one.round,
            "parameter_hash": parameter_hash,
            "parties": dict(parties),
            "status": "planned",
            "opens_at": one.opens_at,
            "due_at": one.due_at,
            "closes_at": one.closes_at,
        }
        for one in plans
    ]
    free = insert(Campaign).values(rows).on_conflict_do_nothing()
    planned = free.returning(Campaign.stage, Campaign.round, Campaign.id)
    ids = {(stage, round_): campaign_id for stage, round_, campaign_id in uow.session.execute(planned)}
    taken = [one for one in rows if (one["stage"], one["round"]) not in ids]
    if taken:
        raise Conflict(
            f"{year}年的阶段“{taken[0]['stage']}”已经安排过,不能再安排一次;请打开已有的年度安排。",
            code="campaign.duplicate",
        )
    uow.audit("campaign.plan", subject=f"{jurisdiction_id}/{year}", data={"campaigns": sorted(ids.values())})
    return ids


def find(session: Session, *, jurisdiction_id: int, year: int, stage: str, round: int) -> Campaign:
    """Return one stage of a year. Raises NotFound."""
    wanted = select(Campaign).where(
        Campaign.jurisdiction_id == jurisdiction_id,
        Campaign.year == year,
        Campaign.stage == stage,
        Campaign.round == round,
    )
    found = session.scalar(wanted)
    if found is None:
        raise NotFound(
            f"{year}年没有计划阶段“{stage}”第{round}轮;请先在年度安排中加入它。", code="campaign.not_found"
        )
    return found


def locked(uow: UnitOfWork, campaign_id: int) -> Campaign:
    """Return a campaign as it stands, locked until the end of the transaction. Raises NotFound."""
    kept = {"key_share": True}  # new members may refer to it meanwhile
    found = uow.session.get(Campaign, campaign_id, with_for_update=kept, populate_existing=True)
    if found is None:
        raise NotFound(f"找不到编号为 {campaign_id} 的阶段;请从年度安排重新打开。", code="campaign.not_found")
    return found


def open_stage(uow: UnitOfWork, campaign_id: int, process_key: str, population: Sequence[Subject]) -> None:
    """Open a planned stage over its population; the instances are launched by jobs, in batches.

    Members with a reason are kept as excluded. Raises WrongState unless the stage is planned.
    """
    campaign = locked(uow, campaign_id)
    require(CAMPAIGN, campaign.status, "open", code="campaign.wrong_state", what=f"阶段“{campaign.stage}”")
    campaign.status, campaign.opened_at = "open", uow.now()
    uow.session.flush()
    add_subjects(uow, campaign_id, process_key, population)
    uow.record(Event("campaign.opened", campaign_id=campaign_id, data={"subjects": len(population)}))
    _audit(uow, "campaign.open", campaign, uow.actor, subjects=len(population))


def record_missing(uow: UnitOfWork, campaign_id: int) -> list[int]:
    """Journal which members have filed nothing by now; return their ids."""
    missing = list(uow.session.scalars(_nothing_filed(campaign_id).order_by(CampaignSubject.id)))
    uow.record(Event("campaign.due", campaign_id=campaign_id, data={"missing": len(missing)}))
    uow.audit("campaign.record_missing", subject=str(campaign_id), data={"missing": len(missing)})
    return missing


def close(uow: UnitOfWork, campaign_id: int) -> list[int]:
    """Close an open stage: members that filed nothing are missing, their instances end; the others go on.

    What is suspended is not missing, nor what could not be launched while the stage is suspended.
    Returns ids of the missing members. Raises WrongState unless the stage is open.
    """
    campaign = locked(uow, campaign_id)
    require(CAMPAIGN, campaign.status, "closed", code="campaign.wrong_state", what=f"阶段“{campaign.stage}”")
    _lock_unfinished(uow, campaign_id)
    missing = list(uow.session.scalars(_nothing_filed(campaign_id).order_by(CampaignSubject.id)))
    _end_members(uow, missing, "missing", "campaign_closed")
    campaign.status, campaign.closed_at = "closed", uow.now()
    uow.record(Event("campaign.closed", campaign_id=campaign_id, data={"missing": len(missing)}))
    _audit(uow, "campaign.close", campaign, uow.actor, missing=len(missing))
    return missing


def waive(uow: UnitOfWork, campaign_id: int, reason: str, *, by: Actor) -> None:
    """Waive a whole stage with a reason: nothing is asked of anybody any more, and the reports say why.

    Raises InvalidInput without a reason; WrongState if the stage was closed or waived.
    """
    if not reason.strip():
        raise InvalidInput("豁免一个阶段必须写明原因;请填写原因后再提交。", code="campaign.reason_missing")
    campaign = locked(uow, campaign_id)
    require(CAMPAIGN, campaign.status, "waived", code="campaign.wrong_state", what=f"阶段“{campaign.stage}”")
    _lock_unfinished(uow, campaign_id)
    member = CampaignSubject
    unfinished = select(member.id).where(
        member.campaign_id == campaign_id, member.status.in_(("pending", "started"))
    )
    _end_members(uow, list(uow.session.scalars(unfinished)), "waived", "campaign_waived")
    campaign.status, campaign.closed_at = "waived", uow.now()
    campaign.waived_reason, campaign.waived_by = reason, by.name
    uow.record(Event("campaign.waived", campaign_id=campaign_id, data={"reason": reason}), by=by)
    _audit(uow, "campaign.waive", campaign, by, reason=reason)


def suspend(uow: UnitOfWork, campaign_id: int, reason: str, *, by: Actor) -> list[UUID]:
    """Suspend a stage and every active instance of it with a few statements; return their ids.

    Nothing is launched until `resume`. The stage closes when its time comes: what is suspended then is not
    missing. Raises InvalidInput without a reason; NotFound; WrongState if it is suspended already.
    """
    text = require_reason(reason)
    campaign = locked(uow, campaign_id)
    if campaign.suspension is not None:
        raise suspended(f"阶段“{campaign.stage}”", campaign.suspension)
    campaign.suspension = why(text, uow.now(), by)
    uow.session.flush()
    active = select(ProcessInstance.id).where(
        ProcessInstance.campaign_id == campaign_id, ProcessInstance.status == "active"
    )
    ids = list(uow.session.scalars(active.order_by(ProcessInstance.id).with_for_update()))
    freeze(uow, ids, campaign.suspension)
    for instance_id in ids:
        uow.record(Event("instance.suspended", instance_id, campaign_id, data={"reason": text}), by=by)
    uow.record(Event("campaign.suspended", campaign_id=campaign_id, data={"reason": text}), by=by)
    _audit(uow, "campaign.suspend", campaign, by, reason=text, instances=ids)
    return ids


def resume(uow: UnitOfWork, campaign_id: int, reason: str, *, by: Actor) -> list[UUID]:
    """Let a stage go on: launch the members that wait for it; return the instances that were suspended with it.

    Those are resumed one by one (see `engine.bulk`); one that was suspended before, for a reason of its own, stays.
    Raises InvalidInput without a reason; NotFound; WrongState unless it is suspended.
    """
    text = require_reason(reason)
    campaign = locked(uow, campaign_id)
    if campaign.suspension is None:
        raise WrongState(f"阶段“{campaign.stage}”没有挂起;无需恢复。", code="campaign.wrong_state")
    was, campaign.suspension = campaign.suspension, null()
    uow.session.flush()
    launched = launch_pending(uow, campaign_id)
    facts = {"reason": text, "members": launched}
    uow.record(Event("campaign.resumed", campaign_id=campaign_id, data=facts), by=by)
    _audit(uow, "campaign.resume", campaign, by, **facts)
    instance = ProcessInstance
    waiting = select(instance.id).where(
        instance.campaign_id == campaign_id, instance.status == "suspended", instance.suspension == was
    )
    return list(uow.session.scalars(waiting.order_by(instance.id)))


def _audit(uow: UnitOfWork, action: str, campaign: Campaign, by: Actor, **facts: Any) -> None:
    place = f"{campaign.jurisdiction_id}/{campaign.year}/{campaign.stage}/{campaign.round}"
    uow.audit(action, by=by, subject=place, data={"campaign_id": campaign.id, **facts})


def counters(session: Session, campaign_id: int) -> dict[str, int]:
    """Return how many members there are by status."""
    member = CampaignSubject
    rows = (
        select(member.status, func.count()).where(member.campaign_id == campaign_id).group_by(member.status)
    )
    return dict(session.execute(rows).all())


def _lock_unfinished(uow: UnitOfWork, campaign_id: int) -> None:
    """Wait for everybody who is working on an instance of the stage just now: what he files counts.

    Instances come before members, as in every command; what follows reads again.
    """
    instance = ProcessInstance
    going_on = (instance.campaign_id == campaign_id, instance.status.in_(("active", "suspended")))
    uow.session.execute(select(instance.id).where(*going_on).order_by(instance.id).with_for_update()).all()


def _nothing_filed(campaign_id: int) -> Any:
    member = CampaignSubject
    idle = (
        select(member.id)
        .join(Campaign, Campaign.id == member.campaign_id)
        .outerjoin(ProcessInstance, ProcessInstance.id == member.instance_id)
    )
    return idle.where(
        member.campaign_id == campaign_id,
        or_(member.status == "started", and_(member.status == "pending", Campaign.suspension.is_(None))),
        func.coalesce(ProcessInstance.completed_tasks, 0) == 0,
        ProcessInstance.status.is_distinct_from("suspended"),
    )


def _end_members(uow: UnitOfWork, member_ids: Sequence[int], status: str, reason: str) -> None:
    """End members and their instances without opening an image: nothing is lost that anybody filed."""
    now = uow.now()
    member, instance = CampaignSubject, ProcessInstance
    ended = (
        update(member).where(member.id.in_(member_ids)).values(status=status).returning(member.instance_id)
    )
    ids = [found for found in uow.session.scalars(ended) if found is not None]
    stopped = update(instance).where(instance.id.in_(ids), instance.status.in_(("active", "suspended")))
    uow.session.execute(
        stopped.values(status="cancelled", ended_at=now, revision=instance.revision + 1, suspension=None)
    )
    tasks = update(UserTask).where(UserTask.instance_id.in_(ids), UserTask.status.in_(("open", "suspended")))
    gone = list(
        uow.session.scalars(
            tasks.values(status="cancelled", ended_at=now, suspension=None).returning(UserTask.id)
        )
    )
    rungs = update(LadderRung).where(
        LadderRung.task_id.in_(gone), LadderRung.status.in_(("planned", "suspended"))
    )
    uow.session.execute(rungs.values(status="skipped", reason=reason, ended_at=now))
    timers = update(Timer).where(Timer.instance_id.in_(ids), Timer.status.in_(("planned", "suspended")))
    uow.session.execute(timers.values(status="cancelled", ended_at=now))
    for waiting in (MessageSubscription, SignalSubscription, HeldMessage):
        uow.session.execute(delete(waiting).where(waiting.instance_id.in_(ids)))
    asked = update(SignItem).where(SignItem.task_id.in_(gone), SignItem.state.in_(("open", "queued")))
    uow.session.execute(asked.values(state="void"))
    stands = update(Incident).where(Incident.instance_id.in_(ids), Incident.resolved_at.is_(None))
    uow.session.execute(
        stands.values(resolved_at=now, resolved_by=SYSTEM.name, resolution="事项已随阶段结束")
    )
    for instance_id in ids:
        uow.record(Event("instance.cancelled", instance_id, data={"reason": reason}))
