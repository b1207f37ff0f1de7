"""A task in other hands: who may claim it, who gets it and who had it are told; nobody else, and nobody twice."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, text

from engine import assigning, countersigning, seats, tasks, telling
from engine.access import Actor
from engine.adding_signers import add_signers, remove_signer
from engine.clock import VirtualClock
from engine.deciding import ITEM
from engine.model.base import table_of
from engine.signers import Signer
from host.composition import Bihuan
from host.telling.sending import Postman
from host.web.message_words import OVER
from ledger import messages
from ledger.model.register import Person, RoleAssignment
from tests.integration.engine.committee import meeting
from tests.integration.engine.stage import UNIT, signed
from tests.integration.telling.mailbox import Mailbox
from tests.integration.telling.scene import ADDRESS, HEAD, PREPARER, come, made, post, reachable, rows

pytestmark = pytest.mark.usefixtures("county", "colleague")
MINE = frozenset({("preparer", UNIT)})
COLLEAGUE = 881
FILLER, OTHER = Actor(PREPARER, "人101", MINE), Actor(COLLEAGUE, "钱二", MINE)
CHIEF = Actor(HEAD, "人102", frozenset({("unit_head", UNIT)}))
HEARD = """select n.kind, m.person_id, coalesce(n.text, '') from app.notification n
           join app.message m on m.notification_id = n.id order by n.id, m.person_id"""


@pytest.fixture
def colleague(bihuan: Bihuan, county: None) -> None:
    """A second preparer of the unit."""
    with bihuan.unit_of_work() as uow:
        if uow.session.get(Person, COLLEAGUE) is None:
            person = {"id": COLLEAGUE, "jurisdiction_id": 1, "organisation_id": UNIT, "name": "钱二"}
            uow.session.execute(insert(table_of(Person)), [person])
            held = {"jurisdiction_id": 1, "person_id": COLLEAGUE, "organisation_id": UNIT, "role": "preparer"}
            uow.session.execute(insert(table_of(RoleAssignment)), [held | {"valid_from": "2020-01-01"}])


def claimed(bihuan: Bihuan, by: Actor = FILLER) -> Any:
    task = made(bihuan)
    with bihuan.unit_of_work() as uow:
        tasks.claim(uow, task.id, by=by)
    return task


def test_who_may_claim_a_task_that_was_given_back_is_told_and_not_who_gave_it(bihuan: Bihuan) -> None:
    task = claimed(bihuan)
    with bihuan.unit_of_work() as uow:
        tasks.release(uow, task.id, by=FILLER)

    assert rows(bihuan, HEARD) == [("release", COLLEAGUE, "")]


def test_nobody_is_written_to_of_a_task_that_somebody_has_claimed_meanwhile(
    bihuan: Bihuan, mailbox: Mailbox, postman: Postman
) -> None:
    reachable(bihuan, COLLEAGUE)
    task = claimed(bihuan)
    with bihuan.unit_of_work() as uow:
        tasks.release(uow, task.id, by=FILLER)
        tasks.claim(uow, task.id, by=FILLER)
    post(bihuan, postman)

    assert not mailbox.got
    assert rows(bihuan, "select status, reason from app.delivery") == [("skipped", "task_claimed")]


def test_who_might_have_claimed_hears_no_more_of_it_once_another_has(
    bihuan: Bihuan, clock: VirtualClock, mailbox: Mailbox, postman: Postman
) -> None:
    reachable(bihuan, PREPARER, digest_hour=20)
    reachable(bihuan, COLLEAGUE, "colleague@example.test", digest_hour=20)
    with bihuan.unit_of_work() as uow:
        uow.session.execute(text("delete from app.ladder_rung"))
    task = made(bihuan)
    come(bihuan, clock, task, -10)
    with bihuan.unit_of_work() as uow:
        telling.urge(uow, task.id, "请今天办", by=CHIEF)
        tasks.claim(uow, task.id, by=FILLER)
    clock.set(clock.now() + timedelta(days=1))
    post(bihuan, postman)

    assert [str(one["To"]) for one in mailbox.got] == [f"人{PREPARER} <{ADDRESS}>"]
    reasons = "select person_id, status, reason, count(*) from app.delivery group by 1, 2, 3 order by 1"
    assert rows(bihuan, reasons) == [
        (PREPARER, "packed", None, 2),
        (COLLEAGUE, "skipped", "task_claimed", 2),
    ]
    with bihuan.unit_of_work() as uow:
        assert len(messages.page(uow, PREPARER, unread=True)) == 2
        assert messages.page(uow, COLLEAGUE, unread=True) == []
        [seen, _] = messages.page(uow, COLLEAGUE)
    assert OVER[seen.task_status] == "别人已在办，不用您办"


def test_a_transferred_task_tells_its_new_owner_why(
    bihuan: Bihuan, mailbox: Mailbox, postman: Postman
) -> None:
    reachable(bihuan, COLLEAGUE)
    task = claimed(bihuan)
    with bihuan.unit_of_work() as uow:
        assigning.transfer(uow, task.id, OTHER, "出差", by=FILLER)
    post(bihuan, postman)

    assert rows(bihuan, HEARD) == [("transfer", COLLEAGUE, "出差")]
    assert [one["Subject"] for one in mailbox.got] == [f"人101转办“{task.name}”"]


def test_what_another_transfers_tells_also_who_had_it(bihuan: Bihuan) -> None:
    task = claimed(bihuan)
    with bihuan.unit_of_work() as uow:
        assigning.delegate(uow, task.id, OTHER, by=FILLER)
        assigning.transfer(uow, task.id, FILLER, "钱二调离", by=CHIEF, oversight={"unit_head"})

    assert set(map(tuple, rows(bihuan, HEARD))) == {
        ("delegate", COLLEAGUE, "办完后会交回委派人"),
        ("transfer", PREPARER, "钱二调离"),
        ("transfer", COLLEAGUE, "已转给人101。钱二调离"),
    }


@pytest.mark.parametrize(
    ("by", "heard"),
    [
        (OTHER, ("delegate", PREPARER, "已交回给您。核对过")),
        (FILLER, ("delegate", COLLEAGUE, "委派人已收回,不用再办")),
    ],
)
def test_a_delegation_that_ends_tells_the_other_one(
    bihuan: Bihuan, by: Actor, heard: tuple[str, int, str]
) -> None:
    task = claimed(bihuan)
    with bihuan.unit_of_work() as uow:
        assigning.delegate(uow, task.id, OTHER, by=FILLER)
        assigning.resolve_delegation(uow, task.id, "核对过", by=by)

    assert rows(bihuan, HEARD)[1:] == [heard]


SEATS = '[{role: "preparer"}, {role: "preparer"}, {role: "unit_head"}]'


def test_a_seat_given_back_is_told_to_those_of_its_role_and_not_to_who_gave_it(bihuan: Bihuan) -> None:
    with bihuan.unit_of_work() as uow:
        _, task_id = meeting(uow, "all", SEATS)
        seats.claim_seat(uow, task_id, by=FILLER)
        seats.release_seat(uow, task_id, by=FILLER)

    assert rows(bihuan, HEARD) == [("seat", COLLEAGUE, "")]
    with bihuan.unit_of_work() as uow:
        assert len(messages.page(uow, COLLEAGUE, unread=True)) == 1
        seats.claim_seat(uow, task_id, by=FILLER)
        assert len(messages.page(uow, COLLEAGUE, unread=True)) == 1, "the second seat is free still"
        seats.claim_seat(uow, task_id, by=OTHER)
        assert not messages.page(uow, COLLEAGUE, unread=True)


def test_who_has_signed_already_is_not_written_to_of_another_seat(
    bihuan: Bihuan, mailbox: Mailbox, postman: Postman
) -> None:
    reachable(bihuan, COLLEAGUE)
    with bihuan.unit_of_work() as uow:
        _, task_id = meeting(uow, "all", SEATS)
        countersigning.vote(uow, task_id, signed(), by=OTHER)
        seats.claim_seat(uow, task_id, by=FILLER)
        seats.release_seat(uow, task_id, by=FILLER)
    post(bihuan, postman)

    assert not mailbox.got
    assert rows(bihuan, "select status, reason from app.delivery") == [("skipped", "seat_taken")]
    with bihuan.unit_of_work() as uow:
        assert not messages.page(uow, COLLEAGUE, unread=True)


def test_a_signer_who_is_taken_off_is_told_why(bihuan: Bihuan) -> None:
    with bihuan.unit_of_work() as uow:
        _, task_id = meeting(uow, "all", '[{role: "preparer"}, {role: "unit_head"}]')
        add_signers(uow, task_id, [Signer(COLLEAGUE, "钱二")], "after", "请一并看", by=FILLER)
        asked = select(ITEM.c.id).where(ITEM.c.task_id == task_id, ITEM.c.person_id == COLLEAGUE)
        remove_signer(uow, task_id, uow.session.scalars(asked).one(), "改由科长看", by=FILLER)

    assert rows(bihuan, HEARD) == [("withdrawn", COLLEAGUE, "不用再签署“评议”了:改由科长看")]
