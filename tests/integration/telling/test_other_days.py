"""Another day for a task: whoever has it reads so under 消息 and in a letter; nobody else, and nobody who is done."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from sqlalchemy import update

from engine import definitions, tasks
from engine.access import Actor
from engine.model.tasks import UserTask
from engine.parameters import parameters
from engine.redating import NewDays, redate
from host.composition import Bihuan
from host.telling.sending import Postman
from tests.integration.engine.stage import BODY, UNIT
from tests.integration.telling.mailbox import Mailbox
from tests.integration.telling.scene import HEAD, PREPARER, made, post, reachable, rows
from tests.web.small_county import NEIGHBOUR, PEOPLE

pytestmark = pytest.mark.usefixtures("county")
BOSS = Actor(PEOPLE["performance"], "孙七", frozenset())
HEARD = "select n.kind, m.person_id from app.notification n join app.message m on m.notification_id = n.id"


def extended(body: dict[str, Any]) -> None:
    """Put the due day off."""
    body["dates"]["review"]["due"] = "2021-04-15"


def brought_forward(body: dict[str, Any]) -> None:
    """Let the due day come earlier, as another calendar may."""
    body["dates"]["review"]["due"] = "2021-03-30"


def moved(bihuan: Bihuan, task: UserTask, change: Callable[[dict[str, Any]], None]) -> None:
    """Give the instance of a task the days of a changed policy."""
    body = deepcopy(dict(BODY))
    change(body)
    with bihuan.unit_of_work() as uow:
        chosen = parameters(body)
        definitions.keep_parameters(uow, chosen)
        days = NewDays(chosen.hash, earlier=True)
        assert len(redate(uow, task.instance_id, days, "系统迁移", by=BOSS)) == 1


@pytest.mark.parametrize(("change", "day"), [(extended, "2021-04-15"), (brought_forward, "2021-03-30")])
def test_another_day_reaches_whoever_has_the_task_by_message_and_letter_and_nobody_else(
    bihuan: Bihuan, mailbox: Mailbox, postman: Postman, change: Callable[[dict[str, Any]], None], day: str
) -> None:
    for number, person in enumerate((PREPARER, HEAD, NEIGHBOUR, PEOPLE["section"])):
        reachable(bihuan, person, f"p{number}@example.test")
    task = made(bihuan)

    moved(bihuan, task, change)
    post(bihuan, postman)

    assert rows(bihuan, HEARD) == [("redated", PREPARER)]
    [letter] = mailbox.got
    assert letter["Subject"] == f"改期：“{task.name}”"
    text = letter.get_body(("plain",))
    assert text and f"期限 {day}" in text.get_content() and "系统迁移" in text.get_content()


def test_a_claimed_task_tells_its_holder_alone(bihuan: Bihuan, mailbox: Mailbox, postman: Postman) -> None:
    reachable(bihuan)
    task = made(bihuan)
    with bihuan.unit_of_work() as uow:
        tasks.claim(uow, task.id, by=Actor(PREPARER, "人101", frozenset({("preparer", UNIT)})))

    moved(bihuan, task, extended)
    post(bihuan, postman)

    assert rows(bihuan, HEARD) == [("redated", PREPARER)] and len(mailbox.got) == 1


def test_who_is_done_by_the_time_the_letter_leaves_gets_none(
    bihuan: Bihuan, mailbox: Mailbox, postman: Postman
) -> None:
    reachable(bihuan)
    task = made(bihuan)
    moved(bihuan, task, extended)
    with bihuan.unit_of_work() as uow:
        uow.session.execute(update(UserTask).where(UserTask.id == task.id).values(status="completed"))

    post(bihuan, postman)

    assert not mailbox.got
