"""Operations, incidents, timers, messages, reminders."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from engine import incidents, ladder, messages, tasks, timers
from engine.access import SYSTEM
from engine.clock import VirtualClock
from engine.errors import InvalidInput, NotFound, WrongState
from engine.model.journal import Incident
from engine.model.tasks import UserTask
from engine.model.timers import LadderRung, Notification, Timer
from engine.operations import Step
from engine.uow import UnitOfWork
from engine.withdrawing import withdraw
from host.composition import Bihuan
from host.workers.jobs import fire_timer, sweep
from host.workers.queueing import drain
from tests.integration.engine.diagrams import AUTOMATIC, REVIEW, THROWING, WAITING
from tests.integration.engine.stage import PREPARER, open_task, signed, started

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Ledger:
    """An operation that fails as long as it is told to."""

    def __init__(self) -> None:
        self.broken = False
        self.posted: list[Any] = []

    def post(self, uow: UnitOfWork, step: Step, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """Note the amount, or fail."""
        if self.broken:
            raise InvalidInput("账套已关闭", code="ledger.closed")
        self.posted.append(arguments["amount"])
        return {"posted": True}


@pytest.fixture
def book(bihuan: Bihuan) -> Ledger:
    """A registered operation `post`."""
    ledger = Ledger()
    bihuan.operations.register("post", ledger.post)
    return ledger


def file(uow: UnitOfWork, task: UserTask) -> None:
    """Claim and sign as the preparer."""
    tasks.claim(uow, task.id, by=PREPARER)
    tasks.complete(uow, task.id, signed(), by=PREPARER)


def test_an_operation_runs_with_its_parameters(uow: UnitOfWork, book: Ledger) -> None:
    instance_id = started(uow, AUTOMATIC)

    file(uow, open_task(uow, instance_id))

    assert [int(amount) for amount in book.posted] == [10]
    assert open_task(uow, instance_id).element_id == "check"


def test_a_failing_operation_is_an_incident_and_keeps_what_was_filed(uow: UnitOfWork, book: Ledger) -> None:
    instance_id = started(uow, AUTOMATIC)
    task = open_task(uow, instance_id)
    book.broken = True

    file(uow, task)

    incident = uow.session.scalars(select(Incident).where(Incident.instance_id == instance_id)).one()
    assert (incident.element_id, incident.code) == ("post", "ledger.closed")
    uow.session.expire_all()
    assert uow.session.get_one(UserTask, task.id).status == "completed"


def test_resolving_an_incident_runs_the_step_again(uow: UnitOfWork, book: Ledger) -> None:
    instance_id = started(uow, AUTOMATIC)
    book.broken = True
    file(uow, open_task(uow, instance_id))
    incident = uow.session.scalars(select(Incident).where(Incident.instance_id == instance_id)).one()
    book.broken = False

    incidents.resolve(uow, incident.id, "账套已打开", by=SYSTEM)

    assert open_task(uow, instance_id).element_id == "check"
    with pytest.raises(WrongState):
        incidents.resolve(uow, incident.id, "再来一次", by=SYSTEM)


def test_an_incident_that_fails_again_opens_a_new_one(uow: UnitOfWork, book: Ledger) -> None:
    instance_id = started(uow, AUTOMATIC)
    book.broken = True
    file(uow, open_task(uow, instance_id))
    first = uow.session.scalars(select(Incident).where(Incident.instance_id == instance_id)).one()

    incidents.resolve(uow, first.id, "再试", by=SYSTEM)

    open_ones = select(func.count()).where(
        Incident.instance_id == instance_id, Incident.resolved_at.is_(None)
    )
    assert uow.session.scalar(open_ones) == 1


def test_taking_back_is_refused_after_an_operation_has_acted(bihuan: Bihuan, book: Ledger) -> None:
    with bihuan.unit_of_work() as uow:
        task = open_task(uow, started(uow, AUTOMATIC))
        file(uow, task)

    with pytest.raises(WrongState) as refused, bihuan.unit_of_work() as uow:
        withdraw(uow, task.id, by=PREPARER)

    assert refused.value.code == "task.acted_upon"


def test_a_timer_fires_once_and_a_message_goes_to_its_instance(uow: UnitOfWork, clock: VirtualClock) -> None:
    instance_id = started(uow, WAITING, code="W1")
    other_id = started(uow, WAITING, code="W2")
    clock.set(datetime(2021, 3, 8, 0, 0, 1, tzinfo=SHANGHAI))
    ids = list(uow.session.scalars(select(Timer.id).where(Timer.instance_id.in_((instance_id, other_id)))))

    fired = [timers.fire(uow, timer_id) for timer_id in ids]
    again = [timers.fire(uow, timer_id) for timer_id in ids]
    told = messages.correlate(uow, "upper_score", "W2", {"score": 95}, jurisdiction_id=1, by=SYSTEM)

    assert (fired, again) == ([True, True], [False, False])
    assert told == other_id
    assert open_task(uow, other_id).element_id == "fill"
    with pytest.raises(NotFound):
        messages.correlate(uow, "upper_score", "W2", {}, jurisdiction_id=1, by=SYSTEM)


def test_a_timer_is_not_fired_early(uow: UnitOfWork) -> None:
    instance_id = started(uow, WAITING)
    timer_id = uow.session.scalars(select(Timer.id).where(Timer.instance_id == instance_id)).one()

    assert timers.fire(uow, timer_id) is False


def test_the_sweep_puts_due_timers_into_the_queue_and_workers_fire_them(
    bihuan: Bihuan, clock: VirtualClock
) -> None:
    with bihuan.unit_of_work() as uow:
        instance_id = started(uow, WAITING)
    clock.set(datetime(2021, 3, 8, 0, 0, 1, tzinfo=SHANGHAI))

    sweep(bihuan.unit_of_work)
    drain(bihuan.queue)

    with bihuan.unit_of_work() as uow:
        timer = uow.session.scalars(select(Timer).where(Timer.instance_id == instance_id)).one()
        assert timer.status == "fired"
    assert sweep(bihuan.unit_of_work)["timers"] == 0


def test_a_poison_timer_becomes_an_incident_and_the_others_go_on(bihuan: Bihuan, clock: VirtualClock) -> None:
    with bihuan.unit_of_work() as uow:
        poisoned, healthy = started(uow, WAITING), started(uow, WAITING)
        instance = uow.connection()
        instance.exec_driver_sql(
            "update app.process_instance set image = '{broken' where id = %s", (str(poisoned),)
        )
        by_instance = dict(
            uow.session.execute(
                select(Timer.instance_id, Timer.id).where(Timer.instance_id.in_((poisoned, healthy)))
            ).all()
        )
    clock.set(datetime(2021, 3, 8, 0, 0, 1, tzinfo=SHANGHAI))

    for _ in range(timers.ATTEMPTS):
        fire_timer(bihuan.unit_of_work, by_instance[poisoned])
    fire_timer(bihuan.unit_of_work, by_instance[healthy])

    with bihuan.unit_of_work() as uow:
        statuses = {
            instance_id: uow.session.get_one(Timer, timer_id).status
            for instance_id, timer_id in by_instance.items()
        }
        incident = uow.session.scalars(select(Incident).where(Incident.instance_id == poisoned)).one()
    assert statuses == {poisoned: "failed", healthy: "fired"}
    assert incident.attempts == timers.ATTEMPTS


def test_a_reminder_is_sent_once_to_its_recipients(uow: UnitOfWork, clock: VirtualClock) -> None:
    task = open_task(uow, started(uow, REVIEW))
    clock.set(datetime(2021, 3, 30, 9, 0, tzinfo=SHANGHAI))
    rungs = list(
        uow.session.scalars(
            select(LadderRung.id).where(LadderRung.task_id == task.id, LadderRung.at <= clock.now())
        )
    )

    sent = ladder.send(uow, rungs)
    again = ladder.send(uow, rungs)

    assert (sent, again) == (1, 0)
    told = uow.session.scalars(select(Notification.recipient).where(Notification.task_id == task.id)).all()
    assert sorted(told) == ["assignee", "unit_head"]


def test_nobody_is_reminded_of_what_is_done(uow: UnitOfWork, clock: VirtualClock) -> None:
    task = open_task(uow, started(uow, REVIEW))
    file(uow, task)
    clock.set(datetime(2021, 4, 10, 9, 0, tzinfo=SHANGHAI))

    sent = ladder.send(uow, list(uow.session.scalars(select(LadderRung.id))))

    assert sent == 0
    reasons = set(uow.session.scalars(select(LadderRung.reason).where(LadderRung.task_id == task.id)))
    assert reasons == {"task_completed"}


def test_an_escalation_goes_to_the_office_of_its_role(uow: UnitOfWork, clock: VirtualClock) -> None:
    task = open_task(uow, started(uow, REVIEW))
    clock.set(datetime(2021, 4, 3, 9, 0, tzinfo=SHANGHAI))

    ladder.send(uow, list(uow.session.scalars(select(LadderRung.id).where(LadderRung.task_id == task.id))))

    told = uow.session.execute(
        select(Notification.recipient, Notification.organisation_id).where(
            Notification.task_id == task.id, Notification.kind == "escalation"
        )
    )
    assert sorted(told) == [("section", 1), ("unit_head", 11)]


def test_a_bug_in_an_operation_is_an_incident_too(uow: UnitOfWork, bihuan: Bihuan) -> None:
    def post(_uow: UnitOfWork, _step: Step, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"posted": arguments["nothing of that name"]}

    bihuan.operations.register("post", post)
    instance_id = started(uow, AUTOMATIC)

    file(uow, open_task(uow, instance_id))

    incident = uow.session.scalars(select(Incident).where(Incident.instance_id == instance_id)).one()
    assert incident.code == "operation.failed"
    assert "KeyError" in incident.text


def test_a_message_thrown_by_one_instance_reaches_the_other_after_the_commit(
    bihuan: Bihuan, clock: VirtualClock
) -> None:
    with bihuan.unit_of_work() as uow:
        receiver = started(uow, WAITING, code="R1")
    clock.set(datetime(2021, 3, 8, 0, 0, 1, tzinfo=SHANGHAI))
    sweep(bihuan.unit_of_work)
    drain(bihuan.queue)
    with bihuan.unit_of_work() as uow:
        started(uow, THROWING, code="R1", business_key="riverside/2021/throwing/R1")

    drain(bihuan.queue)

    with bihuan.unit_of_work() as uow:
        assert open_task(uow, receiver).element_id == "fill"
