"""A stage over a population: planned, opened and launched in batches."""

from datetime import datetime
from itertools import count

import pytest
from sqlalchemy import select, text

from engine import campaigns, instances, launching
from engine.access import SYSTEM
from engine.calendar.local_time import SHANGHAI
from engine.campaigns import Plan
from engine.clock import VirtualClock
from engine.errors import NotFound, WrongState
from engine.model.instances import ProcessInstance
from engine.uow import UnitOfWork
from host.composition import Bihuan
from host.workers.queueing import drain
from tests.integration.engine.diagrams import AT_ONCE, REVIEW, TWO_STEPS
from tests.integration.engine.population import (
    BOSS,
    file_for,
    member_ids,
    members,
    opened,
    planned,
    statuses,
    subject,
)
from tests.integration.engine.stage import BUREAU, UNIT, chosen, published

YEARS = count(2021)
"""A year of its own for every test that commits: a stage is planned once."""


def test_planning_a_year_writes_each_stage_and_round_as_not_begun(uow: UnitOfWork) -> None:
    published(uow, REVIEW)
    first, due, closes = (datetime(2021, 3, day, tzinfo=SHANGHAI) for day in (1, 20, 30))
    plans = [Plan("review", number, first, due, closes) for number in (1, 2)]

    ids = campaigns.plan(
        uow, plans, jurisdiction_id=1, year=2019, parameter_hash=chosen().hash, parties={"bureau": BUREAU}
    )

    assert sorted(ids) == [("review", 1), ("review", 2)]
    found = campaigns.find(uow.session, jurisdiction_id=1, year=2019, stage="review", round=2)
    assert (found.id, found.status, found.parties) == (ids["review", 2], "planned", {"bureau": BUREAU})
    assert (found.opens_at, found.due_at, found.closes_at) == (first, due, closes)
    assert campaigns.counters(uow.session, found.id) == {}


def test_a_stage_nobody_planned_is_not_found(uow: UnitOfWork) -> None:
    with pytest.raises(NotFound) as refused:
        campaigns.find(uow.session, jurisdiction_id=1, year=2019, stage="party", round=1)
    with pytest.raises(NotFound):
        campaigns.locked(uow, 987_654)

    assert refused.value.code == "campaign.not_found"
    assert "party" in refused.value.text


def test_opening_keeps_the_members_and_the_excluded_with_their_reason(
    uow: UnitOfWork, clock: VirtualClock
) -> None:
    campaign_id = planned(uow, REVIEW)
    left_out = subject(3, reason="中央转移支付", rule_id="R-06")

    campaigns.open_stage(uow, campaign_id, "review", [subject(1), subject(2), left_out])

    found = members(uow, campaign_id)
    assert [one.status for one in found.values()] == ["pending", "pending", "excluded"]
    assert (found["T003"].reason, found["T003"].rule_id) == ("中央转移支付", "R-06")
    assert all(one.instance_id is None for one in found.values())
    campaign = campaigns.locked(uow, campaign_id)
    assert (campaign.status, campaign.opened_at) == ("open", clock.now())


def test_a_population_is_launched_by_jobs_in_batches_of_fifty(bihuan: Bihuan) -> None:
    with bihuan.unit_of_work() as uow:
        campaign_id = planned(uow, REVIEW, year=next(YEARS))
        population = [subject(number) for number in range(1, 121)]
        campaigns.open_stage(uow, campaign_id, "review", [*population, subject(500, reason="x", rule_id="R")])
    with bihuan.unit_of_work() as uow:
        queued = text("select args -> 'subject_ids' from queue.procrastinate_jobs where status = 'todo'")
        batches = list(uow.session.scalars(queued))
        before = campaigns.counters(uow.session, campaign_id)

    drain(bihuan.queue)

    with bihuan.unit_of_work() as uow:
        after = campaigns.counters(uow.session, campaign_id)
        launched = members(uow, campaign_id)
        everybody = {one.id for one in launched.values() if one.status == "started"}
    assert sorted(map(len, batches)) == [20, 50, 50]
    assert {one for batch in batches for one in batch} == everybody
    assert (before, after) == ({"pending": 120, "excluded": 1}, {"started": 120, "excluded": 1})
    assert len({one.instance_id for one in launched.values()}) == 121, "120 instances, and none of one"


def test_an_instance_knows_its_campaign_subject_parties_and_due_day(uow: UnitOfWork) -> None:
    campaign_id = opened(uow, REVIEW, "review", [7])

    member = members(uow, campaign_id)["T007"]
    instance = uow.session.get_one(ProcessInstance, member.instance_id)

    assert instance.business_key == "riverside/2020/review/T007"
    assert (instance.campaign_id, instance.stage, instance.round) == (campaign_id, "review", 1)
    assert (instance.subject_kind, instance.subject_id, instance.subject_code) == ("thing", 7, "T007")
    assert instance.parties == {"bureau": BUREAU, "subject": UNIT}
    assert '"due_on"' in instance.image
    assert "2021-03-20" in instance.image


def test_launching_the_same_members_again_is_harmless(uow: UnitOfWork) -> None:
    campaign_id = opened(uow, REVIEW, "review", [1, 2, 3])
    first = {code: one.instance_id for code, one in members(uow, campaign_id).items()}

    again = launching.launch(uow, campaign_id, member_ids(uow, campaign_id))

    assert again == 0
    assert {code: one.instance_id for code, one in members(uow, campaign_id).items()} == first
    assert len(statuses(uow, ProcessInstance, campaign_id)) == 3


def test_the_job_of_a_batch_may_run_twice(bihuan: Bihuan) -> None:
    with bihuan.unit_of_work() as uow:
        campaign_id = planned(uow, REVIEW, year=next(YEARS))
        campaigns.open_stage(uow, campaign_id, "review", [subject(1), subject(2)])
        uow.defer(
            launching.LAUNCH_JOB, campaign_id=campaign_id, subject_ids=[*member_ids(uow, campaign_id), 10**9]
        )

    drain(bihuan.queue)

    with bihuan.unit_of_work() as uow:
        assert campaigns.counters(uow.session, campaign_id) == {"started": 2}
        assert len(statuses(uow, ProcessInstance, campaign_id)) == 2
        failed = text("select count(*) from queue.procrastinate_jobs")
        assert uow.session.scalar(failed) == 0


def test_a_member_that_is_there_already_is_left_alone(uow: UnitOfWork) -> None:
    campaign_id = opened(uow, REVIEW, "review", [1])
    first = members(uow, campaign_id)["T001"].instance_id

    launching.add_subjects(uow, campaign_id, "review", [subject(1), subject(2)])
    launching.launch(uow, campaign_id, member_ids(uow, campaign_id))

    assert members(uow, campaign_id)["T001"].instance_id == first
    assert campaigns.counters(uow.session, campaign_id) == {"started": 2}


def test_the_second_round_of_a_stage_is_a_business_of_its_own(uow: UnitOfWork) -> None:
    first, second = planned(uow, REVIEW), planned(uow, REVIEW, round=2)

    for campaign_id in (first, second):
        campaigns.open_stage(uow, campaign_id, "review", [subject(1)])
        launching.launch(uow, campaign_id, member_ids(uow, campaign_id))

    keys = uow.session.scalars(
        select(ProcessInstance.business_key).where(ProcessInstance.campaign_id.in_((first, second)))
    )
    assert sorted(keys) == ["riverside/2020/review.2/T001", "riverside/2020/review/T001"]


def test_an_instance_that_ends_at_its_start_counts_as_completed(uow: UnitOfWork) -> None:
    campaign_id = opened(uow, AT_ONCE, "at_once", [1, 2])

    missing = campaigns.close(uow, campaign_id)

    assert campaigns.counters(uow.session, campaign_id) == {"completed": 2}
    assert statuses(uow, ProcessInstance, campaign_id) == ["completed", "completed"]
    assert missing == []


def test_members_count_as_they_go(uow: UnitOfWork) -> None:
    campaign_id = opened(uow, TWO_STEPS, "two_steps", [1, 2, 3])

    file_for(uow, campaign_id, "T001")
    file_for(uow, campaign_id, "T001")
    file_for(uow, campaign_id, "T002")
    cancelled = members(uow, campaign_id)["T003"].instance_id
    assert cancelled is not None
    instances.cancel(uow, cancelled, "项目取消", by=SYSTEM)

    assert campaigns.counters(uow.session, campaign_id) == {"completed": 1, "started": 1, "cancelled": 1}


def test_a_stage_opens_once_and_closes_once(uow: UnitOfWork) -> None:
    campaign_id = planned(uow, REVIEW)
    with pytest.raises(WrongState):
        campaigns.close(uow, campaign_id)
    campaigns.open_stage(uow, campaign_id, "review", [])
    with pytest.raises(WrongState):
        campaigns.open_stage(uow, campaign_id, "review", [])
    campaigns.close(uow, campaign_id)

    with pytest.raises(WrongState) as closed_twice:
        campaigns.close(uow, campaign_id)
    with pytest.raises(WrongState) as waived_late:
        campaigns.waive(uow, campaign_id, "太迟", by=BOSS)

    assert closed_twice.value.code == waived_late.value.code == "campaign.wrong_state"
    assert "已关闭" in closed_twice.value.text


def test_the_words_for_the_state_of_a_stage_are_those_of_a_stage(uow: UnitOfWork) -> None:
    campaign_id = planned(uow, REVIEW)

    with pytest.raises(WrongState) as refused:
        campaigns.close(uow, campaign_id)

    assert "未开始" in refused.value.text
    assert "待办" not in refused.value.text, "a task is to be done, a stage is under way"


def test_a_stage_over_a_process_nobody_published_launches_nobody(uow: UnitOfWork) -> None:
    campaign_id = planned(uow, REVIEW)
    campaigns.open_stage(uow, campaign_id, "nowhere", [subject(1)])

    with pytest.raises(NotFound) as refused, uow.savepoint():
        launching.launch(uow, campaign_id, member_ids(uow, campaign_id))

    assert refused.value.code == "process.not_found"
    assert campaigns.counters(uow.session, campaign_id) == {"pending": 1}
