"""Who stands in for somebody is told of what he may do in that place, as he wishes, and no longer than it lasts."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, text

from engine import tasks, telling
from engine.access import Actor
from engine.clock import VirtualClock
from engine.model.base import table_of
from engine.model.tasks import SubmissionRow
from host.composition import Bihuan
from host.telling.sending import Postman
from ledger.model.substituting import Substitution
from tests.integration.engine.stage import BUREAU, UNIT
from tests.integration.telling.mailbox import Mailbox
from tests.integration.telling.scene import ADDRESS, HEAD, PREPARER, come, made, post, reachable, rows
from tests.web.small_county import PEOPLE

pytestmark = pytest.mark.usefixtures("county")
STAND_IN, NEXT = PEOPLE["budget"], PEOPLE["section"]
HEARD = "select person_id, for_id from app.message order by person_id"
SUBSTITUTION = table_of(Substitution)


@pytest.fixture(autouse=True)
def nobody_away(bihuan: Bihuan) -> None:
    """And nothing to come of earlier tasks."""
    with bihuan.unit_of_work() as uow:
        uow.session.execute(text("delete from app.substitution"))
        uow.session.execute(text("delete from app.ladder_rung"))


def away(bihuan: Bihuan, person: int = PREPARER, substitute: int = STAND_IN, **more: Any) -> None:
    """Let somebody be away all year."""
    days = {"valid_from": date(2021, 1, 1), "valid_to": date(2021, 12, 31)}
    said = {"roles": [], "onward": False, "reason": "休假", "created_by": "x", "ended_at": None}
    who = {"jurisdiction_id": 1, "person_id": person, "substitute_id": substitute}
    with bihuan.unit_of_work() as uow:
        uow.session.execute(insert(SUBSTITUTION), [who | days | said | {"created_at": uow.now()} | more])


@pytest.mark.parametrize(
    ("more", "heard"),
    [
        ({}, True),
        ({"roles": [["preparer", UNIT]]}, True),
        ({"roles": [["preparer", BUREAU]]}, False),
        ({"roles": [["unit_head", UNIT]]}, False),
        ({"valid_to": date(2021, 1, 31)}, False),
        ({"valid_from": date(2021, 12, 1)}, False),
        ({"ended_at": "2021-01-02T00:00:00Z"}, False),
    ],
)
def test_a_substitute_is_told_of_the_tasks_he_may_do_while_it_lasts(
    bihuan: Bihuan, clock: VirtualClock, more: dict[str, Any], heard: bool
) -> None:
    away(bihuan, **more)
    come(bihuan, clock, made(bihuan), -10)

    both = [(PREPARER, None), (STAND_IN, PREPARER)]
    assert sorted(map(tuple, rows(bihuan, HEARD))) == (sorted(both) if heard else [(PREPARER, None)])


def test_it_is_the_same_for_a_task_that_the_absent_one_holds(bihuan: Bihuan, clock: VirtualClock) -> None:
    away(bihuan)
    task = made(bihuan)
    with bihuan.unit_of_work() as uow:
        tasks.claim(uow, task.id, by=Actor(PREPARER, "人101", frozenset({("preparer", UNIT)})))
    come(bihuan, clock, task, -10)

    assert (STAND_IN, PREPARER) in set(map(tuple, rows(bihuan, HEARD)))


def test_a_chain_reaches_as_far_as_each_link_allows(bihuan: Bihuan, clock: VirtualClock) -> None:
    away(bihuan, onward=True)
    away(bihuan, STAND_IN, NEXT)
    away(bihuan, NEXT, HEAD)
    come(bihuan, clock, made(bihuan), -10)

    found = set(map(tuple, rows(bihuan, HEARD)))
    assert {(STAND_IN, PREPARER), (NEXT, PREPARER)} <= found and (HEAD, PREPARER) not in found


def test_who_is_meant_himself_is_told_once(bihuan: Bihuan, clock: VirtualClock) -> None:
    away(bihuan, HEAD, PREPARER)
    come(bihuan, clock, made(bihuan), -10)

    assert rows(bihuan, HEARD) == [(PREPARER, None)]


def test_who_has_a_hand_in_the_matter_in_another_name_is_not_told(
    bihuan: Bihuan, clock: VirtualClock
) -> None:
    away(bihuan)
    task = made(bihuan)
    filed = {"task_id": task.id, "instance_id": task.instance_id, "form_key": "x", "form_version": "1"}
    said = {"values": {}, "warnings": [], "actor_id": STAND_IN, "actor_name": "x", "jurisdiction_id": 1}
    with bihuan.unit_of_work() as uow:
        row = filed | said | {"submitted_at": uow.now()}
        uow.session.execute(insert(table_of(SubmissionRow)), [row])
    come(bihuan, clock, task, -10)

    assert rows(bihuan, HEARD) == [(PREPARER, None)]


def test_a_copy_is_for_whom_it_was_meant(bihuan: Bihuan) -> None:
    away(bihuan)
    task = made(bihuan)
    with bihuan.unit_of_work() as uow:
        other = Actor(PREPARER, "人101", frozenset({("preparer", UNIT)}))
        tasks.claim(uow, task.id, by=other)
        uow.session.execute(text("delete from app.notification"))
        telling.cc(uow, task.id, [other], by=other)

    assert rows(bihuan, HEARD) == [(PREPARER, None)]


def test_his_letter_goes_by_his_own_wishes_and_says_in_whose_place(
    bihuan: Bihuan, clock: VirtualClock, mailbox: Mailbox, postman: Postman
) -> None:
    away(bihuan)
    reachable(bihuan, PREPARER, kinds=["urge"])
    reachable(bihuan, STAND_IN, "budget@example.test")
    task = made(bihuan)
    come(bihuan, clock, task, -10)
    post(bihuan, postman)

    [letter] = mailbox.got
    assert letter["To"].endswith("<budget@example.test>") and ADDRESS not in str(letter["To"])
    assert letter["Subject"] == f"提醒：“{task.name}”10 天后到期（代人{PREPARER}）"


def test_a_letter_that_waited_until_the_substitution_was_over_is_not_sent(
    bihuan: Bihuan, clock: VirtualClock, mailbox: Mailbox, postman: Postman
) -> None:
    away(bihuan)
    reachable(bihuan, STAND_IN, "budget@example.test", digest_hour=17)
    come(bihuan, clock, made(bihuan), -10)
    with bihuan.unit_of_work() as uow:
        uow.session.execute(text("update app.substitution set ended_at = now()"))
    clock.set(clock.now() + timedelta(days=1))
    post(bihuan, postman)

    assert not mailbox.got
    assert rows(bihuan, "select status, reason from app.delivery") == [("skipped", "substitution_over")]
