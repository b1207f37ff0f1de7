"""Traces of what was sent and called are forgotten after so many days; what waits is not, nor what happened."""

import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from engine.clock import VirtualClock
from host.composition import Bihuan
from host.telling.sending import Postman
from host.workers import forgetting
from host.workers.scheduler import Ticker
from tests.integration.telling.mailbox import Mailbox
from tests.integration.telling.scene import HEAD, post, reachable, rows, told

pytestmark = pytest.mark.usefixtures("county", "nothing_yet")
DAY = timedelta(days=1)
CALL = """insert into app.inbound_call (id, jurisdiction_id, source_id, parent_id, message_id, fingerprint, type, sent_at,
    received_at, data, status, next_attempt_at, ended_at) select {id}, 1, max(id), {parent}, '{id}', 'x', 'message.sent', :now,
    :now, '{{}}', '{status}', :now, {ended} from app.inbound_source"""
SOURCE = """insert into app.inbound_source (jurisdiction_id, name, call_types, messages, secret, created_at)
    values (1, 'x', '{}', '{}', 'x', :now)"""
ENDPOINT = """insert into app.webhook_endpoint (jurisdiction_id, name, address, event_types, secret, created_at)
    values (1, 'x', 'https://x.invalid', '{}', 'x', :now)"""
SENT = """insert into app.webhook_delivery (jurisdiction_id, endpoint_id, event_id, status, created_at, next_attempt_at, ended_at)
    select 1, max(id), 1, '{status}', :now, :now, {ended} from app.webhook_endpoint"""
TRIED = """insert into app.webhook_attempt (jurisdiction_id, delivery_id, at, milliseconds, told)
    select 1, id, :now, 1, 'x' from app.webhook_delivery"""


@pytest.fixture
def nothing_yet(bihuan: Bihuan, county: None) -> None:
    for table in ("inbound_call", "inbound_source", "webhook_endpoint"):
        said(bihuan, f"delete from app.{table}")


def said(bihuan: Bihuan, *statements: str) -> None:
    with bihuan.unit_of_work() as uow:
        for one in statements:
            uow.session.execute(text(one), {"now": uow.now()} if ":now" in one else {})


def call(id: int, status: str, parent: int | str = "null") -> str:
    ended = "null" if status == "accepted" else ":now"
    return CALL.format(id=id, status=status, parent=parent, ended=ended)


def sent(status: str) -> str:
    return SENT.format(status=status, ended="null" if status == "planned" else ":now")


def counts(bihuan: Bihuan, *tables: str) -> list[Any]:
    return [rows(bihuan, f"select count(*) from app.{table}")[0][0] for table in tables]


def test_calls_that_are_over_are_forgotten_with_those_they_came_from_and_what_waits_stays(
    bihuan: Bihuan, clock: VirtualClock
) -> None:
    over = [call(1, "applied"), call(2, "dropped", 1), call(3, "applied", 2)]
    waits = [call(4, "applied"), call(5, "quarantined", 4), call(6, "accepted")]
    said(bihuan, SOURCE, *over, *waits)

    clock.set(clock.now() + 400 * DAY)
    assert not forgetting.forget(bihuan)["calls"], "not on the last day"
    clock.set(clock.now() + DAY)

    assert forgetting.forget(bihuan)["calls"] == 3
    assert [one.id for one in rows(bihuan, "select id from app.inbound_call order by id")] == [4, 5, 6]


def test_deliveries_are_forgotten_with_their_attempts(bihuan: Bihuan, clock: VirtualClock) -> None:
    said(bihuan, ENDPOINT, *map(sent, ("delivered", "dead", "planned")), TRIED)
    clock.set(clock.now() + 401 * DAY)

    assert forgetting.forget(bihuan)["webhooks"] == 2
    assert counts(bihuan, "webhook_delivery", "webhook_attempt") == [1, 1]


def test_letters_go_with_their_lines_and_the_messages_stay(
    bihuan: Bihuan, clock: VirtualClock, mailbox: Mailbox, postman: Postman
) -> None:
    reachable(bihuan)
    reachable(bihuan, HEAD, "head@example.test")
    told(bihuan)
    told(bihuan, person_id=HEAD)
    said(bihuan, f"update app.contact set bounced_at = :now where person_id = {HEAD}")
    post(bihuan, postman)
    said(bihuan, f"update app.contact set bounced_at = null where person_id = {HEAD}")
    assert len(mailbox.got) == 1
    clock.set(clock.now() + 401 * DAY)
    told(bihuan)

    found = forgetting.forget(bihuan)

    assert (found["letters"], found["left_out"]) == (1, 1)
    assert counts(bihuan, "letter", "delivery", "message", "notification") == [0, 1, 3, 3]
    [audited] = rows(
        bihuan, "select data from app.audit_entry where action = 'log.forget' order by id desc limit 1"
    )
    assert (audited.data["letters"], audited.data["days"]) == (1, 400)


@pytest.mark.parametrize(("days", "left"), [(30, 0), (3_650, 1)])
def test_how_long_is_a_setting(bihuan: Bihuan, clock: VirtualClock, days: int, left: int) -> None:
    said(bihuan, SOURCE, call(1, "applied"))
    clock.set(clock.now() + 31 * DAY)
    settings = replace(bihuan.settings, log_days=days)

    forgetting.forget(Bihuan(settings, clock=clock, database=bihuan.database))

    assert counts(bihuan, "inbound_call") == [left]


def test_many_are_forgotten_in_batches(
    bihuan: Bihuan, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "BATCH", 2)
    said(bihuan, ENDPOINT, *[sent("delivered")] * 5)
    clock.set(clock.now() + 401 * DAY)

    assert forgetting.forget(bihuan)["webhooks"] == 5


def test_the_ticker_does_it_as_soon_as_it_starts(bihuan: Bihuan, clock: VirtualClock) -> None:
    said(bihuan, SOURCE, call(1, "applied"))
    clock.set(clock.now() + 401 * DAY)

    with Ticker(bihuan):
        until = time.monotonic() + 60
        while counts(bihuan, "inbound_call") != [0] and time.monotonic() < until:
            time.sleep(0.02)

    assert counts(bihuan, "inbound_call") == [0]
