"""Alike tasks are completed together; the odd ones stand outside, with the reason; each has a result of its own."""

from engine import returning, tasks, telling
from engine.bpmn.run import Place
from host.composition import Bihuan
from tests.integration.engine.office import roles_of
from tests.integration.engine.stage import PREPARER, REVIEWER, signed
from tests.web.at_work import at_desk, checking, held, next_task, row

STEP = "review:check:signature"


def test_clean_ones_are_done_and_odd_ones_held_out(bihuan: Bihuan) -> None:
    clean = [held(bihuan, checking(bihuan, f"干净 {number}")) for number in range(3)]
    odd = held(bihuan, checking(bihuan, "有话说"))
    again = checking(bihuan, "重报")
    with bihuan.unit_of_work() as uow:
        telling.comment(uow, odd, "请看附件", by=PREPARER)
        tasks.claim(uow, again, by=REVIEWER)
        returning.send_back(uow, again, Place("review", "fill"), "缺材料", by=REVIEWER, roles_of=roles_of)
    back = next_task(bihuan, again)
    with bihuan.unit_of_work() as uow:
        tasks.complete(uow, back, signed(), by=PREPARER)
    second = (
        held(bihuan, next_task(bihuan, back))
        if row(bihuan, next_task(bihuan, back)).assignee_id is None
        else next_task(bihuan, back)
    )
    reviewer = at_desk(bihuan, REVIEWER)

    page = reviewer.page("/inbox/batch")
    assert "有 1 条留言" in page and "退回后重报" in page
    held_out = page.split("请单独看的")[1]
    assert "有话说" in held_out and "重报" in held_out and "干净" not in held_out

    status, results = reviewer.do(
        "/inbox/batch", step=STEP, task=[str(one) for one in (*clean, odd)], agreed="是"
    )

    assert status == 200 and "办结 3 件，未办 1 件" in results and "请单独打开办理" in results
    assert [row(bihuan, one).status for one in (*clean, odd, second)] == ["completed"] * 3 + ["open"] * 2


def test_a_form_with_faults_completes_nothing_and_says_so_for_each(bihuan: Bihuan) -> None:
    pair = [held(bihuan, checking(bihuan, f"缺意见 {number}")) for number in range(2)]

    _, results = at_desk(bihuan, REVIEWER).do(
        "/inbox/batch", step=STEP, task=[str(one) for one in pair], agreed="否"
    )

    assert "办结 0 件，未办 2 件" in results
    assert [row(bihuan, one).status for one in pair] == ["open", "open"]
