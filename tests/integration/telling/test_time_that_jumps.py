"""Nobody sends for a week, several send at once, clocks and zones are odd: each is told once, and nobody who is done."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from engine import tasks
from engine.access import Actor
from engine.clock import VirtualClock
from engine.ladder import rungs
from engine.parameters import Ladder
from host.composition import Bihuan
from host.telling.sending import Postman
from host.workers.jobs import pack_some, send_some_letters, send_some_rungs, sweep
from ledger import messages
from tests.integration.engine.stage import UNIT, signed
from tests.integration.telling.mailbox import Mailbox
from tests.integration.telling.scene import HEAD, PREPARER, made, post, reachable, rows, told

pytestmark = pytest.mark.usefixtures("county", "nothing_to_come")
FILLER = Actor(PREPARER, "人101", frozenset({("preparer", UNIT)}))
SENT = "select kind, count(*) from app.notification where kind in ('reminder', 'escalation') group by kind order by kind"
TOLD_AT = "select app.told_at(:at, cast(:digest as bigint), cast(:a as bigint), cast(:b as bigint))"
ZONES = ("UTC", "America/New_York", "Europe/Berlin", "Pacific/Apia")


@pytest.fixture
def nothing_to_come(bihuan: Bihuan, county: None) -> None:
    with bihuan.unit_of_work() as uow:
        uow.session.execute(text("delete from app.ladder_rung"))


def swept(bihuan: Bihuan, postman: Postman) -> dict[str, Any]:
    """Do what ticker and worker do."""
    found = sweep(bihuan.unit_of_work)
    while send_some_rungs(bihuan.unit_of_work):
        pass
    post(bihuan, postman)
    return found


def test_after_a_week_without_a_scheduler_each_person_is_told_once_of_each_task_and_how_late_it_is_now(
    bihuan: Bihuan, clock: VirtualClock, mailbox: Mailbox, postman: Postman
) -> None:
    reachable(bihuan)
    reachable(bihuan, HEAD, "head@example.test")
    left, done = made(bihuan), made(bihuan)
    assert left.due_at
    clock.set(left.due_at - timedelta(days=12))
    swept(bihuan, postman)
    with bihuan.unit_of_work() as uow:
        tasks.claim(uow, done.id, by=FILLER)
        tasks.complete(uow, done.id, signed(), by=FILLER)

    clock.set(left.due_at + timedelta(days=1, hours=1))
    assert swept(bihuan, postman)["rungs"]

    due = rows(bihuan, f"select status, reason from app.ladder_rung where task_id = '{done.id}'")
    assert {one.status for one in due} == {"skipped"} and {one.reason for one in due} == {"task_completed"}
    ladder = "select offset_days, status, reason from app.ladder_rung where task_id = '{}' order by 1"
    assert rows(bihuan, ladder.format(left.id)) == [
        (-10, "skipped", "overtaken"),
        (-1, "sent", None),
        (1, "sent", None),
        (3, "planned", None),
    ]
    assert rows(
        bihuan, "select kind, recipient from app.notification where rung_id is not null order by kind desc"
    ) == [
        ("reminder", "assignee"),
        ("escalation", "unit_head"),
    ], "each role by the last rung that names it"
    assert [str(one["Subject"]) for one in mailbox.got] == [f"逾期：“{left.name}”已逾期 2 天"] * 2
    assert len({str(one["To"]) for one in mailbox.got}) == 2
    assert not swept(bihuan, postman)["rungs"] and len(mailbox.got) == 2


def test_a_reminder_that_leaves_late_says_how_many_days_are_left_then(
    bihuan: Bihuan, clock: VirtualClock, mailbox: Mailbox, postman: Postman
) -> None:
    reachable(bihuan)
    reachable(bihuan, HEAD, "head@example.test", digest_hour=8)
    task = made(bihuan)
    assert task.due_at
    clock.set(task.due_at - timedelta(days=4))
    swept(bihuan, postman)
    assert [str(one["Subject"]) for one in mailbox.got] == [f"提醒：“{task.name}”4 天后到期"]
    with bihuan.unit_of_work() as uow:
        [message] = messages.page(uow, PREPARER)
    assert message.offset_days == -4

    clock.set(task.due_at - timedelta(hours=10))
    swept(bihuan, postman)
    clock.set(task.due_at + timedelta(hours=9))
    post(bihuan, postman)

    assert [str(one["Subject"]) for one in mailbox.got[1:]] == [
        f"提醒：“{task.name}”今天到期",
        f"逾期：“{task.name}”已逾期 1 天",
    ], "the digest of the next morning counts from that morning"


def test_several_workers_at_once_tell_each_person_once(
    bihuan: Bihuan, clock: VirtualClock, mailbox: Mailbox, postman: Postman
) -> None:
    for number, person in enumerate((PREPARER, HEAD)):
        reachable(bihuan, person, f"p{number}@example.test")
    waiting = [made(bihuan) for _ in range(6)]
    assert waiting[0].due_at
    clock.set(waiting[0].due_at + timedelta(days=1))
    told(bihuan, count=5)

    def work(_: int) -> None:
        while send_some_rungs(bihuan.unit_of_work) or pack_some(bihuan.unit_of_work):
            pass
        while send_some_letters(bihuan.unit_of_work, postman):
            pass

    with ThreadPoolExecutor(4) as hands:
        list(hands.map(work, range(8)))
    post(bihuan, postman)

    twice = "select rung_id from app.notification where rung_id is not null group by rung_id, recipient, person_id having count(*) > 1"
    assert not rows(bihuan, twice)
    assert not rows(bihuan, "select id from app.delivery where status = 'planned'")
    ids = [str(one["Message-ID"]) for one in mailbox.got]
    assert len(ids) == len(set(ids)) == rows(bihuan, "select count(*) from app.letter")[0][0]


def test_a_clock_that_jumps_ahead_and_is_set_back_loses_no_letter_and_holds_none_up(
    bihuan: Bihuan, clock: VirtualClock, mailbox: Mailbox, postman: Postman
) -> None:
    set_back = Bihuan(bihuan.settings, clock=VirtualClock(clock.now()), database=bihuan.database)
    reachable(bihuan)
    told(bihuan)
    mailbox.close()
    post(bihuan, postman)
    clock.set(clock.now() + timedelta(days=3))
    mailbox.open()
    post(bihuan, postman)
    told(set_back)
    post(set_back, postman)

    assert len({str(one["Message-ID"]) for one in mailbox.got}) == len(mailbox.got) == 2
    assert rows(bihuan, "select distinct status from app.letter") == [("delivered",)]


@pytest.mark.parametrize("zone", ZONES)
def test_the_zone_of_the_host_moves_no_reminder(monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        ladder = Ladder(before=(16, 3), after=(1,), at="09:00", recipients={})
        due = datetime(2021, 3, 31, 15, 59, 59, tzinfo=UTC)
        found = rungs(
            ladder,
            task_id=UUID(int=1),
            campaign_id=None,
            due_at=due,
            now=due - timedelta(days=60),
            offices=lambda _: 1,
        )
    finally:
        monkeypatch.undo()
        time.tzset()

    assert [one["at"].astimezone(UTC).isoformat() for one in found] == [
        "2021-03-15T01:00:00+00:00",
        "2021-03-28T01:00:00+00:00",
        "2021-04-01T01:00:00+00:00",
    ]


@pytest.mark.parametrize("zone", ZONES)
def test_the_zone_of_the_database_moves_no_letter(bihuan: Bihuan, zone: str) -> None:
    with bihuan.unit_of_work() as uow:
        uow.session.execute(text(f"set local timezone = '{zone}'"))
        found = [
            uow.session.scalar(text(TOLD_AT), {"at": at, "digest": digest, "a": a, "b": b})
            for at, digest, a, b in (
                (datetime(2021, 3, 14, 6, 30, tzinfo=UTC), 17, None, None),
                (datetime(2021, 3, 27, 18, 0, tzinfo=UTC), None, 22, 7),
            )
        ]

    assert found == [datetime(2021, 3, 14, 9, tzinfo=UTC), datetime(2021, 3, 27, 23, tzinfo=UTC)]
