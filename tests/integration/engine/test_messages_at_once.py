"""Messages for several who wait: each gets one; who waits without a key takes any."""

from sqlalchemy import select

from engine import instances, messages
from engine.access import SYSTEM
from engine.model.tasks import UserTask
from engine.uow import UnitOfWork
from host.composition import Bihuan
from tests.integration.engine.office import Office, jobs
from tests.integration.engine.stage import order, published
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
