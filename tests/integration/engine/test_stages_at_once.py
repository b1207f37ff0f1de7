"""A stage is suspended, closed or waived while others work in it: nothing is launched behind its back, no form is lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Event as Bell
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from engine import campaigns, instances, launching, tasks
from engine.access import SYSTEM, Actor
from engine.errors import InvalidInput, WrongState
from engine.model.campaigns import CampaignSubject
from engine.model.instances import ProcessInstance
from engine.model.tasks import UserTask
from engine.suspending import resume
from engine.uow import UnitOfWork
from host.composition import Bihuan
from host.workers.queueing import drain
from tests.integration.engine.diagrams import REVIEW
from tests.integration.engine.population import (
    events,
    file_for,
    member_ids,
    members,
    opened,
    planned,
    statuses,
    subject,
)
from tests.integration.engine.stage import PREPARER, signed

AUDITOR = Actor(800, "审计员", system=True)
YEARS = count(1900)
WAITS = text("select count(*) from pg_locks where not granted")
PATIENCE_SECONDS = 20


def member_statuses(uow: UnitOfWork, campaign_id: int) -> list[str]:
    return [one.status for one in members(uow, campaign_id).values()]


def behind(bihuan: Bihuan, first: Callable[[UnitOfWork], Any], then: Callable[[UnitOfWork], Any]) -> None:
    """Let `then` run into what `first` has locked; `first` commits once it waits."""
    waits = Bell()

    def second() -> None:
        with bihuan.unit_of_work() as uow:
            then(uow)

    with ThreadPoolExecutor(1) as thread:
        with bihuan.unit_of_work() as uow:
            first(uow)
            uow.flush()
            waiting = thread.submit(second)
            with bihuan.database.owner_engine.connect() as watcher:
                for _ in range(PATIENCE_SECONDS * 100):
                    if watcher.scalar(WAITS):
                        break
                    waits.wait(0.01)
                else:
                    raise AssertionError("nobody waited")
        waiting.result(PATIENCE_SECONDS)


def launched(bihuan: Bihuan, number: int) -> int:
    with bihuan.unit_of_work() as uow:
        campaign_id = planned(uow, REVIEW, year=next(YEARS))
        campaigns.open_stage(uow, campaign_id, "review", [subject(one) for one in range(1, number + 1)])
    drain(bihuan.queue)
    return campaign_id


def claimed(bihuan: Bihuan, campaign_id: int) -> UUID:
    with bihuan.unit_of_work() as uow:
        task_id = uow.session.scalars(
            select(UserTask.id).where(UserTask.campaign_id == campaign_id).limit(1)
        ).one()
        tasks.claim(uow, task_id, by=PREPARER)
        return task_id


def test_a_suspended_stage_suspends_its_instances_and_leaves_alone_those_that_have_ended(
    uow: UnitOfWork,
) -> None:
    campaign_id, other = opened(uow, REVIEW, "review", [1, 2, 3]), planned(uow, REVIEW, round=2)
    found = [one.instance_id for one in members(uow, campaign_id).values()]
    assert found[2] is not None
    instances.cancel(uow, found[2], "项目撤销", by=AUDITOR)

    ids = campaigns.suspend(uow, campaign_id, "等上级文件", by=AUDITOR)

    assert sorted(ids) == sorted(one for one in found[:2] if one)
    assert statuses(uow, ProcessInstance, campaign_id) == ["cancelled", "suspended", "suspended"]
    assert campaigns.locked(uow, other).suspension is None
    with pytest.raises(WrongState, match="等上级文件"):
        campaigns.suspend(uow, campaign_id, "再来一次", by=AUDITOR)
    with pytest.raises(InvalidInput):
        campaigns.resume(uow, campaign_id, " ", by=AUDITOR)
    assert campaigns.resume(uow, campaign_id, "文件已到", by=AUDITOR) == sorted(ids)
    with pytest.raises(WrongState):
        campaigns.resume(uow, campaign_id, "再来一次", by=AUDITOR)
    assert events(uow, campaign_id, "campaign.resumed") == [{"reason": "文件已到", "members": 0}]


def test_members_of_a_suspended_stage_are_launched_when_it_goes_on_and_not_before(bihuan: Bihuan) -> None:
    with bihuan.unit_of_work() as uow:
        campaign_id = planned(uow, REVIEW, year=next(YEARS))
        campaigns.open_stage(uow, campaign_id, "review", [subject(number) for number in range(1, 61)])
        campaigns.suspend(uow, campaign_id, "等上级文件", by=AUDITOR)

    drain(bihuan.queue)

    with bihuan.unit_of_work() as uow:
        assert set(member_statuses(uow, campaign_id)) == {"pending"}
        assert {one.attempts for one in members(uow, campaign_id).values()} == {0}
        assert launching.launch(uow, campaign_id, member_ids(uow, campaign_id)) == 0
        assert not launching.next_attempt(uow, member_ids(uow, campaign_id)[0])
        campaigns.resume(uow, campaign_id, "文件已到", by=AUDITOR)
    drain(bihuan.queue)
    with bihuan.unit_of_work() as uow:
        assert set(member_statuses(uow, campaign_id)) == {"started"}


def test_a_stage_that_is_suspended_before_it_opens_launches_nobody(uow: UnitOfWork) -> None:
    campaign_id = planned(uow, REVIEW)
    campaigns.suspend(uow, campaign_id, "等上级文件", by=AUDITOR)

    campaigns.open_stage(uow, campaign_id, "review", [subject(1)])

    assert launching.launch(uow, campaign_id, member_ids(uow, campaign_id)) == 0


def test_who_could_not_be_launched_in_a_suspended_stage_is_not_missing_when_it_closes(
    uow: UnitOfWork,
) -> None:
    campaign_id = planned(uow, REVIEW)
    campaigns.open_stage(uow, campaign_id, "review", [subject(1), subject(2)])
    first, second = member_ids(uow, campaign_id)
    launching.launch(uow, campaign_id, [first])
    campaigns.suspend(uow, campaign_id, "等上级文件", by=AUDITOR)

    assert campaigns.close(uow, campaign_id) == []

    assert member_statuses(uow, campaign_id) == ["started", "pending"]
    for instance_id in campaigns.resume(uow, campaign_id, "文件已到", by=AUDITOR):
        resume(uow, instance_id, "文件已到", by=AUDITOR)
    assert launching.launch(uow, campaign_id, [first, second]) == 1
    file_for(uow, campaign_id, "T001")
    assert member_statuses(uow, campaign_id) == ["started", "started"]


def test_suspending_waits_for_a_launch_and_suspends_what_it_started(bihuan: Bihuan) -> None:
    with bihuan.unit_of_work() as uow:
        campaign_id = planned(uow, REVIEW, year=next(YEARS))
        campaigns.open_stage(uow, campaign_id, "review", [subject(1), subject(2)])
        ids = member_ids(uow, campaign_id)

    behind(
        bihuan,
        lambda uow: launching.launch(uow, campaign_id, ids),
        lambda uow: campaigns.suspend(uow, campaign_id, "等上级文件", by=AUDITOR),
    )

    with bihuan.unit_of_work() as uow:
        assert statuses(uow, ProcessInstance, campaign_id) == ["suspended", "suspended"]
        assert set(statuses(uow, UserTask, campaign_id)) == {"suspended"}


@pytest.mark.parametrize("end", ["close", "waive"])
def test_a_form_that_is_being_filed_when_its_stage_ends_is_not_lost(bihuan: Bihuan, end: str) -> None:
    campaign_id = launched(bihuan, 2)
    task_id = claimed(bihuan, campaign_id)

    def ends(uow: UnitOfWork) -> None:
        if end == "close":
            campaigns.close(uow, campaign_id)
        else:
            campaigns.waive(uow, campaign_id, "上级统一豁免", by=SYSTEM)

    behind(bihuan, lambda uow: tasks.complete(uow, task_id, signed(), by=PREPARER), ends)

    with bihuan.unit_of_work() as uow:
        mine = select(ProcessInstance.id).join(UserTask).where(UserTask.id == task_id)
        instance = uow.session.get_one(ProcessInstance, uow.session.scalars(mine).one())
        member = uow.session.scalars(
            select(CampaignSubject).where(CampaignSubject.instance_id == instance.id)
        ).one()
        assert uow.session.get_one(UserTask, task_id).status == "completed"
        wanted = ("active", "started") if end == "close" else ("cancelled", "waived")
        assert (instance.status, member.status) == wanted
        others = {one.status for one in members(uow, campaign_id).values() if one.id != member.id}
        assert others == {"missing" if end == "close" else "waived"}


def test_a_stage_that_closes_while_its_last_member_finishes_does_not_lock_itself_in(bihuan: Bihuan) -> None:
    campaign_id = launched(bihuan, 1)
    task_id = claimed(bihuan, campaign_id)
    with bihuan.unit_of_work() as uow:
        instance_id = uow.session.get_one(UserTask, task_id).instance_id

    behind(
        bihuan,
        lambda uow: instances.cancel(uow, instance_id, "项目撤销", by=AUDITOR),
        lambda uow: campaigns.close(uow, campaign_id),
    )

    with bihuan.unit_of_work() as uow:
        assert member_statuses(uow, campaign_id) == ["cancelled"]


def test_members_of_a_stage_that_is_closed_are_not_launched_again(uow: UnitOfWork) -> None:
    campaign_id = opened(uow, REVIEW, "review", [1])
    campaigns.close(uow, campaign_id)

    with pytest.raises(WrongState):
        launching.relaunch(uow, campaign_id, by=AUDITOR)
