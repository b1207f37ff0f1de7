"""From an event to another system: once by id, whatever happens on the way."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import text
from standardwebhooks import Webhook

from engine.access import SYSTEM
from engine.clock import VirtualClock
from engine.errors import InvalidInput, NotFound
from engine.events import Event
from engine.scope import Scope
from host.composition import Bihuan
from host.workers.jobs import Post, deliver_some, sweep
from tests.integration.webhooks.conftest import Receiver
from tests.integration.webhooks.scene import JURISDICTION, added, happen, rows
from webhooks import delivering, endpoints
from webhooks.client import Client

pytestmark = pytest.mark.usefixtures("places")


def test_an_event_goes_out_signed_as_a_cloud_event_without_what_is_not_in_the_catalogue(
    bihuan: Bihuan, post: Post, receiver: Receiver
) -> None:
    _, key = added(bihuan, post, receiver)

    happen(bihuan, "task.returned", reason="指标不清楚", from_id=7, name="林岚")
    assert sweep(bihuan.unit_of_work)["webhooks"]
    deliver_some(bihuan.unit_of_work, post)

    (headers, body), *more = receiver.got
    assert not more
    event = json.loads(body)
    assert (event["specversion"], event["type"]) == ("1.0", "bihuan.task.returned")
    assert event["data"] == {"facts": {"reason": "指标不清楚"}}
    moment = {**headers, "webhook-timestamp": headers["webhook-timestamp"]}
    signed = Webhook(key).sign(
        headers["webhook-id"], bihuan.clock.now().replace(microsecond=0), body.decode()
    )
    assert signed in moment["webhook-signature"].split(" ")
    assert rows(bihuan, "select status, attempts from app.webhook_delivery") == [("delivered", 1)]
    assert not sweep(bihuan.unit_of_work)["webhooks"]


def test_only_what_was_asked_for_and_only_of_this_jurisdiction(
    bihuan: Bihuan, post: Post, receiver: Receiver
) -> None:
    added(bihuan, post, receiver, "task.*", "instance.started")
    added(bihuan, post, receiver, jurisdiction_id=JURISDICTION + 1)
    paused, _ = added(bihuan, post, receiver)
    with bihuan.unit_of_work() as uow:
        endpoints.pause(uow, paused, "维护", by=SYSTEM)

    happen(bihuan, "task.created", "instance.started", "instance.completed", "webhook.tested")
    deliver_some(bihuan.unit_of_work, post)

    assert sorted(json.loads(body)["type"] for _, body in receiver.got) == [
        "bihuan.instance.started",
        "bihuan.task.created",
    ]


def test_what_is_rolled_back_is_never_told(bihuan: Bihuan, post: Post, receiver: Receiver) -> None:
    added(bihuan, post, receiver)
    with pytest.raises(ZeroDivisionError), bihuan.unit_of_work(Scope(JURISDICTION)) as uow:
        uow.record(Event("task.created"))
        uow.flush()
        assert uow.session.scalar(text("select count(*) from app.event where type = 'task.created'"))
        raise ZeroDivisionError

    assert not rows(bihuan, "select * from app.webhook_delivery")


def test_a_receiver_that_is_down_for_a_day_gets_everything_once_by_id(
    bihuan: Bihuan, clock: VirtualClock, post: Post, receiver: Receiver
) -> None:
    added(bihuan, post, receiver)
    receiver.status = 503
    happen(bihuan, *["task.created"] * 12)
    down = clock.now() + timedelta(hours=24)
    while clock.now() < down:
        while deliver_some(bihuan.unit_of_work, post):
            pass
        clock.set(clock.now() + timedelta(minutes=10))
    tried = len(receiver.got)
    receiver.got.clear()
    receiver.status = 200
    for _ in range(24 * 6):
        while deliver_some(bihuan.unit_of_work, post):
            pass
        clock.set(clock.now() + timedelta(minutes=10))

    assert 24 <= tried <= 120, "the door is closed for up to an hour after failures"
    assert len(receiver.ids) == len(set(receiver.ids)) == 12
    assert {row.status for row in rows(bihuan, "select status from app.webhook_delivery")} == {"delivered"}


def test_nobody_waits_for_ever_and_the_dead_can_be_told_again_under_the_same_id(
    bihuan: Bihuan, clock: VirtualClock, post: Post, receiver: Receiver
) -> None:
    added(bihuan, post, receiver)
    receiver.status, began = 500, clock.now()
    happen(bihuan, "task.created")
    while not rows(bihuan, "select id from app.webhook_delivery where status = 'dead'"):
        deliver_some(bihuan.unit_of_work, post)
        clock.set(clock.now() + timedelta(minutes=20))
        assert clock.now() - began < timedelta(hours=100)

    assert len(receiver.ids) == 10
    assert timedelta(hours=67) < clock.now() - began < timedelta(hours=90)
    receiver.status = 200
    clock.set(clock.now() + timedelta(hours=2))
    with bihuan.unit_of_work() as uow:
        dead = [row.id for row in uow.session.execute(text("select id from app.webhook_delivery"))]
        assert delivering.replay(uow, dead, by=SYSTEM) == 1
        assert delivering.replay(uow, dead, by=SYSTEM) == 0
    deliver_some(bihuan.unit_of_work, post)
    assert len(set(receiver.ids)) == 1
    attempts = rows(bihuan, "select status_code from app.webhook_attempt order by id")
    assert [row.status_code for row in attempts] == [500] * 10 + [200]


def test_a_worker_that_dies_between_sending_and_keeping_sends_again_with_the_same_id(
    bihuan: Bihuan, clock: VirtualClock, post: Post, receiver: Receiver
) -> None:
    added(bihuan, post, receiver)
    happen(bihuan, "task.created")
    with bihuan.unit_of_work() as uow:
        parcels = delivering.claim(uow, post.vault)
    delivering.send(post.client, parcels, clock.now())

    assert not deliver_some(bihuan.unit_of_work, post), "leased"
    clock.set(clock.now() + delivering.LEASE + timedelta(seconds=1))
    assert deliver_some(bihuan.unit_of_work, post)
    assert len(receiver.ids) == 2
    assert len(set(receiver.ids)) == 1


def test_a_failure_that_comes_late_does_not_undo_a_success(
    bihuan: Bihuan, clock: VirtualClock, post: Post, receiver: Receiver
) -> None:
    added(bihuan, post, receiver)
    happen(bihuan, "task.created")
    receiver.status = 500
    with bihuan.unit_of_work() as uow:
        slow = delivering.claim(uow, post.vault)
    late = delivering.send(post.client, slow, clock.now())
    receiver.status = 200
    clock.set(clock.now() + delivering.LEASE + timedelta(seconds=1))
    deliver_some(bihuan.unit_of_work, post)
    with bihuan.unit_of_work() as uow:
        for parcel, answer in late:
            delivering.keep(uow, parcel, answer)

    assert rows(bihuan, "select status from app.webhook_delivery") == [("delivered",)]
    assert rows(bihuan, "select failures from app.webhook_endpoint") == [(0,)]


def test_a_receiver_that_says_it_is_gone_is_paused_and_one_that_asks_for_time_gets_it(
    bihuan: Bihuan, clock: VirtualClock, post: Post, receiver: Receiver
) -> None:
    endpoint, _ = added(bihuan, post, receiver)
    receiver.status, receiver.extra = 429, {"Retry-After": "3600"}
    happen(bihuan, "task.created")
    deliver_some(bihuan.unit_of_work, post)
    (planned,) = rows(bihuan, "select next_attempt_at from app.webhook_delivery")
    assert planned.next_attempt_at >= clock.now() + timedelta(hours=1)

    clock.set(planned.next_attempt_at)
    receiver.status, receiver.extra = 410, {}
    deliver_some(bihuan.unit_of_work, post)
    assert "410" in rows(bihuan, "select pause_reason from app.webhook_endpoint")[0].pause_reason
    with bihuan.unit_of_work() as uow:
        endpoints.resume(uow, endpoint, by=SYSTEM)
    receiver.status = 200
    clock.set(clock.now() + timedelta(hours=1))
    deliver_some(bihuan.unit_of_work, post)
    assert rows(bihuan, "select status from app.webhook_delivery") == [("delivered",)]


def test_a_redirect_is_not_followed_and_the_inside_is_not_knocked_at(
    bihuan: Bihuan, post: Post, receiver: Receiver
) -> None:
    added(bihuan, post, receiver)
    receiver.status, receiver.extra = 302, {"Location": receiver.address}
    happen(bihuan, "task.created", "task.created")
    deliver_some(bihuan.unit_of_work, post)
    assert len(receiver.got) == 2

    receiver.got.clear()
    with bihuan.unit_of_work() as uow:
        uow.session.execute(text("update app.webhook_delivery set next_attempt_at = created_at"))
    deliver_some(bihuan.unit_of_work, Post(Client(), post.vault))
    assert not receiver.got
    told = rows(bihuan, "select told from app.webhook_attempt order by id desc limit 1")
    assert "BIHUAN_WEBHOOK_NETWORKS" in told[0].told


def test_a_new_key_signs_beside_the_old_one_for_a_week(
    bihuan: Bihuan, clock: VirtualClock, post: Post, receiver: Receiver
) -> None:
    endpoint, _ = added(bihuan, post, receiver)
    with bihuan.unit_of_work() as uow:
        endpoints.new_key(uow, post.vault, endpoint, by=SYSTEM)
    happen(bihuan, "task.created")
    deliver_some(bihuan.unit_of_work, post)
    clock.set(clock.now() + timedelta(days=8))
    happen(bihuan, "task.created")
    deliver_some(bihuan.unit_of_work, post)

    signatures = [headers["webhook-signature"].count("v1,") for headers, _ in receiver.got]
    assert signatures == [2, 1]


def test_a_test_message_goes_to_one_endpoint_alone(bihuan: Bihuan, post: Post, receiver: Receiver) -> None:
    endpoint, _ = added(bihuan, post, receiver)
    added(bihuan, post, receiver)
    with bihuan.unit_of_work() as uow:
        endpoints.send_test(uow, endpoint, by=SYSTEM)
    deliver_some(bihuan.unit_of_work, post)

    assert [json.loads(body)["type"] for _, body in receiver.got] == ["bihuan.webhook.tested"]


def test_bad_orders_say_what_is_wrong(bihuan: Bihuan, post: Post, receiver: Receiver) -> None:
    with pytest.raises(InvalidInput, match=r"task\.eaten"):
        added(bihuan, post, receiver, "task.eaten")
    with bihuan.unit_of_work() as uow, pytest.raises(NotFound):
        endpoints.remove(uow, 999_999, by=SYSTEM)
