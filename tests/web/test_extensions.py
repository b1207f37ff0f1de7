"""More time is asked for on the task's page or by a program, and answered in the inbox of whom the policy names."""

from copy import deepcopy
from datetime import date
from time import monotonic, sleep
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from engine import definitions, instances
from engine.access import SYSTEM
from engine.calendar.local_time import local_date
from engine.model.base import table_of
from engine.model.instances import ProcessInstance
from engine.model.tasks import UserTask
from engine.parameters import parameters
from host.composition import Bihuan
from host.publishing.factory import publish_factory
from host.workers.scheduler import Ticker
from tests.integration.engine.stage import BODY, OTHER_PREPARER, PREPARER, REVIEWER
from tests.web.at_work import Browser, at_desk, checking, filling, held, row
from tests.web.test_rest import API, code

RULES = {
    "decided_by": "section",
    "roles": ["preparer"],
    "max_workdays": 10,
    "times": 1,
    "when_overdue": False,
    "answer_workdays": 3,
}
UNTIL, LAST = "2021-04-08", "4月15日"
PATIENCE = 30
TASK, INSTANCE = table_of(UserTask), table_of(ProcessInstance)


def extendable(bihuan: Bihuan, task_id: UUID) -> UUID:
    """Let the policy of a task's instance allow extensions."""
    body: dict[str, Any] = deepcopy(dict(BODY))
    body["policy"]["extension"] = RULES
    chosen = parameters(body)
    with bihuan.unit_of_work() as uow:
        publish_factory(uow, by=SYSTEM)
        definitions.keep_parameters(uow, chosen)
        mine = select(TASK.c.instance_id).where(TASK.c.id == task_id).scalar_subquery()
        known = update(INSTANCE).where(INSTANCE.c.id == mine).values(parameter_hash=chosen.hash)
        uow.session.execute(known)
    return task_id


def answering(bihuan: Bihuan) -> UUID:
    """Return the newest task of an answer."""
    with bihuan.unit_of_work() as uow:
        found = select(TASK.c.id).where(TASK.c.form_key == "extension_decision", TASK.c.ended_at.is_(None))
        newest: UUID = uow.session.scalars(found.order_by(TASK.c.created_at.desc(), TASK.c.id).limit(1)).one()
        return newest


def due(bihuan: Bihuan, task_id: UUID) -> date:
    found = row(bihuan, task_id).due_at
    assert found
    return local_date(found)


def test_it_is_asked_for_on_the_task_answered_in_the_inbox_and_told(bihuan: Bihuan) -> None:
    task_id = held(bihuan, extendable(bihuan, filling(bihuan, "桥梁加固")), PREPARER)
    filer, address = at_desk(bihuan, PREPARER), f"/tasks/{task_id}/extension"
    assert "申请延期…" in filer.page(f"/inbox?task={task_id}")
    assert f"最晚到 {LAST}" in filer.page(address)

    status, page = filer.do(address, until="2021-05-30", reason="等审计数据")
    assert status == 422 and "请改选" in page and "等审计数据" in page
    status, page = filer.do(address, until=UNTIL, reason="等审计数据")
    assert status == 303 and "已提出延期申请，等待审批" in page
    assert "还在审批" in filer.page(address) and "等待审批" in filer.page(address)

    reviewer, answer = at_desk(bihuan, REVIEWER), held(bihuan, answering(bihuan))
    page = reviewer.page(f"/inbox?task={answer}")
    assert "业务科室审批延期" in page and "等审计数据" in page and UNTIL in page
    assert reviewer.do(f"/tasks/{answer}/review", outcome="同意", until="2021-04-07", opinion="")[0] == 303

    assert due(bihuan, task_id) == date(2021, 4, 7)
    assert "改期" in filer.page("/messages") and "2021-04-07" in filer.page("/messages")
    assert "同意延到" in filer.page(address)
    story = filer.page(f"/instances/{row(bihuan, task_id).instance_id}")
    assert "申请延期" in story and "同意延到" in story
    assert "桥梁加固" not in at_desk(bihuan, OTHER_PREPARER).page("/messages")


def test_a_refusal_is_read_by_who_asked(bihuan: Bihuan) -> None:
    task_id = held(bihuan, extendable(bihuan, filling(bihuan)), PREPARER)
    filer, before = at_desk(bihuan, PREPARER), due(bihuan, task_id)
    filer.do(f"/tasks/{task_id}/extension", until=UNTIL, reason="人手不够")
    answer = held(bihuan, answering(bihuan))

    at_desk(bihuan, REVIEWER).do(f"/tasks/{answer}/review", outcome="不同意", opinion="请调配人员")

    assert due(bihuan, task_id) == before
    assert "延期答复" in filer.page("/messages") and "请调配人员" in filer.page("/messages")


def test_the_ticker_takes_a_request_out_of_the_queue_when_the_task_is_done(bihuan: Bihuan) -> None:
    task_id = held(bihuan, extendable(bihuan, filling(bihuan, "先办完了")), PREPARER)
    filer, reviewer = at_desk(bihuan, PREPARER), at_desk(bihuan, REVIEWER)
    filer.do(f"/tasks/{task_id}/extension", until=UNTIL, reason="等审计数据")
    answer = answering(bihuan)
    with bihuan.unit_of_work() as uow:
        instances.cancel(uow, row(bihuan, task_id).instance_id, "项目取消", by=SYSTEM)

    last = monotonic() + PATIENCE
    with Ticker(bihuan):
        while row(bihuan, answer).status == "open" and monotonic() < last:
            sleep(0.05)

    assert "等审计数据" not in reviewer.page("/inbox?view=group")
    items: Any = filer.client.get(f"{API}/tasks/{task_id}/extensions").json
    assert [(one["decided_by"], one["granted_on"]) for one in items["items"]] == [(None, None)]


@pytest.mark.parametrize("made", [filling, checking])
def test_it_is_not_offered_where_the_policy_does_not_say_so(bihuan: Bihuan, made: Any) -> None:
    """A year without rules, or a role that may not ask."""
    task_id = made(bihuan)
    who = REVIEWER if made is checking else PREPARER
    if made is checking:
        extendable(bihuan, task_id)
    desk = at_desk(bihuan, who)

    assert "申请延期…" not in desk.page(f"/inbox?task={task_id}&view=group")
    status, page = desk.do(f"/tasks/{task_id}/extension", until=UNTIL, reason="等审计数据")
    assert status == 403 and "不能由您申请延期" in page


def test_programs_ask_and_see_what_became_of_it(bihuan: Bihuan) -> None:
    task_id = held(bihuan, extendable(bihuan, filling(bihuan)), PREPARER)
    filer, reviewer = at_desk(bihuan, PREPARER), at_desk(bihuan, REVIEWER)
    wish, asked = {"until": UNTIL, "reason": "等审计数据"}, f"/tasks/{task_id}/extensions"

    assert code(sent(filer, asked, {**wish, "until": "2021-09-01"})) == "extension.day"
    assert sent(filer, asked, wish).status_code == 200
    assert code(sent(filer, asked, wish)) == "extension.waiting"
    answer = held(bihuan, answering(bihuan))
    filed = sent(reviewer, f"/tasks/{answer}/complete", {"values": {"outcome": "同意", "until": UNTIL}})
    assert filed.status_code == 200, filed.text

    found: Any = filer.client.get(API + asked).json
    [one] = found["items"]
    assert (one["granted_on"], one["reason"]) == (UNTIL, "等审计数据")
    assert due(bihuan, task_id) == date(2021, 4, 8)


def sent(desk: Browser, path: str, body: Any) -> TestResponse:
    return desk.client.post(API + path, json=body, headers={"X-Form-Token": desk.token})
