"""Campaigns: open a stage over a population, launch it in batches, close it, waive it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from engine import definitions, library
from engine.access import SYSTEM, Actor
from engine.calendar.local_time import local_date
from engine.errors import BihuanError, Conflict, InvalidInput, NotFound
from engine.events import Event
from engine.instances import Order, start_all
from engine.lifecycle import CAMPAIGN, require
from engine.model.campaigns import Campaign, CampaignSubject
from engine.model.instances import ProcessInstance
from engine.model.messages import MessageSubscription
from engine.model.tasks import UserTask
from engine.model.timers import LadderRung, Timer
from engine.uow import UnitOfWork

BATCH = 50
LAUNCH_JOB = "launch_subjects"


@dataclass(frozen=True)
class Subject:
    """One member of a population: what is reviewed, where it belongs, what its process starts with.

    rule_id and reason: set for a member that is excluded, with the rule that says so.
    """

    kind: str
    id: int
    code: str
    organisation_id: int
    title: str
    data: Mapping[str, Any] = field(default_factory=dict)
    reason: str | None = None
    rule_id: str | None = None


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
    """Return a campaign, locked until the end of the transaction. Raises NotFound."""
    found = uow.session.get(Campaign, campaign_id, with_for_update=True)
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


def add_subjects(uow: UnitOfWork, campaign_id: int, process_key: str, population: Sequence[Subject]) -> None:
    """Add members to an open stage and launch them; a member that is there already is left alone."""
    if not population:
        return
    rows = [
        {
            "campaign_id": campaign_id,
            "process_key": process_key,
            "subject_kind": one.kind,
            "subject_id": one.id,
            "subject_code": one.code,
            "organisation_id": one.organisation_id,
            "title": one.title,
            "data": dict(one.data),
            "status": "excluded" if one.reason else "pending",
            "reason": one.reason,
            "rule_id": one.rule_id,
        }
        for one in population
    ]
    added = (
        insert(CampaignSubject).on_conflict_do_nothing().returning(CampaignSubject.id, CampaignSubject.status)
    )
    ids = [subject_id for subject_id, status in uow.session.execute(added, rows) if status == "pending"]
    _defer_launches(uow, campaign_id, sorted(ids))


def launch(uow: UnitOfWork, campaign_id: int, subject_ids: Sequence[int]) -> int:
    """Start the instances of pending members, all or none; return how many. Safe to repeat."""
    campaign = uow.session.get_one(Campaign, campaign_id)
    if campaign.status != "open":
        return 0
    member = CampaignSubject
    pending = select(member).where(member.id.in_(subject_ids), member.status == "pending").order_by(member.id)
    members = list(uow.session.scalars(pending.with_for_update(skip_locked=True)))
    chosen = library.parameter_set(uow.session, campaign.parameter_hash)
    bundles = {key: definitions.bind(uow, key, chosen.slots) for key in {one.process_key for one in members}}
    orders = [_order(campaign, one, bundles[one.process_key], chosen.jurisdiction) for one in members]
    for one, begun in zip(members, start_all(uow, orders, by=SYSTEM) if orders else [], strict=True):
        one.instance_id = begun.id
        one.status = "started" if begun.status == "active" else begun.status
    uow.session.flush()
    return len(members)


def set_aside(uow: UnitOfWork, member_id: int, error: BihuanError) -> None:
    """Note that a member could not be launched, and why; the others go on. `relaunch` tries it again."""
    member = CampaignSubject
    failed = update(member).where(member.id == member_id, member.status == "pending")
    campaign_id = uow.session.scalar(
        failed.values(status="failed", reason=f"{error.code}: {error.text}").returning(member.campaign_id)
    )
    if campaign_id is not None:
        data = {"member": member_id, "code": error.code}
        uow.record(Event("campaign.member_failed", campaign_id=campaign_id, data=data))


def relaunch(uow: UnitOfWork, campaign_id: int, *, by: Actor) -> int:
    """Launch again the members that could not be launched; return how many will be tried."""
    member = CampaignSubject
    failed = update(member).where(member.campaign_id == campaign_id, member.status == "failed")
    again = failed.values(status="pending", reason=None).returning(member.id)
    ids = sorted(uow.session.scalars(again))
    _defer_launches(uow, campaign_id, ids)
    uow.audit("campaign.relaunch", by=by, subject=str(campaign_id), data={"members": len(ids)})
    return len(ids)


def _defer_launches(uow: UnitOfWork, campaign_id: int, member_ids: Sequence[int]) -> None:
    for first in range(0, len(member_ids), BATCH):
        uow.defer(LAUNCH_JOB, campaign_id=campaign_id, subject_ids=member_ids[first : first + BATCH])


def _order(campaign: Campaign, member: CampaignSubject, bundle_hash: str, jurisdiction: str) -> Order:
    stage = campaign.stage if campaign.round == 1 else f"{campaign.stage}.{campaign.round}"
    place = "" if member.process_key == campaign.stage else f"{member.process_key}/"
    return Order(
        business_key=f"{jurisdiction}/{campaign.year}/{stage}/{place}{member.subject_code}",
        title=member.title,
        process_key=member.process_key,
        bundle_hash=bundle_hash,
        parameter_hash=campaign.parameter_hash,
        jurisdiction_id=campaign.jurisdiction_id,
        organisation_id=member.organisation_id,
        stage=campaign.stage,
        round=campaign.round,
        subject_kind=member.subject_kind,
        subject_id=member.subject_id,
        subject_code=member.subject_code,
        parties={**campaign.parties, "subject": member.organisation_id},
        campaign_id=campaign.id,
        data={
            **member.data,
            "subject_code": member.subject_code,
            "round": campaign.round,
            "due_on": local_date(campaign.due_at),
        },
    )


def record_missing(uow: UnitOfWork, campaign_id: int) -> list[int]:
    """Journal which members have filed nothing by now; return their ids."""
    missing = list(uow.session.scalars(_nothing_filed(campaign_id).order_by(CampaignSubject.id)))
    uow.record(Event("campaign.due", campaign_id=campaign_id, data={"missing": len(missing)}))
    return missing


def close(uow: UnitOfWork, campaign_id: int) -> list[int]:
    """Close an open stage: members that filed nothing are missing, their instances end; the others go on.

    Returns ids of the missing members. Raises WrongState unless the stage is open.
    """
    campaign = locked(uow, campaign_id)
    require(CAMPAIGN, campaign.status, "closed", code="campaign.wrong_state", what=f"阶段“{campaign.stage}”")
    missing = list(uow.session.scalars(_nothing_filed(campaign_id).order_by(CampaignSubject.id)))
    _end_members(uow, missing, "missing", "campaign_closed")
    campaign.status, campaign.closed_at = "closed", uow.now()
    uow.record(Event("campaign.closed", campaign_id=campaign_id, data={"missing": len(missing)}))
    return missing


def waive(uow: UnitOfWork, campaign_id: int, reason: str, *, by: Actor) -> None:
    """Waive a whole stage with a reason: nothing is asked of anybody any more, and the reports say why.

    Raises InvalidInput without a reason; WrongState if the stage was closed or waived.
    """
    if not reason.strip():
        raise InvalidInput("豁免一个阶段必须写明原因;请填写原因后再提交。", code="campaign.reason_missing")
    campaign = locked(uow, campaign_id)
    require(CAMPAIGN, campaign.status, "waived", code="campaign.wrong_state", what=f"阶段“{campaign.stage}”")
    member = CampaignSubject
    unfinished = select(member.id).where(
        member.campaign_id == campaign_id, member.status.in_(("pending", "started"))
    )
    _end_members(uow, list(uow.session.scalars(unfinished)), "waived", "campaign_waived")
    campaign.status, campaign.closed_at = "waived", uow.now()
    campaign.waived_reason, campaign.waived_by = reason, by.name
    uow.record(Event("campaign.waived", campaign_id=campaign_id, data={"reason": reason}), by=by)
    uow.audit("campaign.waive", by=by, subject=f"{campaign.stage}/{campaign.round}", data={"reason": reason})


def counters(session: Session, campaign_id: int) -> dict[str, int]:
    """Return how many members there are by status."""
    member = CampaignSubject
    rows = (
        select(member.status, func.count()).where(member.campaign_id == campaign_id).group_by(member.status)
    )
    return dict(session.execute(rows).all())


def _nothing_filed(campaign_id: int) -> Any:
    member = CampaignSubject
    idle = select(member.id).outerjoin(ProcessInstance, ProcessInstance.id == member.instance_id)
    return idle.where(
        member.campaign_id == campaign_id,
        member.status.in_(("pending", "started")),
        func.coalesce(ProcessInstance.completed_tasks, 0) == 0,
    )


def _end_members(uow: UnitOfWork, member_ids: Sequence[int], status: str, reason: str) -> None:
    """End members and their instances without opening an image: nothing is lost that anybody filed."""
    now = uow.now()
    member, instance = CampaignSubject, ProcessInstance
    ended = (
        update(member).where(member.id.in_(member_ids)).values(status=status).returning(member.instance_id)
    )
    ids = [found for found in uow.session.scalars(ended) if found is not None]
    stopped = update(instance).where(instance.id.in_(ids), instance.status == "active")
    uow.session.execute(stopped.values(status="cancelled", ended_at=now, revision=instance.revision + 1))
    tasks = update(UserTask).where(UserTask.instance_id.in_(ids), UserTask.status == "open")
    gone = list(uow.session.scalars(tasks.values(status="cancelled", ended_at=now).returning(UserTask.id)))
    rungs = update(LadderRung).where(LadderRung.task_id.in_(gone), LadderRung.status == "planned")
    uow.session.execute(rungs.values(status="skipped", reason=reason, ended_at=now))
    timers = update(Timer).where(Timer.instance_id.in_(ids), Timer.status == "planned")
    uow.session.execute(timers.values(status="cancelled", ended_at=now))
    uow.session.execute(delete(MessageSubscription).where(MessageSubscription.instance_id.in_(ids)))
    for instance_id in ids:
        uow.record(Event("instance.cancelled", instance_id, data={"reason": reason}))
