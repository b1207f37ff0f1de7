"""How a stage ends: due, closed with the list of who is missing, or waived with a reason."""

from datetime import datetime

import pytest
from sqlalchemy import func, select

from engine import campaigns, launching, tasks
from engine.calendar.local_time import SHANGHAI
from engine.clock import VirtualClock
from engine.errors import InvalidInput, WrongState
from engine.model.instances import ProcessInstance
from engine.model.journal import AuditRow
from engine.model.messages import MessageSubscription
from engine.model.tasks import UserTask
from engine.model.timers import LadderRung, Timer
from engine.uow import UnitOfWork
from tests.integration.engine.diagrams import REVIEW, TWO_STEPS, WAITING
from tests.integration.engine.population import (
    BOSS,
    events,
    file_for,
    fire_all,
    member_ids,
    members,
    opened,
    planned,
    statuses,
    subject,
)
from tests.integration.engine.stage import PREPARER, published, signed


def test_at_the_due_moment_who_filed_nothing_is_listed_and_nobody_is_stopped(uow: UnitOfWork) -> None:
    campaign_id = opened(uow, TWO_STEPS, "two_steps", [1, 2, 3])
    file_for(uow, campaign_id, "T002")

    missing = campaigns.record_missing(uow, campaign_id)

    found = members(uow, campaign_id)
    assert missing == [found["T001"].id, found["T003"].id]
    assert events(uow, campaign_id, "campaign.due") == [{"missing": 2}]
    assert campaigns.counters(uow.session, campaign_id) == {"started": 3}


def test_closing_ends_only_the_instances_of_the_missing(uow: UnitOfWork, clock: VirtualClock) -> None:
    campaign_id = opened(uow, REVIEW, "review", [1, 2])
    file_for(uow, campaign_id, "T001")
    clock.set(datetime(2021, 3, 30, 23, 59, 59, tzinfo=SHANGHAI))

    missing = campaigns.close(uow, campaign_id)

    found = members(uow, campaign_id)
    assert missing == [found["T002"].id]
    assert {code: one.status for code, one in found.items()} == {"T001": "started", "T002": "missing"}
    ended = uow.session.get_one(ProcessInstance, found["T002"].instance_id)
    assert (ended.status, ended.ended_at) == ("cancelled", clock.now())
    assert uow.session.get_one(ProcessInstance, found["T001"].instance_id).status == "active"
    assert statuses(uow, UserTask, campaign_id) == ["cancelled", "completed", "open"]
    assert "planned" not in statuses(uow, LadderRung, campaign_id)
    assert events(uow, campaign_id, "campaign.closed") == [{"missing": 1}]


def test_what_was_filed_goes_on_after_the_stage_was_closed(uow: UnitOfWork) -> None:
    campaign_id = opened(uow, TWO_STEPS, "two_steps", [1])
    file_for(uow, campaign_id, "T001")
    campaigns.close(uow, campaign_id)

    file_for(uow, campaign_id, "T001")

    assert campaigns.counters(uow.session, campaign_id) == {"completed": 1}


def test_the_task_of_a_missing_member_cannot_be_done_any_more(uow: UnitOfWork) -> None:
    campaign_id = opened(uow, REVIEW, "review", [1])
    instance_id = members(uow, campaign_id)["T001"].instance_id
    task_id = uow.session.scalars(select(UserTask.id).where(UserTask.instance_id == instance_id)).one()
    tasks.claim(uow, task_id, by=PREPARER)
    campaigns.close(uow, campaign_id)

    with pytest.raises(WrongState) as refused:
        tasks.complete(uow, task_id, signed(), by=PREPARER)

    assert refused.value.code == "task.wrong_state"


def test_members_that_were_not_launched_in_time_are_missing_and_stay_unlaunched(uow: UnitOfWork) -> None:
    campaign_id = planned(uow, REVIEW)
    campaigns.open_stage(uow, campaign_id, "review", [subject(1), subject(2)])

    campaigns.close(uow, campaign_id)

    assert launching.launch(uow, campaign_id, member_ids(uow, campaign_id)) == 0
    assert campaigns.counters(uow.session, campaign_id) == {"missing": 2}


def test_an_instance_that_was_ended_waits_for_no_message(uow: UnitOfWork, clock: VirtualClock) -> None:
    campaign_id = opened(uow, WAITING, "waiting", [1])
    clock.set(datetime(2021, 3, 8, 0, 0, 1, tzinfo=SHANGHAI))
    fire_all(uow, campaign_id)
    waiting = (
        select(func.count())
        .select_from(MessageSubscription)
        .join(ProcessInstance, ProcessInstance.id == MessageSubscription.instance_id)
        .where(ProcessInstance.campaign_id == campaign_id)
    )
    assert uow.session.scalar(waiting) == 1

    campaigns.close(uow, campaign_id)

    assert uow.session.scalar(waiting) == 0


def test_waiving_before_the_opening_asks_nobody(uow: UnitOfWork, clock: VirtualClock) -> None:
    campaign_id = planned(uow, REVIEW)

    campaigns.waive(uow, campaign_id, "本轮监控未开展", by=BOSS)

    campaign = campaigns.locked(uow, campaign_id)
    assert (campaign.status, campaign.waived_reason, campaign.waived_by) == (
        "waived",
        "本轮监控未开展",
        "孙七",
    )
    assert campaign.closed_at == clock.now()
    with pytest.raises(WrongState) as refused:
        campaigns.open_stage(uow, campaign_id, "review", [subject(1)])
    assert refused.value.facts["found"] == "waived"
    assert campaigns.counters(uow.session, campaign_id) == {}


def test_waiving_an_open_stage_ends_tasks_rungs_timers_and_waits(uow: UnitOfWork) -> None:
    campaign_id = opened(uow, WAITING, "waiting", [1, 2])
    launching.add_subjects(uow, campaign_id, "review", [])
    published(uow, REVIEW)
    launching.add_subjects(uow, campaign_id, "review", [subject(3), subject(4)])
    launching.launch(uow, campaign_id, member_ids(uow, campaign_id))
    file_for(uow, campaign_id, "T003")

    campaigns.waive(uow, campaign_id, "政策调整", by=BOSS)

    assert campaigns.counters(uow.session, campaign_id) == {"waived": 4}
    assert statuses(uow, ProcessInstance, campaign_id) == ["cancelled"] * 4
    assert statuses(uow, UserTask, campaign_id) == ["cancelled", "cancelled", "completed"]
    assert statuses(uow, Timer, campaign_id) == ["cancelled", "cancelled"]
    assert set(statuses(uow, LadderRung, campaign_id)) == {"skipped"}


def test_a_member_that_had_finished_stays_completed_when_the_stage_is_waived(uow: UnitOfWork) -> None:
    campaign_id = opened(uow, TWO_STEPS, "two_steps", [1, 2])
    for _ in range(2):
        file_for(uow, campaign_id, "T001")

    campaigns.waive(uow, campaign_id, "政策调整", by=BOSS)

    assert campaigns.counters(uow.session, campaign_id) == {"completed": 1, "waived": 1}


def test_a_waiver_is_journalled_and_audited_with_its_reason(uow: UnitOfWork) -> None:
    campaign_id = planned(uow, REVIEW)

    campaigns.waive(uow, campaign_id, "政策调整", by=BOSS)

    assert events(uow, campaign_id, "campaign.waived") == [{"reason": "政策调整"}]
    entry = uow.session.scalars(select(AuditRow).where(AuditRow.action == "campaign.waive")).one()
    assert (entry.actor_id, entry.actor_name, entry.subject) == (900, "孙七", "1/2020/review/1")
    assert entry.data == {"reason": "政策调整", "campaign_id": campaign_id}


@pytest.mark.parametrize("reason", ["", "  ", "\n\t"])
def test_a_waiver_needs_a_reason(uow: UnitOfWork, reason: str) -> None:
    campaign_id = planned(uow, REVIEW)

    with pytest.raises(InvalidInput) as refused:
        campaigns.waive(uow, campaign_id, reason, by=BOSS)

    assert refused.value.code == "campaign.reason_missing"
    assert campaigns.locked(uow, campaign_id).status == "planned"
