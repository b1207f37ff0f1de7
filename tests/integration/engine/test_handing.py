"""What a diagram throws arrives once; what cannot be handed over is an incident, whatever the reason."""

from uuid import UUID

import pytest
from sqlalchemy import func, select, text

from engine import handing, incidents, suspending
from engine.access import Actor
from engine.bpmn.failing import ImageRejected
from engine.handing import ATTEMPTS
from engine.model.handovers import Handover
from engine.model.journal import EventRow, Incident
from engine.uow import UnitOfWork
from host.composition import Bihuan
from host.workers.jobs import hand_over
from host.workers.queueing import drain
from tests.chaos.scene import HEARING
from tests.integration.engine.diagrams import THROWING
from tests.integration.engine.event_diagrams import LISTENING, SIGNALLING
from tests.integration.engine.stage import open_task, started
from tests.integration.engine.test_events_with_rows import opened

OPERATOR = Actor(9, "运维员", system=True)
BREAK = "update app.process_instance set image = '{broken' || image where id = :id"
MEND = "update app.process_instance set image = substr(image, 8) where id = :id"


class Killed(BaseException):
    """Stands for a `kill -9`: nothing catches it, the open transaction goes with it."""


@pytest.fixture(autouse=True)
def alone(bihuan: Bihuan) -> None:
    """Nothing else is on its way, and nobody else waits."""
    with bihuan.database.owner_engine.begin() as connection:
        for table in ("queue.procrastinate_jobs", "app.handover", "app.signal_subscription"):
            connection.exec_driver_sql(f"delete from {table}")


def change(bihuan: Bihuan, statement: str, instance_id: UUID) -> None:
    with bihuan.unit_of_work() as uow:
        uow.session.execute(text(statement), {"id": instance_id})


def thrown(bihuan: Bihuan, code: str, *, broken: bool = True) -> tuple[UUID, int]:
    """Let an instance wait for a message and another throw it; return the receiver and the handover."""
    with bihuan.unit_of_work() as uow:
        receiver = started(uow, HEARING, code=code)
        started(uow, THROWING, data={"subject_code": code})
    if broken:
        change(bihuan, BREAK, receiver)
    with bihuan.unit_of_work() as uow:
        return receiver, uow.session.scalars(select(Handover.id)).one()


def jobs(uow: UnitOfWork) -> int:
    return int(uow.session.scalar(text("select count(*) from queue.procrastinate_jobs")) or 0)


def test_a_message_that_its_receiver_never_takes_is_an_incident_that_can_be_retried(bihuan: Bihuan) -> None:
    receiver, handover_id = thrown(bihuan, "H1")

    for number in range(1, ATTEMPTS):
        with pytest.raises(ImageRejected):
            hand_over(bihuan.unit_of_work, handover_id)
        with bihuan.unit_of_work() as uow:
            assert uow.session.get_one(Handover, handover_id).attempts == number
    hand_over(bihuan.unit_of_work, handover_id)

    with bihuan.unit_of_work() as uow:
        found = incidents.waiting(uow.session, instance_id=receiver)
        assert [(one.kind, one.element_id, one.code, one.attempts) for one in found] == [
            ("handover", "told", "image.damaged", ATTEMPTS)
        ]
    hand_over(bihuan.unit_of_work, handover_id)  # a job that comes again finds nothing to do
    drain(bihuan.queue)
    change(bihuan, MEND, receiver)
    with bihuan.unit_of_work() as uow:
        incidents.resolve(uow, found[0].id, "映像已修复", by=OPERATOR)
    drain(bihuan.queue)
    with bihuan.unit_of_work() as uow:
        assert open_task(uow, receiver).element_id == "keep"
        assert uow.session.scalar(select(func.count()).select_from(Handover)) == 0


def test_a_message_that_cannot_be_handed_over_can_be_dropped(bihuan: Bihuan) -> None:
    receiver, handover_id = thrown(bihuan, "H2")
    for _ in range(ATTEMPTS - 1):
        with pytest.raises(ImageRejected):
            hand_over(bihuan.unit_of_work, handover_id)
    hand_over(bihuan.unit_of_work, handover_id)

    with bihuan.unit_of_work() as uow:
        incident = incidents.waiting(uow.session, instance_id=receiver)[0]
        incidents.skip(uow, incident.id, "已电话通知", by=OPERATOR)

    with bihuan.unit_of_work() as uow:
        assert incidents.waiting(uow.session, instance_id=receiver) == []
        assert uow.session.scalar(select(func.count()).select_from(Handover)) == 0
        told = select(EventRow.type).where(EventRow.instance_id == receiver)
        assert list(uow.session.scalars(told.order_by(EventRow.id)))[-2:] == [
            "incident.opened",
            "incident.skipped",
        ]


def test_a_message_that_kills_every_worker_is_an_incident(
    bihuan: Bihuan, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver, handover_id = thrown(bihuan, "H3", broken=False)

    def kill(*_: object, **__: object) -> None:
        raise Killed

    monkeypatch.setattr("engine.messages.correlate", kill)
    for _ in range(ATTEMPTS):
        with pytest.raises(Killed):
            hand_over(bihuan.unit_of_work, handover_id)
    hand_over(bihuan.unit_of_work, handover_id)

    with bihuan.unit_of_work() as uow:
        incident = uow.session.scalars(select(Incident).where(Incident.instance_id == receiver)).one()
        assert (incident.code, incident.attempts) == ("handover.died", ATTEMPTS)


def test_a_signal_that_one_receiver_never_takes_is_an_incident_there_and_the_others_hear_it(
    bihuan: Bihuan,
) -> None:
    with bihuan.unit_of_work() as uow:
        broken, healthy = started(uow, LISTENING), started(uow, LISTENING)
    change(bihuan, BREAK, broken)
    with bihuan.unit_of_work() as uow:
        started(uow, SIGNALLING)
    drain(bihuan.queue)

    with bihuan.unit_of_work() as uow:
        assert opened(uow, healthy) == ["explain", "fill"]
        left = uow.session.scalars(select(Handover)).one()
        assert (left.receiver_id, left.attempts) == (broken, 1)
    for _ in range(ATTEMPTS - 2):
        with pytest.raises(ImageRejected):
            hand_over(bihuan.unit_of_work, left.id)
    hand_over(bihuan.unit_of_work, left.id)

    with bihuan.unit_of_work() as uow:
        incident = incidents.waiting(uow.session, instance_id=broken)[0]
        assert (incident.kind, incident.attempts) == ("handover", ATTEMPTS)


def test_a_signal_for_a_suspended_instance_waits_until_that_goes_on(bihuan: Bihuan) -> None:
    with bihuan.unit_of_work() as uow:
        sleeping = started(uow, LISTENING)
        suspending.suspend(uow, sleeping, "正在审计", by=OPERATOR)
        started(uow, SIGNALLING)
    drain(bihuan.queue)
    with bihuan.unit_of_work() as uow:
        assert uow.session.scalars(select(Handover.status)).all() == ["held"]
        assert jobs(uow) == 0

        suspending.resume(uow, sleeping, "审计结束", by=OPERATOR)
    drain(bihuan.queue)

    with bihuan.unit_of_work() as uow:
        assert opened(uow, sleeping) == ["explain", "fill"]


def test_a_message_whose_job_runs_twice_is_handed_over_once(bihuan: Bihuan) -> None:
    receiver, handover_id = thrown(bihuan, "H4", broken=False)

    for _ in range(2):
        with bihuan.unit_of_work() as uow:
            handing.hand_over(uow, handover_id)

    with bihuan.unit_of_work() as uow:
        assert open_task(uow, receiver).element_id == "keep"
        unclaimed = select(func.count()).where(EventRow.type == "message.unclaimed")
        assert uow.session.scalar(unclaimed) == 0
