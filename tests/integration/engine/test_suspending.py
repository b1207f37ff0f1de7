"""A suspended instance: nobody touches it, nothing fires, nothing is lost; then it goes on."""

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from engine import incidents, instances, ladder, messages, suspending, tasks, timers
from engine.access import SYSTEM, Actor
from engine.clock import VirtualClock
from engine.errors import InvalidInput, WrongState
from engine.model.instances import ProcessInstance
from engine.model.journal import EventRow
from engine.model.messages import HeldMessage
from engine.model.tasks import UserTask
from engine.model.timers import LadderRung, Timer
from engine.uow import UnitOfWork
from engine.withdrawing import withdraw
from host.composition import Bihuan
from host.workers.jobs import fire_batch, sweep
from host.workers.queueing import drain
from tests.integration.engine.diagrams import REVIEW, TWO_STEPS, WAITING
from tests.integration.engine.office import Office, jobs
from tests.integration.engine.stage import PREPARER, open_task, signed, started
from tests.unit.bpmn import diagrams as draw
from tests.unit.bpmn.diagrams import chain, diagram

SHANGHAI = ZoneInfo("Asia/Shanghai")
AUDITOR = Actor(9, "督查员", system=True)


def status(uow: UnitOfWork, instance_id: UUID) -> str:
    uow.session.expire_all()
    return uow.session.get_one(ProcessInstance, instance_id).status


def test_nobody_can_touch_a_task_of_a_suspended_instance_and_is_told_who_and_why(uow: UnitOfWork) -> None:
    instance_id = started(uow, REVIEW)
    task = open_task(uow, instance_id)
    tasks.claim(uow, task.id, by=PREPARER)

    suspending.suspend(uow, instance_id, "正在审计", by=AUDITOR)

    for attempt in (
        partial(tasks.claim, uow, task.id),
        partial(tasks.release, uow, task.id),
        partial(tasks.complete, uow, task.id, signed()),
    ):
        with pytest.raises(WrongState) as refused:
            attempt(by=PREPARER)
        assert refused.value.code == "instance.suspended"
        assert "督查员" in refused.value.text
        assert "正在审计" in refused.value.text
    uow.session.expire_all()
    row = uow.session.get_one(UserTask, task.id)
    assert (row.status, row.suspension and row.suspension["reason"]) == ("suspended", "正在审计")
    with pytest.raises(WrongState):
        suspending.suspend(uow, instance_id, "再挂一次", by=AUDITOR)


def test_what_was_claimed_is_still_claimed_after_resuming(uow: UnitOfWork) -> None:
    instance_id = started(uow, REVIEW)
    task = open_task(uow, instance_id)
    tasks.claim(uow, task.id, by=PREPARER)
    suspending.suspend(uow, instance_id, "正在审计", by=AUDITOR)

    suspending.resume(uow, instance_id, "审计结束", by=AUDITOR)

    assert status(uow, instance_id) == "active"
    tasks.complete(uow, task.id, signed(), by=PREPARER)
    assert open_task(uow, instance_id).element_id == "check"


def test_a_filed_form_can_still_be_taken_back_after_a_suspension(uow: UnitOfWork) -> None:
    instance_id = started(uow, TWO_STEPS)
    task = open_task(uow, instance_id)
    tasks.claim(uow, task.id, by=PREPARER)
    tasks.complete(uow, task.id, signed(), by=PREPARER)
    uow.flush()
    suspending.suspend(uow, instance_id, "正在审计", by=AUDITOR)
    with pytest.raises(WrongState) as refused:
        withdraw(uow, task.id, by=PREPARER)
    assert refused.value.code == "instance.suspended"

    suspending.resume(uow, instance_id, "审计结束", by=AUDITOR)
    withdraw(uow, task.id, by=PREPARER)

    assert open_task(uow, instance_id).id == task.id


def test_a_timer_and_a_message_of_a_suspended_instance_wait_until_it_is_resumed(
    bihuan: Bihuan, clock: VirtualClock
) -> None:
    with bihuan.unit_of_work() as uow:
        instance_id = started(uow, WAITING, code="S1")
        timer_id = uow.session.scalars(select(Timer.id).where(Timer.instance_id == instance_id)).one()
        suspending.suspend(uow, instance_id, "正在审计", by=AUDITOR)
    clock.set(datetime(2021, 3, 10, tzinfo=SHANGHAI))

    assert sweep(bihuan.unit_of_work)["timers"] == 0
    fire_batch(bihuan.unit_of_work, [timer_id])
    with bihuan.unit_of_work() as uow:
        assert uow.session.get_one(Timer, timer_id).status == "suspended"
        suspending.resume(uow, instance_id, "审计结束", by=AUDITOR)
    assert sweep(bihuan.unit_of_work)["timers"] == 1
    drain(bihuan.queue)

    with bihuan.unit_of_work() as uow:
        assert uow.session.get_one(Timer, timer_id).status == "fired"
        suspending.suspend(uow, instance_id, "再次审计", by=AUDITOR)
        told = messages.correlate(uow, "upper_score", "S1", {"score": 95}, jurisdiction_id=1, by=SYSTEM)
        assert told == instance_id
    with bihuan.unit_of_work() as uow:
        assert uow.session.scalars(select(HeldMessage.instance_id)).all() == [instance_id]
        suspending.resume(uow, instance_id, "审计结束", by=AUDITOR)
    with bihuan.unit_of_work() as uow:
        assert open_task(uow, instance_id).element_id == "fill"
        assert uow.session.scalars(select(HeldMessage.id)).all() == []
        kinds = uow.session.scalars(select(EventRow.type).where(EventRow.instance_id == instance_id)).all()
    assert kinds.count("message.received") == kinds.count("timer.fired") == 1


def test_of_the_reminders_that_came_due_meanwhile_each_role_gets_the_last_that_names_it(
    uow: UnitOfWork, clock: VirtualClock
) -> None:
    instance_id = started(uow, REVIEW)
    task = open_task(uow, instance_id)
    suspending.suspend(uow, instance_id, "正在审计", by=AUDITOR)
    clock.set(datetime(2021, 4, 1, 12, tzinfo=SHANGHAI))
    assert ladder.due(uow.session, clock.now(), 100) == []

    suspending.resume(uow, instance_id, "审计结束", by=AUDITOR)

    ladder.send(uow, ladder.due(uow.session, clock.now(), 100))
    rungs = uow.session.execute(
        select(LadderRung.offset_days, LadderRung.status, LadderRung.reason)
        .where(LadderRung.task_id == task.id)
        .order_by(LadderRung.at)
    ).all()
    assert [tuple(one) for one in rungs] == [
        (-10, "skipped", "overtaken"),
        (-1, "sent", None),
        (1, "sent", None),
        (3, "planned", None),
    ]


def test_due_dates_stay_unless_they_are_asked_to_shift_by_the_suspended_working_days(
    uow: UnitOfWork, clock: VirtualClock
) -> None:
    stays, shifts, timed = started(uow, REVIEW), started(uow, REVIEW), started(uow, WAITING)
    before = open_task(uow, stays).due_at
    for instance_id in (stays, shifts, timed):
        suspending.suspend(uow, instance_id, "正在审计", by=AUDITOR)
    clock.set(clock.now() + timedelta(days=4))  # from Monday to Friday

    days = [
        suspending.resume(uow, instance_id, "审计结束", by=AUDITOR, shift=instance_id != stays)
        for instance_id in (stays, shifts, timed)
    ]

    assert days == [0, 4, 4]
    assert open_task(uow, stays).due_at == before
    assert before is not None
    assert open_task(uow, shifts).due_at == before + timedelta(days=7)  # over a weekend and a holiday
    timer = uow.session.scalars(select(Timer).where(Timer.instance_id == timed)).one()
    assert (timer.status, timer.due_at) == ("planned", datetime(2021, 3, 12, tzinfo=SHANGHAI))
    clock.set(timer.due_at)
    assert timers.fire(uow, timer.id)


def test_a_form_taken_back_after_a_shift_leaves_the_other_branch_its_new_days(
    uow: UnitOfWork, clock: VirtualClock
) -> None:
    two = diagram(
        "two_branches",
        draw.ends() + draw.end("e2") + draw.end("e3") + draw.both("f") + jobs("a", "b", "next", "late"),
        draw.boundary("over", "b", draw.timer("duration", "P10D")),
        *(chain("s", "f", "a", "next", "e"), chain("f", "b", "e2"), chain("over", "late", "e3")),
    )
    office = Office(uow, two).do("a")
    done = uow.session.scalars(select(UserTask.id).where(UserTask.element_id == "a")).one()
    suspending.suspend(uow, office.id, "正在审计", by=AUDITOR)
    clock.set(clock.now() + timedelta(days=5))
    suspending.resume(uow, office.id, "审计结束", by=AUDITOR, shift=True)
    shifted = uow.session.scalars(select(Timer.due_at).where(Timer.instance_id == office.id)).all()

    withdraw(uow, done, by=PREPARER)

    assert office.open == "a b"
    assert uow.session.scalars(select(Timer.due_at).where(Timer.instance_id == office.id)).all() == shifted
    assert office.timers == [("over", "planned")]


def test_a_suspended_instance_can_be_cancelled_and_leaves_nothing_waiting(uow: UnitOfWork) -> None:
    instance_id = started(uow, REVIEW)
    suspending.suspend(uow, instance_id, "正在审计", by=AUDITOR)

    instances.cancel(uow, instance_id, "项目撤销", by=AUDITOR)

    assert status(uow, instance_id) == "cancelled"
    task = uow.session.scalars(select(UserTask).where(UserTask.instance_id == instance_id)).one()
    rungs = set(uow.session.scalars(select(LadderRung.status).where(LadderRung.task_id == task.id)))
    assert (task.status, rungs) == ("cancelled", {"skipped"})


def test_suspending_needs_a_reason_and_incidents_of_a_suspended_instance_wait(uow: UnitOfWork) -> None:
    instance_id = started(uow, REVIEW)
    with pytest.raises(InvalidInput):
        suspending.suspend(uow, instance_id, "  ", by=AUDITOR)
    assert incidents.waiting(uow.session, instance_id=instance_id) == []
