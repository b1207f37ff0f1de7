"""The inbox: whose tasks are where, in which order, with what words; and how many statements that takes."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from engine import seats, suspending, tasks, telling
from engine.access import SYSTEM, Actor
from engine.clock import VirtualClock
from engine.model.instances import ProcessInstance
from engine.uow import UnitOfWork
from host.composition import Bihuan
from host.filing import desk_of
from host.web.pages import inbox
from ledger import narrowing, queues, searching
from tests.integration.engine.committee import meeting, statements
from tests.integration.engine.stage import BUREAU, OTHER_PREPARER, PREPARER, REVIEWER, signed
from tests.web.at_work import COLLEAGUE, at_desk, checking, filling, held, next_task, row

MOST_STATEMENTS = 20


def code_of(bihuan: Bihuan, task_id: UUID) -> str:
    """Return the code of a task's subject."""
    with bihuan.unit_of_work() as uow:
        return uow.session.get_one(ProcessInstance, row(bihuan, task_id).instance_id).subject_code


def test_each_view_shows_its_tasks(bihuan: Bihuan) -> None:
    title = "各视图"
    filer, reviewer = at_desk(bihuan, PREPARER), at_desk(bihuan, REVIEWER)
    first = filling(bihuan, title)
    shown = {view: title in filer.page(f"/inbox?view={view}") for view in ("all", "mine", "group")}
    assert shown == {"all": True, "mine": False, "group": True}

    filer.do(f"/tasks/{first}/claim")
    assert title in filer.page("/inbox?view=mine")
    filer.do(f"/tasks/{first}/review", agreed="是")

    second = next_task(bihuan, first)
    with bihuan.unit_of_work() as uow:
        telling.cc(uow, first, [COLLEAGUE], by=PREPARER)
    assert "没有符合条件的任务" in filer.page("/inbox?view=all&q=各视图")
    assert title in filer.page("/inbox?view=done")
    assert "在对口科室处" in filer.page("/inbox?view=sent")
    assert title in at_desk(bihuan, COLLEAGUE).page("/inbox?view=copies")
    assert "已认领" in reviewer.do(f"/tasks/{second}/claim")[1]


def test_a_task_that_is_completed_while_the_page_is_put_together_has_just_gone(
    bihuan: Bihuan, monkeypatch: pytest.MonkeyPatch
) -> None:
    filer = at_desk(bihuan, PREPARER)
    task_id = filling(bihuan, "同时办结")
    filer.do(f"/tasks/{task_id}/claim")

    def elsewhere(uow: UnitOfWork, asked: UUID) -> Any:
        with bihuan.unit_of_work() as other:
            tasks.complete(other, asked, signed(), by=PREPARER)
        return desk_of(uow, asked)

    monkeypatch.setattr(inbox, "desk_of", elsewhere)
    page = filer.page("/inbox?q=同时办结")

    assert "没有符合条件的任务" not in page and f"/tasks/{task_id}/review" not in page


@pytest.mark.parametrize("most", [searching.MOST_INSTANCES, 0])
@pytest.mark.parametrize(("who", "step", "place"), [(PREPARER, "填", filling), (REVIEWER, "审", checking)])
def test_a_search_finds_the_same_along_the_index_and_along_the_queue(
    bihuan: Bihuan,
    monkeypatch: pytest.MonkeyPatch,
    who: Actor,
    step: str,
    place: Callable[[Bihuan, str], UUID],
    most: int,
) -> None:
    desk = at_desk(bihuan, who)
    code = code_of(bihuan, place(bihuan, "河堤加固工程 RIVER"))
    monkeypatch.setattr(searching, "MOST_INSTANCES", most)

    def finds(query: str) -> bool:
        return "河堤加固工程" in desk.page(f"/inbox?{query}")

    fits = (
        "q=河堤加固",
        "q=堤",
        "q=river",
        f"q={code}",
        "q=交通局",
        f"q={step}",
        "unit=交通",
        "q=河堤&unit=交通",
    )
    assert {one: finds(one) for one in fits} == dict.fromkeys(fits, True)
    misses = (
        "q=河堤加高",
        "q=河堤工程",
        "q=河_加固",
        "q=河堤&unit=公安",
        f"q={step}&unit=公安",
        "unit=公安",
        "q=，",
    )
    assert {one: finds(one) for one in misses} == dict.fromkeys(misses, False)


def test_what_lies_behind_the_walk_along_a_long_queue_is_said_not_to_be_looked_through(
    bihuan: Bihuan, monkeypatch: pytest.MonkeyPatch
) -> None:
    filer = at_desk(bihuan, PREPARER)
    for number in range(3):
        filling(bihuan, f"长队 {number}")
    monkeypatch.setattr(searching, "MOST_INSTANCES", 0)
    words = "任务很多，只在排在前面的"

    assert words not in filer.page("/inbox?q=长队")
    monkeypatch.setattr(narrowing, "WALKED", 1)
    monkeypatch.setattr(queues, "WALKED", 1)
    assert words in filer.page("/inbox?q=长队 2")


def test_a_row_says_what_whose_when_by_which_rule_and_what_follows(bihuan: Bihuan) -> None:
    task_id = filling(bihuan, "一行字")

    page = at_desk(bihuan, PREPARER).page(f"/inbox?task={task_id}")

    for words in (
        "填报",
        "一行字",
        "交通局",
        "3月31日",
        "剩 22 个工作日",
        "年度安排",
        "下一步 审核",
        "我的岗位“填报人”可以认领",
    ):
        assert words in page, words


def test_tasks_stand_in_buckets_the_soonest_first(bihuan: Bihuan, clock: VirtualClock) -> None:
    filling(bihuan, "分段")
    filer = at_desk(bihuan, PREPARER)

    def bucket(at: datetime) -> str:
        clock.set(at)
        found = re.search(
            r'class="bh-bucket"><b[^>]*>(.*?)</b>', at_desk(bihuan, PREPARER).page("/inbox?q=分段")
        )
        return found[1] if found else ""

    days = (
        datetime(2021, 3, 2, tzinfo=UTC),
        datetime(2021, 3, 29, tzinfo=UTC),
        datetime(2021, 3, 31, 2, tzinfo=UTC),
    )
    assert [bucket(day) for day in days] == ["以后", "本周", "今天"]
    assert bucket(datetime(2021, 4, 2, tzinfo=UTC)) == "逾期"
    assert filer


def test_a_counter_signed_task_appears_for_each_signer_until_he_has_signed(bihuan: Bihuan) -> None:
    people = (
        "["
        + ", ".join(f'{{person: {one.person_id}, name: "{one.name}"}}' for one in (REVIEWER, COLLEAGUE))
        + "]"
    )
    with bihuan.unit_of_work() as uow:
        _, task_id = meeting(uow, "all", people)
    code = code_of(bihuan, task_id)
    reviewer, colleague = at_desk(bihuan, REVIEWER), at_desk(bihuan, COLLEAGUE)
    assert "会签" in reviewer.page(f"/inbox?q={code}") and "会签" in colleague.page(f"/inbox?q={code}")

    reviewer.do(f"/tasks/{task_id}/review", agreed="是")

    assert "没有符合条件的任务" in reviewer.page(f"/inbox?q={code}")
    assert "评议" in reviewer.page(f"/inbox?view=done&q={code}")
    assert f"task={task_id}" in colleague.page(f"/inbox?q={code}")


def test_a_seat_of_a_role_is_to_be_claimed(bihuan: Bihuan) -> None:
    with bihuan.unit_of_work() as uow:
        _, task_id = meeting(uow, "all", f'[{{role: "section", organisation: {BUREAU}}}]')
    assert "认领签署" in at_desk(bihuan, REVIEWER).page(f"/inbox?view=group&task={task_id}")

    with bihuan.unit_of_work() as uow:
        seats.claim_seat(uow, task_id, by=COLLEAGUE)

    assert f"task={task_id}" not in at_desk(bihuan, REVIEWER).page("/inbox?view=all&page=1")
    assert f"task={task_id}" in at_desk(bihuan, COLLEAGUE).page("/inbox?view=mine")


def test_filters_narrow_the_list_and_are_kept_as_a_view(bihuan: Bihuan) -> None:
    filling(bihuan, "供水管网")
    filer = at_desk(bihuan, PREPARER)
    fits = ("q=供水", "unit=交通", "stage=review", "state=", "q=供水&unit=交通&stage=review")
    assert all("供水管网" in filer.page(f"/inbox?{one}") for one in fits)
    misses = ("q=没有的", "unit=公安", "stage=target", "state=returned", "state=signing", "year=2019")
    assert not any("供水管网" in filer.page(f"/inbox?{one}") for one in misses)

    filer.do("/inbox/views", name="供水的", q="供水", view="group")
    page = filer.page("/inbox")
    view_id = re.search(r"/inbox/views/(\d+)/remove", page)

    assert "供水的" in page and view_id
    at_desk(bihuan, OTHER_PREPARER).do(f"/inbox/views/{view_id[1]}/remove")
    assert "供水的" in filer.page("/inbox")
    filer.do(f"/inbox/views/{view_id[1]}/remove")
    assert "供水的" not in filer.page("/inbox")


def test_somebody_else_learns_nothing_of_a_task(bihuan: Bihuan) -> None:
    mine = held(bihuan, checking(bihuan, "别人的"))
    stranger: Actor = OTHER_PREPARER

    page = at_desk(bihuan, stranger).page(f"/inbox?task={mine}")

    assert "别人的" not in page


def test_whoever_opens_a_task_that_is_no_longer_his_is_told_so(bihuan: Bihuan) -> None:
    task_id = filling(bihuan, "随事项中止")
    with bihuan.unit_of_work() as uow:
        suspending.suspend(uow, row(bihuan, task_id).instance_id, "等审计结果", by=SYSTEM)

    page = at_desk(bihuan, PREPARER).page(f"/inbox?task={task_id}")

    assert "这项任务不在您的待办里" in page and "随事项中止" in page


def test_choosing_a_task_opens_it_and_being_led_to_it_does_not(bihuan: Bihuan) -> None:
    task_id = checking(bihuan, "先看")
    reviewer = at_desk(bihuan, REVIEWER)

    reviewer.page(f"/inbox?at={task_id}")
    assert row(bihuan, task_id).opened_at is None
    reviewer.page(f"/inbox?task={task_id}")

    assert row(bihuan, task_id).opened_by_name == REVIEWER.name


def test_finishing_leads_to_the_next_task_and_can_be_taken_back_until_it_is_opened(bihuan: Bihuan) -> None:
    first = held(bihuan, filling(bihuan, "先办"), PREPARER)
    second = held(bihuan, filling(bihuan, "后办"), PREPARER)
    filer = at_desk(bihuan, PREPARER)

    _, page = filer.do(f"/tasks/{first}/review?next={second}", agreed="是")
    assert "拿回" in page and f"/tasks/{second}/review" in page

    at_desk(bihuan, REVIEWER).page(f"/inbox?task={next_task(bihuan, first)}")
    assert "拿回</button>" not in filer.page(f"/inbox?done={first}")


def test_a_page_takes_a_known_number_of_statements_however_long_it_is(bihuan: Bihuan) -> None:
    filer = at_desk(bihuan, PREPARER)
    chosen, *_others = [filling(bihuan, f"第 {number} 件") for number in range(3)]
    page = f"/inbox?at={chosen}"  # the same beside the list, whatever other tests left on top of it
    filer.page(page)

    def asked() -> int:
        with statements(bihuan) as seen:
            filer.page(page)
        return len(seen)

    few = asked()
    for number in range(10):
        filling(bihuan, f"又 {number} 件")

    assert asked() == few <= MOST_STATEMENTS
