"""The members of a campaign: added to it, launched in batches through the queue, set aside if they cannot be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.dialects.postgresql import insert

from engine import definitions, library
from engine.access import SYSTEM, Actor
from engine.calendar.local_time import local_date
from engine.errors import BihuanError, WrongState
from engine.events import Event
from engine.instances import Order, start_all
from engine.lifecycle import WORDS_OF_CAMPAIGNS
from engine.model.campaigns import Campaign, CampaignSubject
from engine.uow import UnitOfWork

BATCH = 50
ATTEMPTS = 5
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
    """Start the instances of pending members, all or none; return how many. Safe to repeat.

    None while the stage is suspended. It stays as it is until the commit: closing and suspending wait for a launch.
    """
    campaign = uow.session.get_one(Campaign, campaign_id, with_for_update={"read": True})
    if campaign.status not in ("open", "closed") or campaign.suspension is not None:
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


def first_attempts(uow: UnitOfWork, member_ids: Sequence[int]) -> list[int]:
    """Count an attempt of the pending members that were never tried, before it begins; return them."""
    member = CampaignSubject
    pending = (member.id.in_(member_ids), member.status == "pending", member.attempts == 0)
    fresh = update(member).where(*pending, _launchable()).values(attempts=1).returning(member.id)
    return sorted(uow.session.scalars(fresh))


def next_attempt(uow: UnitOfWork, member_id: int) -> bool:
    """Count one more attempt to launch a member; False if there is nothing to launch, or its attempts are used up."""
    member = CampaignSubject
    mine = (member.id == member_id, member.status == "pending", _launchable())
    again = update(member).where(*mine, member.attempts < ATTEMPTS).values(attempts=member.attempts + 1)
    if uow.session.scalar(again.returning(member.id)) is not None:
        return True
    if uow.session.scalar(select(member.id).where(*mine)) is not None:
        text = f"启动了{ATTEMPTS}次,每次工作进程都中断,没有结果;请查明原因后再启动。"
        set_aside(uow, member_id, BihuanError(text, code="launch.died"))
    return False


def _launchable() -> ColumnElement[bool]:
    """Return the condition that a member's stage is not suspended: what is not tried is not counted."""
    suspended = Campaign.suspension.is_not(None)
    return ~exists().where(Campaign.id == CampaignSubject.campaign_id, suspended)


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


def launch_pending(uow: UnitOfWork, campaign_id: int) -> int:
    """Launch the members that wait for it, in batches through the queue; return how many. Safe to repeat."""
    member = CampaignSubject
    waiting = select(member.id).where(member.campaign_id == campaign_id, member.status == "pending")
    ids = list(uow.session.scalars(waiting.order_by(member.id)))
    _defer_launches(uow, campaign_id, ids)
    return len(ids)


def relaunch(uow: UnitOfWork, campaign_id: int, *, by: Actor) -> int:
    """Launch again the members that could not be launched; return how many will be tried.

    Raises WrongState unless the stage is open.
    """
    campaign = uow.session.get_one(Campaign, campaign_id, with_for_update={"read": True})
    if campaign.status != "open":
        raise WrongState(
            f"阶段“{campaign.stage}”{WORDS_OF_CAMPAIGNS[campaign.status]},不能再启动;无需处理。",
            code="campaign.wrong_state",
        )
    member = CampaignSubject
    failed = update(member).where(member.campaign_id == campaign_id, member.status == "failed")
    again = failed.values(status="pending", reason=None, attempts=0).returning(member.id)
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
