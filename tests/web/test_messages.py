"""消息: who is told, what still matters, and the way to the task."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update
from werkzeug.test import TestResponse

from engine import tasks, telling
from engine.access import Actor
from engine.clock import VirtualClock
from engine.model.tasks import UserTask
from engine.model.timers import LadderRung
from engine.uow import UnitOfWork
from host.accounts import administering
from host.composition import Bihuan
from host.web.acting import acting
from host.workers.jobs import send_some_rungs
from ledger.messages import MESSAGE, NOTICE
from tests.integration.engine.committee import statements
from tests.integration.engine.stage import UNIT, signed
from tests.web.small_county import NEIGHBOUR, OTHER_UNIT, PEOPLE, enter, post, task_of

PREPARER, HEAD, SECTION = (PEOPLE[role] for role in ("preparer", "unit_head", "section"))
FILLER = Actor(PREPARER, "人101", frozenset({("preparer", UNIT)}))
CHIEF = Actor(HEAD, "人102", frozenset({("unit_head", UNIT)}))
Opened = Callable[[int], FlaskClient]


@pytest.fixture
def opened(county: Flask, bihuan: Bihuan) -> Opened:
    """Open a browser as somebody of the register; nobody has been told anything, and no reminder waits."""
    with bihuan.unit_of_work() as uow:
        uow.session.execute(delete(MESSAGE))
        uow.session.execute(delete(NOTICE))
        uow.session.execute(delete(LadderRung).where(LadderRung.status == "planned"))

    def signed_in(person_id: int) -> FlaskClient:
        client = county.test_client()
        with bihuan.unit_of_work() as uow:
            enter(uow, client, account_of(uow, person_id))
        return client

    return signed_in


def account_of(uow: UnitOfWork, person_id: int) -> int:
    found = administering.of_person(uow, person_id)
    assert found
    return found.id


def made(bihuan: Bihuan) -> UserTask:
    with bihuan.unit_of_work() as uow:
        task = uow.session.get_one(UserTask, task_of(uow, UNIT))
        uow.session.expunge(task)
    return task


def come(bihuan: Bihuan, clock: VirtualClock, task: UserTask, offset: int) -> None:
    """Let the hour of a rung strike."""
    assert task.due_at
    clock.set(task.due_at + timedelta(days=offset))
    while send_some_rungs(bihuan.unit_of_work):
        pass


def told(bihuan: Bihuan) -> set[tuple[str, int]]:
    found = select(NOTICE.c.kind, MESSAGE.c.person_id).join(MESSAGE, NOTICE.c.id == MESSAGE.c.notification_id)
    with bihuan.unit_of_work() as uow:
        return {(kind, person) for kind, person in uow.session.execute(found)}


def unread(bihuan: Bihuan, person_id: int) -> int:
    with bihuan.unit_of_work() as uow:
        who = acting(uow, account_of(uow, person_id))
    assert who
    return who.unread


def number_in(answer: TestResponse) -> str:
    found = re.search(r"/messages/(\d+)/open", answer.text)
    assert found, answer.text
    return found[1]


def test_a_reminder_of_an_unclaimed_task_reaches_who_may_claim_it_and_nobody_else(
    opened: Opened, bihuan: Bihuan, clock: VirtualClock
) -> None:
    task = made(bihuan)
    come(bihuan, clock, task, -10)

    assert told(bihuan) == {("reminder", PREPARER)}
    page = opened(PREPARER).get("/messages").text
    assert f"到期前 10 天：{task.name}" in page
    assert task.name not in opened(NEIGHBOUR).get("/messages?view=all").text
    assert (unread(bihuan, PREPARER), unread(bihuan, NEIGHBOUR)) == (1, 0)


def test_each_rung_reaches_the_people_of_its_roles(
    opened: Opened, bihuan: Bihuan, clock: VirtualClock
) -> None:
    task = made(bihuan)
    with bihuan.unit_of_work() as uow:
        tasks.claim(uow, task.id, by=FILLER)

    for offset in (-10, -1, 1, 3):
        come(bihuan, clock, task, offset)

    assert told(bihuan) == {
        ("reminder", PREPARER),
        ("reminder", HEAD),
        ("escalation", HEAD),
        ("escalation", SECTION),
    }


def test_what_is_done_is_neither_counted_nor_unread_any_more_but_stays_in_the_list(
    opened: Opened, bihuan: Bihuan, clock: VirtualClock
) -> None:
    task = made(bihuan)
    come(bihuan, clock, task, -10)
    with bihuan.unit_of_work() as uow:
        uow.session.get_one(UserTask, task.id).status = "completed"

    assert unread(bihuan, PREPARER) == 0
    assert "没有未读消息" in opened(PREPARER).get("/messages").text
    assert "任务已办结，不用再办" in opened(PREPARER).get("/messages?view=all").text


def test_opening_a_message_marks_it_read_and_leads_to_the_task(
    opened: Opened, bihuan: Bihuan, clock: VirtualClock
) -> None:
    task = made(bihuan)
    for offset in (-1, 1):
        come(bihuan, clock, task, offset)
    head, filler = opened(HEAD), opened(PREPARER)
    assert unread(bihuan, HEAD) == 2, "the day before, and the day after"

    overseen = post(head, f"/messages/{number_in(head.get('/messages'))}/open")

    assert overseen.headers["Location"] == f"/inbox?task={task.id}"
    assert (unread(bihuan, HEAD), filler.get(overseen.headers["Location"]).status_code) == (1, 200)


def test_who_may_not_work_on_it_is_led_to_where_it_stands(
    opened: Opened, bihuan: Bihuan, clock: VirtualClock
) -> None:
    task = made(bihuan)
    come(bihuan, clock, task, 3)
    client = opened(SECTION)

    led = post(client, f"/messages/{number_in(client.get('/messages'))}/open")

    assert led.headers["Location"] == f"/instances/{task.instance_id}"
    assert client.get(led.headers["Location"]).status_code == 200


def test_nobody_reads_or_marks_the_messages_of_others(
    opened: Opened, bihuan: Bihuan, clock: VirtualClock
) -> None:
    come(bihuan, clock, made(bihuan), -10)
    number = number_in(opened(PREPARER).get("/messages"))

    assert post(opened(HEAD), f"/messages/{number}/open").status_code == 404
    post(opened(HEAD), "/messages/read")
    assert unread(bihuan, PREPARER) == 1
    assert opened(HEAD).get("/api/v1/me/messages").json == {"items": []}


def test_a_copy_is_a_message_and_leads_to_the_copy(opened: Opened, bihuan: Bihuan) -> None:
    task = made(bihuan)
    with bihuan.unit_of_work() as uow:
        tasks.claim(uow, task.id, by=FILLER)
        telling.cc(uow, task.id, [CHIEF], by=FILLER)
        telling.cc(uow, task.id, [CHIEF], by=FILLER)

    assert told(bihuan) == {("cc", HEAD)}
    head = opened(HEAD)
    led = post(head, f"/messages/{number_in(head.get('/messages'))}/open")
    assert led.headers["Location"] == f"/inbox?task={task.id}&view=copies"


def test_who_urges_does_not_urge_himself(opened: Opened, bihuan: Bihuan) -> None:
    task = made(bihuan)
    with bihuan.unit_of_work() as uow:
        telling.urge(uow, task.id, "请今天办结", by=FILLER)

    assert told(bihuan) == set()


def test_all_is_marked_read_up_to_what_was_shown(opened: Opened, bihuan: Bihuan, clock: VirtualClock) -> None:
    come(bihuan, clock, made(bihuan), -10)
    until = number_in(opened(PREPARER).get("/messages"))
    come(bihuan, clock, made(bihuan), 0)
    with bihuan.unit_of_work() as uow:
        telling.urge(uow, made(bihuan).id, "请今天办结", by=CHIEF)
    client = opened(PREPARER)

    post(client, "/messages/read", until=until)

    assert unread(bihuan, PREPARER) > 0
    listed = client.get("/api/v1/me/messages?unread=true")
    assert listed.json, listed.text
    assert listed.json["items"][-1]["id"] > int(until)
    post(client, "/messages/read")
    assert unread(bihuan, PREPARER) == 0


def test_the_badge_costs_no_statement_of_its_own(opened: Opened, bihuan: Bihuan, clock: VirtualClock) -> None:
    come(bihuan, clock, made(bihuan), -10)
    client = opened(PREPARER)
    client.get("/messages")

    with statements(bihuan) as asked:
        page = client.get("/messages").text

    assert '<b aria-label="1 条未读">1</b>' in page
    assert len(asked) == 2, asked


def test_who_has_the_task_and_a_role_of_the_same_rung_is_told_once(
    opened: Opened, bihuan: Bihuan, clock: VirtualClock
) -> None:
    task = made(bihuan)
    with bihuan.unit_of_work() as uow:
        own = {"assignee_id": HEAD, "assignee_name": "负责人", "claimed_at": uow.now()}
        uow.session.execute(update(UserTask).where(UserTask.id == task.id).values(own))
    come(bihuan, clock, task, -1)

    assert (told(bihuan), unread(bihuan, HEAD)) == ({("reminder", HEAD)}, 1)
    assert "站内 1 人，0 人已读" in opened(HEAD).get(f"/instances/{task.instance_id}").text


def test_the_ladder_says_whom_each_rung_reached(opened: Opened, bihuan: Bihuan, clock: VirtualClock) -> None:
    task = made(bihuan)
    come(bihuan, clock, task, -10)
    client, where = opened(PREPARER), f"/instances/{task.instance_id}"
    assert "站内 1 人，0 人已读" in client.get(where).text

    post(client, f"/messages/{number_in(client.get('/messages'))}/open")

    assert "站内 1 人，1 人已读" in client.get(where).text
    rungs = client.get(f"/api/v1{where}/where").json
    assert rungs and "站内 1 人" in rungs["ladders"][0]["rungs"][0]["why"]


def test_the_ladder_says_which_way_a_rung_goes_and_what_the_policy_lets_it_say(
    opened: Opened, bihuan: Bihuan
) -> None:
    task = made(bihuan)
    own = update(LadderRung).where(LadderRung.task_id == task.id, LadderRung.offset_days == 1)
    with bihuan.unit_of_work() as uow:
        uow.session.execute(own.values(channels=["mail"], wording="请当天补报"))

    page = opened(PREPARER).get(f"/instances/{task.instance_id}").text

    assert page.count("渠道：站内、邮件、群") == 3 and page.count("渠道：站内、邮件<") == 1
    assert "“请当天补报”" in page


def test_the_ladder_says_when_nobody_holds_the_role_that_was_to_be_told(
    opened: Opened, bihuan: Bihuan, clock: VirtualClock
) -> None:
    with bihuan.unit_of_work() as uow:
        task = uow.session.get_one(UserTask, task_of(uow, OTHER_UNIT))
        uow.session.expunge(task)
    for offset in (-1, 1):
        come(bihuan, clock, task, offset)

    assert told(bihuan) == {("reminder", NEIGHBOUR)}, "that unit has no head"
    page = opened(NEIGHBOUR).get(f"/instances/{task.instance_id}").text
    assert page.count("没有人收到") == 1 and "站内 1 人，0 人已读" in page
    assert page.count("由后面一次代替") == 1, "nobody looked on the tenth day before"


def test_the_ladder_of_a_finished_task_says_what_was_not_sent_and_why(
    opened: Opened, bihuan: Bihuan, clock: VirtualClock
) -> None:
    task = made(bihuan)
    come(bihuan, clock, task, -10)
    with bihuan.unit_of_work() as uow:
        tasks.claim(uow, task.id, by=FILLER)
        tasks.complete(uow, task.id, signed(), by=FILLER)

    page = opened(PREPARER).get(f"/instances/{task.instance_id}").text

    over = page[page.index("以前任务的提醒与升级") :]
    assert "站内 1 人，0 人已读" in over
    assert over.count("不发") == 3 and over.count("任务已办结") == 3
