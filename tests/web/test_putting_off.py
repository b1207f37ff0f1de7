"""A task is put off until a day, for oneself alone, and is back when anything happens to it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from engine import assigning, telling
from engine.calendar.local_time import local_date
from engine.clock import VirtualClock
from engine.model.base import table_of
from engine.model.tasks import UserTask
from host.composition import Bihuan
from ledger.model.putting_off import PutOff
from tests.integration.engine.stage import PREPARER, REVIEWER
from tests.web.at_work import COLLEAGUE, Browser, at_desk, checking, held

TASK, PUT = table_of(UserTask), table_of(PutOff)
FOLDED = 'class="bh-put-off"'


def put_off(desk: Browser, task_id: UUID, day: str, **more: str) -> tuple[int, str]:
    return desk.do(f"/tasks/{task_id}/put-off", until=day, **more)


def in_days(bihuan: Bihuan, days: int) -> str:
    return str(local_date(bihuan.clock.now()) + timedelta(days=days))


@pytest.fixture
def task_id(bihuan: Bihuan, request: pytest.FixtureRequest) -> UUID:
    return checking(bihuan, request.node.name)


def seen(desk: Browser, title: str) -> tuple[bool, bool]:
    """Return whether a task is in the list, and whether it is in the folded group."""
    page = desk.page("/inbox?view=group")
    above, _, below = page.partition(FOLDED)
    lists = above.rpartition('class="bh-bucket"')[0] + above
    return title in lists.partition('id="case"')[0], title in below.partition("</details>")[0]


def test_it_leaves_ones_own_list_and_nobody_elses(bihuan: Bihuan, task_id: UUID, request: Any) -> None:
    desk, title = at_desk(bihuan, REVIEWER), request.node.name
    status, page = put_off(desk, task_id, in_days(bihuan, 3))

    assert status == 303 and "已暂缓" in page and "取消暂缓" in page
    assert seen(desk, title) == (False, True)
    assert seen(at_desk(bihuan, COLLEAGUE), title) == (True, False)
    assert "回来" in desk.page("/inbox?view=group")

    assert desk.do(f"/tasks/{task_id}/take-up")[0] == 303
    assert seen(desk, title) == (True, False)


def test_it_is_back_on_its_day(bihuan: Bihuan, task_id: UUID, clock: VirtualClock, request: Any) -> None:
    desk, title = at_desk(bihuan, REVIEWER), request.node.name
    put_off(desk, task_id, "other", other=in_days(bihuan, 2))

    clock.set(clock.now() + timedelta(days=1))
    assert seen(at_desk(bihuan, REVIEWER), title) == (False, True)
    clock.set(clock.now() + timedelta(days=1))
    assert seen(at_desk(bihuan, REVIEWER), title) == (True, False)


def test_it_is_back_when_somebody_urges(
    bihuan: Bihuan, task_id: UUID, clock: VirtualClock, request: Any
) -> None:
    desk = at_desk(bihuan, REVIEWER)
    put_off(desk, task_id, in_days(bihuan, 5))
    clock.set(clock.now() + timedelta(minutes=1))
    with bihuan.unit_of_work() as uow:
        telling.urge(uow, task_id, "请尽快", by=PREPARER)

    assert seen(desk, request.node.name) == (True, False)


def test_it_is_back_when_its_date_moves(bihuan: Bihuan, task_id: UUID, request: Any) -> None:
    desk = at_desk(bihuan, REVIEWER)
    put_off(desk, task_id, in_days(bihuan, 5))
    with bihuan.unit_of_work() as uow:
        moved = uow.now() + timedelta(days=20)
        uow.session.execute(update(TASK).where(TASK.c.id == task_id).values(due_at=moved))

    assert seen(desk, request.node.name) == (True, False)


def test_what_is_transferred_to_somebody_else_is_not_kept(bihuan: Bihuan, request: Any) -> None:
    task_id = held(bihuan, checking(bihuan, request.node.name))
    desk = at_desk(bihuan, REVIEWER)
    put_off(desk, task_id, in_days(bihuan, 5))
    with bihuan.unit_of_work() as uow:
        assigning.transfer(uow, task_id, COLLEAGUE, "出差", by=REVIEWER)

    assert request.node.name not in desk.page("/inbox")
    assert request.node.name in at_desk(bihuan, COLLEAGUE).page("/inbox?view=mine")


@pytest.mark.parametrize("days", [0, -1, 400])
def test_no_day_before_tomorrow_or_after_the_due_date(bihuan: Bihuan, task_id: UUID, days: int) -> None:
    status, page = put_off(at_desk(bihuan, REVIEWER), task_id, in_days(bihuan, days))

    assert status == 422 and "可以暂缓到" in page
    with bihuan.unit_of_work() as uow:
        assert uow.session.scalar(select(PUT.c.task_id).where(PUT.c.task_id == task_id)) is None


def test_what_is_due_today_is_not_put_off(bihuan: Bihuan, task_id: UUID) -> None:
    with bihuan.unit_of_work() as uow:
        uow.session.execute(update(TASK).where(TASK.c.id == task_id).values(due_at=uow.now()))
    desk = at_desk(bihuan, REVIEWER)

    assert "不能暂缓" in desk.page(f"/tasks/{task_id}/put-off")
    assert put_off(desk, task_id, in_days(bihuan, 1))[0] == 409
    assert f"/tasks/{task_id}/put-off" not in desk.page(f"/inbox?task={task_id}")


def test_programs_do_the_same(bihuan: Bihuan, task_id: UUID) -> None:
    desk = at_desk(bihuan, REVIEWER)
    headers = {"X-Form-Token": desk.token}
    place = f"/api/v1/tasks/{task_id}/put-off"

    assert desk.client.put(place, json={"until": in_days(bihuan, 2)}, headers=headers).status_code == 200
    listed: Any = desk.client.get("/api/v1/inbox?view=put_off").json
    assert [one["id"] for one in listed["items"] if one["id"] == str(task_id)]
    counts: Any = desk.client.get("/api/v1/inbox/counts").json
    assert counts["put_off"] >= 1
    assert desk.client.delete(place, headers=headers).status_code == 200
    refused = desk.client.put(place, json={"until": in_days(bihuan, -2)}, headers=headers)
    assert refused.status_code == 422 and "put_off.day" in refused.text
