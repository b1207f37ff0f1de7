"""A stage over a population for tests: planned, opened, launched; and what became of its members."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine import campaigns, launching, tasks, timers
from engine.access import Actor
from engine.calendar.local_time import SHANGHAI
from engine.campaigns import Plan
from engine.launching import Subject
from engine.model.campaigns import CampaignSubject
from engine.model.instances import ProcessInstance
from engine.model.journal import EventRow
from engine.model.tasks import UserTask
from engine.model.timers import Timer
from engine.uow import UnitOfWork
from tests.integration.engine.stage import BUREAU, PREPARER, UNIT, chosen, published, signed

BOSS = Actor(900, "孙七", frozenset({("performance", BUREAU)}))


def planned(uow: UnitOfWork, xml: bytes, *, year: int = 2020, stage: str = "review", round: int = 1) -> int:
    """Publish a diagram and plan one stage; return the campaign's id."""
    published(uow, xml)
    moments = (datetime(2021, 3, day, tzinfo=SHANGHAI) for day in (1, 20, 30))
    one = campaigns.plan(
        uow,
        [Plan(stage, round, *moments)],
        jurisdiction_id=1,
        year=year,
        parameter_hash=chosen().hash,
        parties={"bureau": BUREAU},
    )
    return one[stage, round]


def subject(number: int, **changes: Any) -> Subject:
    """Return a member of the population."""
    return Subject("thing", number, f"T{number:03}", UNIT, f"事项 {number}", {"amount": number}, **changes)


def opened(uow: UnitOfWork, xml: bytes, process: str, numbers: Sequence[int], *, year: int = 2020) -> int:
    """Plan, open and launch a stage; return the campaign's id."""
    campaign_id = planned(uow, xml, year=year)
    campaigns.open_stage(uow, campaign_id, process, [subject(number) for number in numbers])
    launching.launch(uow, campaign_id, member_ids(uow, campaign_id))
    return campaign_id


def members(uow: UnitOfWork, campaign_id: int) -> dict[str, CampaignSubject]:
    """Return the members by code, freshly read."""
    uow.session.expire_all()
    found = select(CampaignSubject).where(CampaignSubject.campaign_id == campaign_id)
    return {one.subject_code: one for one in uow.session.scalars(found.order_by(CampaignSubject.id))}


def member_ids(uow: UnitOfWork, campaign_id: int) -> list[int]:
    return [one.id for one in members(uow, campaign_id).values()]


def file_for(uow: UnitOfWork, campaign_id: int, code: str) -> None:
    """Let the preparer file the open task of a member."""
    instance_id = members(uow, campaign_id)[code].instance_id
    task_id = uow.session.scalars(
        select(UserTask.id).where(UserTask.instance_id == instance_id, UserTask.status == "open")
    ).one()
    tasks.claim(uow, task_id, by=PREPARER)
    tasks.complete(uow, task_id, signed(), by=PREPARER)


def statuses(uow: UnitOfWork, model: Any, campaign_id: int) -> list[str]:
    """Return the statuses of a campaign's instances, tasks, rungs or timers, sorted."""
    uow.session.expire_all()
    ids = select(ProcessInstance.id).where(ProcessInstance.campaign_id == campaign_id)
    ours = model.instance_id.in_(ids) if model is Timer else model.campaign_id == campaign_id
    return sorted(uow.session.scalars(select(model.status).where(ours)))


def events(uow: UnitOfWork, campaign_id: int, type: str) -> list[dict[str, Any]]:
    """Return the data of a campaign's events of one type."""
    uow.flush()
    found = select(EventRow.data).where(EventRow.campaign_id == campaign_id, EventRow.type == type)
    return list(uow.session.scalars(found.order_by(EventRow.id)))


def fire_all(uow: UnitOfWork, campaign_id: int) -> None:
    """Fire every timer of a campaign's instances."""
    ids = (
        select(Timer.id)
        .join(ProcessInstance, ProcessInstance.id == Timer.instance_id)
        .where(ProcessInstance.campaign_id == campaign_id)
    )
    for timer_id in list(uow.session.scalars(ids)):
        assert timers.fire(uow, timer_id)
