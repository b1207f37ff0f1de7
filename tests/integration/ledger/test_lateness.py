"""迟报: what is missing when the policy's days are over is noted once, by its own day, and never of whoever need not file."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import instances
from engine.access import SYSTEM
from engine.calendar.local_time import local_date, start_of_day
from engine.clock import VirtualClock
from engine.model.campaigns import CampaignSubject
from engine.model.journal import EventRow
from engine.model.tasks import UserTask
from engine.uow import UnitOfWork
from ledger import stage_days, stages
from ledger.model.lateness import LateSubmission
from ledger.policy.pack import load
from tests.integration.ledger.test_extensions import LATER, ask, decide, filing
from tests.integration.ledger.test_stage_days import UNTIL, carry_out
from tests.integration.ledger.test_stages import DUE, OPENS, chosen, clock, pack, pass_time, planned, planning

__all__ = ["chosen", "clock", "filing", "pack", "planned"]
Ids = dict[tuple[str, int], int]
MORNING = start_of_day(local_date(DUE) + timedelta(days=1))


def noted(uow: UnitOfWork) -> dict[str, LateSubmission]:
    uow.session.expire_all()
    return {one.subject_code: one for one in uow.session.scalars(select(LateSubmission))}


def test_what_is_missing_at_midnight_is_noted_and_stays_to_be_done(
    uow: UnitOfWork, clock: VirtualClock, filing: list[UserTask], planned: Ids
) -> None:
    pass_time(uow, clock, DUE)
    assert noted(uow) == {}
    pass_time(uow, clock, MORNING)

    found = noted(uow)
    codes = set(
        uow.session.scalars(select(CampaignSubject.subject_code).filter_by(campaign_id=planned["target", 1]))
    )
    assert set(found) == codes and len(found) == 6
    assert {(one.stage, one.checkpoint, one.round, one.due_on, one.name) for one in found.values()} == {
        ("target", 1, 1, local_date(DUE), "填报绩效目标")
    }
    uow.flush()
    told = uow.session.scalars(select(EventRow.task_id).where(EventRow.type == "task.late")).all()
    assert set(told) == {one.task_id for one in found.values()} == {one.id for one in filing}
    assert {one.status for one in filing} == {"open"}


def test_more_time_for_one_makes_it_late_by_its_new_day_and_the_others_by_theirs(
    uow: UnitOfWork, clock: VirtualClock, filing: list[UserTask]
) -> None:
    task, *others = filing
    decide(uow, ask(uow, task), outcome="同意", until=LATER.isoformat())

    pass_time(uow, clock, MORNING)
    assert {one.task_id for one in noted(uow).values()} == {one.id for one in others}
    pass_time(uow, clock, start_of_day(LATER + timedelta(days=1)))

    [mine] = [one for one in noted(uow).values() if one.task_id == task.id]
    assert mine.due_on == LATER


def test_a_stage_that_is_put_off_makes_nobody_late_before_its_new_day(
    uow: UnitOfWork, clock: VirtualClock, filing: list[UserTask], planned: Ids
) -> None:
    carry_out(uow, stage_days.extend(uow, planned["target", 1], UNTIL, "系统迁移", by=SYSTEM))

    pass_time(uow, clock, start_of_day(UNTIL))
    assert noted(uow) == {}
    pass_time(uow, clock, start_of_day(UNTIL + timedelta(days=1)))

    assert {one.due_on for one in noted(uow).values()} == {UNTIL}


def test_nobody_is_late_in_a_stage_that_was_waived_nor_in_a_matter_that_was_ended(
    uow: UnitOfWork, clock: VirtualClock, filing: list[UserTask], planned: Ids
) -> None:
    instances.cancel(uow, filing[0].instance_id, "项目取消", by=SYSTEM)
    stages.waive(uow, planned["target", 1], "疫情", by=SYSTEM)

    pass_time(uow, clock, MORNING + timedelta(days=5))

    assert noted(uow) == {}


@pytest.mark.parametrize(("after", "late"), [(2, 6), (None, 0)])
def test_the_policy_gives_more_days_or_has_nothing_noted(
    uow: UnitOfWork, clock: VirtualClock, after: int | None, late: int
) -> None:
    planning(uow, load("cn-default").resolve(2021, {"lateness.after_workdays": after}))
    pass_time(uow, clock, OPENS)

    pass_time(uow, clock, start_of_day(local_date(DUE) + timedelta(days=2)))
    assert noted(uow) == {}
    pass_time(uow, clock, start_of_day(local_date(DUE) + timedelta(days=3)))

    assert len(noted(uow)) == late
