"""Who watches over everything sees what is late, wherever it lies in his scope, and urges; he does nobody's work."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from engine.access import Actor
from engine.model.base import table_of
from engine.model.tasks import UserTask
from host.composition import Bihuan
from tests.integration.engine.stage import REVIEWER
from tests.web import at_work
from tests.web.at_work import at_desk, checking

LEADER = Actor(205, "组长", frozenset({("leading_group", at_work.OUTSIDE)}))
"""He sits outside the bureau, as in most counties, and still looks everywhere."""
TASK = table_of(UserTask)


@pytest.fixture(autouse=True)
def staff(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(at_work, "STAFF", (*at_work.STAFF, LEADER))
    yield


def late(bihuan: Bihuan, title: str) -> str:
    """Return a task that was due three days ago."""
    task_id = checking(bihuan, title)
    with bihuan.unit_of_work() as uow:
        due = uow.now() - timedelta(days=3)
        uow.session.execute(update(TASK).where(TASK.c.id == task_id).values(due_at=due))
    return str(task_id)


def test_the_leading_group_sees_what_is_late_and_urges_it(bihuan: Bihuan) -> None:
    in_time, task_id = checking(bihuan, "还没有到期"), late(bihuan, "已经逾期")
    leader = at_desk(bihuan, LEADER)

    page = leader.page("/inbox?view=watch")
    assert "已经逾期" in page and "还没有到期" not in page
    assert "个单位有" in page and "件逾期未办" in page
    pane = leader.page(f"/inbox?view=watch&task={task_id}")
    assert f"/tasks/{task_id}/urge" in pane and "还在等“对口科室”认领" in pane
    assert f"/tasks/{task_id}/claim" not in pane and f"/tasks/{task_id}/return" not in pane
    assert leader.do(f"/tasks/{task_id}/urge", text="请尽快办理")[0] == 303
    assert f"/tasks/{in_time}/form" not in leader.page(f"/inbox?task={in_time}")


def test_the_leading_group_is_led_to_what_is_late(bihuan: Bihuan) -> None:
    assert at_desk(bihuan, LEADER).client.get("/").headers["Location"] == "/inbox?view=watch"


def test_others_are_not_shown_what_is_late_elsewhere(bihuan: Bihuan) -> None:
    late(bihuan, "别处逾期")

    page = at_desk(bihuan, REVIEWER).page("/inbox?view=watch")
    assert "别处逾期" not in page and "督办" not in page
