"""Who is told, of what, and what the site does about it."""

from datetime import timedelta
from typing import Any

from sqlalchemy import insert, text

from engine.clock import VirtualClock
from engine.model.tasks import UserTask
from host.composition import Bihuan
from host.telling.contacts import CONTACT, KINDS, NOTICE
from host.telling.sending import Postman
from host.workers.jobs import pack_some, send_some_letters, send_some_rungs
from tests.integration.engine.stage import UNIT
from tests.web.small_county import PEOPLE, task_of

PREPARER, HEAD, SECTION = (PEOPLE[role] for role in ("preparer", "unit_head", "section"))
ADDRESS = "preparer@example.test"


def reachable(bihuan: Bihuan, person_id: int = PREPARER, email: str = ADDRESS, **wishes: Any) -> None:
    """Let somebody have an address that is proved."""
    row = {"person_id": person_id, "email": email, "kinds": list(KINDS), **wishes}
    with bihuan.unit_of_work() as uow:
        uow.session.execute(insert(CONTACT).values(row | {"confirmed_at": uow.now()}))


def told(
    bihuan: Bihuan, kind: str = "return", *, person_id: int = PREPARER, count: int = 1, **more: Any
) -> None:
    """Tell somebody something."""
    row = {
        "jurisdiction_id": 1,
        "kind": kind,
        "recipient": "assignee",
        "organisation_id": UNIT,
        "person_id": person_id,
    }
    said = {"text": "请补充材料", "sender_name": "赵六", "task_id": None, **more}
    with bihuan.unit_of_work() as uow:
        uow.session.execute(insert(NOTICE), [row | said | {"created_at": uow.now()}] * count)


def made(bihuan: Bihuan) -> UserTask:
    """Return a new task of the unit's preparers."""
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


def post(bihuan: Bihuan, postman: Postman) -> None:
    """Do what a worker does when something is due."""
    while pack_some(bihuan.unit_of_work):
        pass
    while send_some_letters(bihuan.unit_of_work, postman):
        pass


def rows(bihuan: Bihuan, query: str) -> list[Any]:
    """Return what a query finds."""
    with bihuan.unit_of_work() as uow:
        return list(uow.session.execute(text(query)))
