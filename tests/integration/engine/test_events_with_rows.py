"""Events of diagrams through the rows they leave: signals, reminders after dark days, conditions, errors, waits."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from engine import instances, signals, tasks
from engine.access import SYSTEM
from engine.bpmn import values
from engine.clock import VirtualClock
from engine.errors import BusinessError
from engine.model.instances import ProcessInstance
from engine.model.journal import EventRow, Incident
from engine.model.signals import SignalSubscription
from engine.model.tasks import UserTask
from engine.model.timers import Timer
from engine.operations import Step
from engine.uow import UnitOfWork
from host.composition import Bihuan
from host.workers.jobs import sweep
from host.workers.queueing import drain
from tests.integration.engine.event_diagrams import CONDITIONAL, LISTENING, REFUSING, REMINDED, SIGNALLING
from tests.integration.engine.stage import PREPARER, open_task, signed, started

SHANGHAI = ZoneInfo("Asia/Shanghai")


def opened(uow: UnitOfWork, instance_id: UUID) -> list[str]:
    """The open tasks of an instance by element."""
    found = select(UserTask.element_id).where(UserTask.instance_id == instance_id, UserTask.status == "open")
    return sorted(uow.session.scalars(found))


def waits(uow: UnitOfWork, instance_id: UUID) -> list[str]:
    """The signals an instance waits for."""
    found = select(SignalSubscription.name).where(SignalSubscription.instance_id == instance_id)
    return list(uow.session.scalars(found))


def facts(uow: UnitOfWork, instance_id: UUID, type: str) -> list[Mapping[str, Any]]:
    """What the journal says about the events of one type."""
    found = select(EventRow.data).where(EventRow.instance_id == instance_id, EventRow.type == type)
    return list(uow.session.scalars(found.order_by(EventRow.id)))


def test_a_thrown_signal_reaches_everyone_in_the_jurisdiction_who_waits_for_it(bihuan: Bihuan) -> None:
    with bihuan.unit_of_work() as uow:
        near = [started(uow, LISTENING) for _ in range(3)]
    with bihuan.unit_of_work() as uow:
        far = started(uow, LISTENING, jurisdiction_id=2)
    with bihuan.unit_of_work() as uow:
        started(uow, SIGNALLING)

    drain(bihuan.queue)

    with bihuan.unit_of_work() as uow:
        assert [opened(uow, one) for one in near] == [["explain", "fill"]] * 3
        assert [waits(uow, one) for one in near] == [["budget_frozen"]] * 3
        assert opened(uow, far) == ["fill"]


def test_an_instance_that_cannot_hear_a_signal_does_not_stop_the_others(bihuan: Bihuan) -> None:
    with bihuan.unit_of_work() as uow:
        broken, healthy = started(uow, LISTENING), started(uow, LISTENING)
        uow.connection().exec_driver_sql(
            "update app.process_instance set image = '{broken' where id = %s", (str(broken),)
        )

    with bihuan.unit_of_work() as uow:
        told = signals.broadcast(uow, "budget_frozen", {}, jurisdiction_id=1, by=SYSTEM)
    drain(bihuan.queue)

    assert told >= 2
    with bihuan.unit_of_work() as uow:
        assert opened(uow, healthy) == ["explain", "fill"]
        assert waits(uow, broken) == ["budget_frozen"]


def test_a_signal_handed_over_twice_is_heard_once(uow: UnitOfWork) -> None:
    instance_id = started(uow, LISTENING)
    mine = select(SignalSubscription.id).where(SignalSubscription.instance_id == instance_id)
    ids = list(uow.session.scalars(mine))

    heard = [signals.hand(uow, instance_id, ids, "budget_frozen", {}) for _ in range(2)]

    assert heard == [True, False]
    assert opened(uow, instance_id) == ["explain", "fill"]


def test_nobody_waits_for_a_signal_in_an_instance_that_ended(uow: UnitOfWork) -> None:
    instance_id = started(uow, LISTENING)
    assert waits(uow, instance_id) == ["budget_frozen"]

    instances.cancel(uow, instance_id, "不再需要", by=SYSTEM)

    assert waits(uow, instance_id) == []


def test_after_a_hundred_dark_days_a_weekly_reminder_fires_once_and_says_what_it_missed(
    bihuan: Bihuan, clock: VirtualClock
) -> None:
    with bihuan.unit_of_work() as uow:
        instance_id = started(uow, REMINDED, data={"times": 0})
    clock.set(datetime(2021, 6, 9, 12, 0, tzinfo=SHANGHAI))

    for _ in range(3):
        sweep(bihuan.unit_of_work)
        drain(bihuan.queue)

    with bihuan.unit_of_work() as uow:
        fired = facts(uow, instance_id, "timer.fired")
        image = uow.session.get_one(ProcessInstance, instance_id).image
        planned = select(Timer.due_at).where(Timer.instance_id == instance_id, Timer.status == "planned")
        due = uow.session.scalars(planned).one()
    assert [one["missed"] for one in fired] == [13]
    assert int(values.loads(image)["scopes"][0]["times"]) == 1
    assert due == datetime(2021, 6, 14, 8, 0, tzinfo=SHANGHAI)


def test_a_condition_is_asked_after_every_command(uow: UnitOfWork) -> None:
    instance_id = started(uow, CONDITIONAL, data={"agreed": False})
    task = open_task(uow, instance_id)

    tasks.claim(uow, task.id, by=PREPARER)
    tasks.complete(uow, task.id, signed(), by=PREPARER)

    assert opened(uow, instance_id) == ["check"]


def test_an_error_of_the_business_goes_the_way_the_diagram_draws(bihuan: Bihuan) -> None:
    def post(uow: UnitOfWork, step: Step, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        uow.audit("ledger.touch", by=SYSTEM, subject=step.subject_code)
        raise BusinessError("账套已关闭", code="ledger.closed")

    bihuan.operations.register("post", post)
    with bihuan.unit_of_work() as uow:
        instance_id = started(uow, REFUSING)

        assert opened(uow, instance_id) == ["check"]
        assert uow.session.scalars(select(Incident).where(Incident.instance_id == instance_id)).all() == []


def test_an_error_of_the_business_that_nobody_draws_is_an_incident(bihuan: Bihuan) -> None:
    def post(uow: UnitOfWork, step: Step, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        raise BusinessError("余额不足", code="ledger.overdrawn")

    bihuan.operations.register("post", post)
    with bihuan.unit_of_work() as uow:
        instance_id = started(uow, REFUSING)

        incident = uow.session.scalars(select(Incident).where(Incident.instance_id == instance_id)).one()
    assert incident.code == "ledger.overdrawn"
