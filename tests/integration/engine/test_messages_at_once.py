"""Messages for several who wait: each gets one; who waits without a key takes any."""

from uuid import UUID

from sqlalchemy import insert, select

from engine import instances, messages, suspending
from engine.access import SYSTEM
from engine.model.handovers import Handover
from engine.model.messages import HeldMessage
from engine.model.tasks import UserTask
from engine.uow import UnitOfWork
from host.composition import Bihuan
from tests.integration.engine.committee import happened
from tests.integration.engine.office import Office, jobs
from tests.integration.engine.stage import open_task, order, published
from tests.integration.engine.test_stages_at_once import behind
from tests.unit.bpmn import diagrams as draw
from tests.unit.bpmn.diagrams import catch, chain, diagram, ends, event

ANY = diagram(
    "hearing_any",
    ends(),
    catch("c", event("message", "any_key")),
    jobs("z"),
    chain("s", "c", "z", "e"),
    root=draw.messages("any_key"),
)


def send(uow: UnitOfWork) -> None:
    messages.correlate(uow, "any_key", None, {}, jurisdiction_id=1, by=SYSTEM)


def test_a_message_that_comes_behind_another_goes_to_the_next_that_waits(bihuan: Bihuan) -> None:
    with bihuan.unit_of_work() as uow:
        bundle = published(uow, ANY)
        orders = [order("hearing_any", bundle, code=code) for code in ("M1", "M2")]
        receivers = [instances.start(uow, one, by=SYSTEM) for one in orders]

    behind(bihuan, send, send)

    with bihuan.unit_of_work() as uow:
        found = select(UserTask.instance_id).where(
            UserTask.instance_id.in_(receivers), UserTask.status == "open"
        )
        assert sorted(uow.session.scalars(found)) == sorted(receivers)


def test_who_waits_without_a_key_takes_a_message_with_any(uow: UnitOfWork) -> None:
    office = Office(uow, ANY)

    messages.correlate(uow, "any_key", "whatever", {}, jurisdiction_id=1, by=SYSTEM)

    assert office.open == "z"


def two_waiting(uow: UnitOfWork) -> list[UUID]:
    """Start two that wait for the message; the first is suspended."""
    bundle = published(uow, ANY)
    found = [instances.start(uow, order("hearing_any", bundle), by=SYSTEM) for _ in range(2)]
    suspending.suspend(uow, found[0], "正在审计", by=SYSTEM)
    return found


def test_of_two_messages_a_suspended_instance_keeps_one_and_who_waits_behind_it_gets_the_other(
    uow: UnitOfWork,
) -> None:
    first, second = two_waiting(uow)

    send(uow)
    send(uow)

    assert open_task(uow, second).element_id == "z"
    suspending.resume(uow, first, "审计结束", by=SYSTEM)
    assert open_task(uow, first).element_id == "z"


def test_two_messages_at_once_are_not_both_kept_for_the_suspended_one(bihuan: Bihuan) -> None:
    with bihuan.unit_of_work() as uow:
        _, second = two_waiting(uow)

    behind(bihuan, send, send)

    with bihuan.unit_of_work() as uow:
        assert open_task(uow, second).element_id == "z"


def test_what_was_kept_for_an_instance_that_is_cancelled_is_noted_and_gone(uow: UnitOfWork) -> None:
    first, _ = two_waiting(uow)
    send(uow)
    kept = {"jurisdiction_id": 1, "kind": "signal", "name": "x", "payload": "{}", "status": "held"}
    uow.session.execute(insert(Handover), [kept | {"receiver_id": first, "created_at": uow.now()}])

    instances.cancel(uow, first, "项目取消", by=SYSTEM)

    assert "message.unclaimed" in happened(uow, first)
    assert uow.session.scalars(select(HeldMessage.id).where(HeldMessage.instance_id == first)).all() == []
    assert uow.session.scalars(select(Handover.id).where(Handover.receiver_id == first)).all() == []
