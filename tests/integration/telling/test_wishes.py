"""When somebody is told, and how an address is proved."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from engine.clock import VirtualClock
from engine.errors import Conflict, InvalidInput
from host.composition import Bihuan
from host.telling import contacts
from host.telling.contacts import KINDS, Wishes
from host.telling.sending import Postman
from host.workers.jobs import sweep
from tests.integration.telling.mailbox import Mailbox
from tests.integration.telling.scene import ADDRESS, PREPARER, post, reachable, rows, told

pytestmark = pytest.mark.usefixtures("county")
LOCAL = ZoneInfo("Asia/Shanghai")


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2021, 3, day, hour, minute, tzinfo=LOCAL)


@pytest.mark.parametrize(
    ("at", "digest", "quiet", "then"),
    [
        (local(1, 10, 5), None, (None, None), local(1, 10, 5)),
        (local(1, 10, 5), 9, (None, None), local(2, 9)),
        (local(1, 8, 59), 9, (None, None), local(1, 9)),
        (local(1, 9, 0), 9, (None, None), local(2, 9)),
        (local(1, 23, 30), None, (22, 7), local(2, 7)),
        (local(1, 22, 0), None, (22, 7), local(2, 7)),
        (local(1, 3, 0), None, (22, 7), local(1, 7)),
        (local(1, 7, 0), None, (22, 7), local(1, 7)),
        (local(1, 12, 30), None, (12, 14), local(1, 14)),
        (local(1, 14, 0), None, (12, 14), local(1, 14)),
        (local(1, 23, 0), 8, (22, 7), local(2, 8)),
        (local(1, 10, 0), 6, (22, 7), local(2, 7)),
        (local(1, 10, 0), 23, (22, 7), local(2, 7)),
        (local(5, 20, 0), 0, (20, 8), local(6, 8)),
        (local(1, 10, 0), 12, (12, 14), local(1, 14)),
    ],
)
def test_what_is_told_waits_for_the_hour_that_was_asked_for(
    bihuan: Bihuan, at: datetime, digest: int | None, quiet: tuple[int | None, int | None], then: datetime
) -> None:
    asked = {"at": at, "digest": digest, "a": quiet[0], "b": quiet[1]}
    with bihuan.unit_of_work() as uow:
        found = uow.session.scalar(
            text("select app.told_at(:at, cast(:digest as bigint), cast(:a as bigint), cast(:b as bigint))"),
            asked,
        )

    assert found == then


def test_a_day_is_one_letter(bihuan: Bihuan, clock: VirtualClock, mailbox: Mailbox, postman: Postman) -> None:
    clock.set(local(1, 10))
    reachable(bihuan, digest_hour=17)
    for _ in range(6):
        told(bihuan)
        post(bihuan, postman)
        clock.set(clock.now() + timedelta(hours=1))
    assert not mailbox.got

    clock.set(local(1, 17))
    post(bihuan, postman)

    assert [one["Subject"] for one in mailbox.got] == ["您有 6 条消息"]


def test_what_a_worker_or_a_server_held_up_into_the_quiet_hours_waits_until_they_end(
    bihuan: Bihuan, clock: VirtualClock, mailbox: Mailbox, postman: Postman
) -> None:
    reachable(bihuan, quiet_from=22, quiet_until=7)
    clock.set(local(1, 21, 50))
    told(bihuan)
    mailbox.close()
    post(bihuan, postman)
    told(bihuan)
    mailbox.open()

    clock.set(local(1, 23))
    post(bihuan, postman)
    assert not mailbox.got
    assert not sweep(bihuan.unit_of_work)["letters"], "nobody asks for them every five seconds"

    clock.set(local(2, 7))
    post(bihuan, postman)
    assert len(mailbox.got) == 2


def test_a_test_does_not_wait(
    bihuan: Bihuan, clock: VirtualClock, mailbox: Mailbox, postman: Postman
) -> None:
    clock.set(local(1, 23))
    reachable(bihuan, kinds=[], quiet_from=22, quiet_until=7)
    with bihuan.unit_of_work() as uow:
        contacts.test(uow, PREPARER)
    post(bihuan, postman)

    assert "测试消息" in str(mailbox.got[0]["Subject"])
    with bihuan.unit_of_work() as uow, pytest.raises(Conflict):
        contacts.test(uow, PREPARER)


def test_an_address_counts_once_its_code_came_back(bihuan: Bihuan, clock: VirtualClock) -> None:
    with bihuan.unit_of_work() as uow:
        address, code = contacts.ask_code(uow, PREPARER, f" {ADDRESS} ")
    assert code not in str(rows(bihuan, "select * from app.contact"))
    told(bihuan)
    assert not rows(bihuan, "select * from app.delivery")

    with bihuan.unit_of_work() as uow:
        assert not contacts.confirm(uow, PREPARER, "x")
    with bihuan.unit_of_work() as uow:
        assert contacts.confirm(uow, PREPARER, code)
    told(bihuan)

    assert address == ADDRESS
    assert len(rows(bihuan, "select * from app.delivery")) == 1


def test_a_code_ends_after_half_an_hour_or_five_tries_and_comes_once_a_minute(
    bihuan: Bihuan, clock: VirtualClock
) -> None:
    with bihuan.unit_of_work() as uow:
        contacts.ask_code(uow, PREPARER, ADDRESS)
    with bihuan.unit_of_work() as uow, pytest.raises(Conflict):
        contacts.ask_code(uow, PREPARER, ADDRESS)
    for _ in range(contacts.CODE_TRIES):
        with bihuan.unit_of_work() as uow:
            assert not contacts.confirm(uow, PREPARER, "x")
    with bihuan.unit_of_work() as uow, pytest.raises(Conflict, match="重新获取"):
        contacts.confirm(uow, PREPARER, "x")

    clock.set(clock.now() + timedelta(minutes=2))
    with bihuan.unit_of_work() as uow:
        _, code = contacts.ask_code(uow, PREPARER, ADDRESS)
    clock.set(clock.now() + timedelta(minutes=31))
    with bihuan.unit_of_work() as uow, pytest.raises(Conflict, match="过期"):
        contacts.confirm(uow, PREPARER, code)


@pytest.mark.parametrize(
    "wrong", ["", "a@b", "a b@example.test", "x@example.test, y@example.test", "张 <a@b.test>", "a@b.test\n"]
)
def test_what_is_no_address_is_refused(bihuan: Bihuan, wrong: str) -> None:
    with bihuan.unit_of_work() as uow, pytest.raises(InvalidInput):
        contacts.ask_code(uow, PREPARER, wrong + "\x00" if wrong.endswith("\n") else wrong)


@pytest.mark.parametrize(
    "wishes", [Wishes(["telegram"]), Wishes(KINDS, 24), Wishes(KINDS, None, 22), Wishes(KINDS, None, 7, 7)]
)
def test_wishes_that_make_no_sense_are_refused(bihuan: Bihuan, wishes: Wishes) -> None:
    with bihuan.unit_of_work() as uow, pytest.raises(InvalidInput):
        contacts.wish(uow, PREPARER, wishes)
