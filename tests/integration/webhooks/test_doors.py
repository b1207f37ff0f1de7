"""A door that is closed for a while, and whose cases go through it."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from engine.clock import VirtualClock
from host.composition import Bihuan
from host.workers.jobs import Post, deliver_some, sweep
from tests.integration.engine.diagrams import REVIEW
from tests.integration.engine.stage import BUREAU, UNIT, started
from tests.integration.webhooks.conftest import Receiver
from tests.integration.webhooks.scene import added, happen, rows
from webhooks.delivering import OF_ONE_ENDPOINT, PATIENCE, SHORTEST_CLOSED

pytestmark = pytest.mark.usefixtures("places")
STANDS = "select failures, closed_until from app.webhook_endpoint"
OFFICE = """insert into app.organisation (id, jurisdiction_id, code, name, kind, valid_from)
            values (:id, 1, :code, :code, 'department', '2020-01-01') on conflict do nothing"""


def test_after_five_failures_one_knock_finds_out_whether_somebody_is_there_again(
    bihuan: Bihuan, clock: VirtualClock, post: Post, receiver: Receiver
) -> None:
    added(bihuan, post, receiver)
    receiver.status = 500
    happen(bihuan, *["task.created"] * 30)
    deliver_some(bihuan.unit_of_work, post)
    assert len(receiver.got) == OF_ONE_ENDPOINT
    ((failures, closed_until),) = rows(bihuan, STANDS)
    assert failures == OF_ONE_ENDPOINT >= PATIENCE
    assert closed_until >= clock.now() + SHORTEST_CLOSED

    assert not sweep(bihuan.unit_of_work)["webhooks"], "closed: nothing is due"
    assert not deliver_some(bihuan.unit_of_work, post)
    clock.set(closed_until)
    deliver_some(bihuan.unit_of_work, post)
    assert len(receiver.got) == OF_ONE_ENDPOINT + 1, "one knock, not thirty"
    ((_, again),) = rows(bihuan, STANDS)
    assert again - clock.now() > closed_until - clock.now(), "and longer closed"

    clock.set(again + timedelta(seconds=1))
    receiver.status = 200
    while deliver_some(bihuan.unit_of_work, post):
        pass
    assert rows(bihuan, STANDS) == [(0, None)]
    clock.set(clock.now() + timedelta(minutes=6))
    while deliver_some(bihuan.unit_of_work, post):
        pass
    assert len(set(receiver.ids)) == 30
    assert {row.status for row in rows(bihuan, "select status from app.webhook_delivery")} == {"delivered"}


def test_a_closed_door_does_not_close_another(bihuan: Bihuan, post: Post, receiver: Receiver) -> None:
    nowhere = Receiver(address="http://127.0.0.1:9/in")
    added(bihuan, post, nowhere)
    added(bihuan, post, receiver)
    happen(bihuan, *["task.created"] * 12)
    while deliver_some(bihuan.unit_of_work, post):
        pass

    assert len(set(receiver.ids)) == 12


def test_an_endpoint_of_one_office_is_told_of_its_cases_alone(
    bihuan: Bihuan, post: Post, receiver: Receiver
) -> None:
    with bihuan.unit_of_work() as uow:
        for number in (BUREAU, UNIT, UNIT + 1):
            uow.session.execute(text(OFFICE), {"id": number, "code": f"office-{number}"})
        ours = started(uow, REVIEW)
        others = started(uow, REVIEW, organisation_id=UNIT + 1)
    added(bihuan, post, receiver, "task.*", organisation_id=UNIT)

    happen(bihuan, "task.urged", instance_id=others)
    happen(bihuan, "task.urged")
    deliver_some(bihuan.unit_of_work, post)
    assert not receiver.got

    happen(bihuan, "task.urged", instance_id=ours)
    deliver_some(bihuan.unit_of_work, post)
    assert len(receiver.got) == 1
    assert str(ours).encode() in receiver.got[0][1]
