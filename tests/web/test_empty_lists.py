"""A list without tasks says why, and what to do next; nothing is counted that is not there."""

from host.composition import Bihuan
from tests.integration.engine.stage import PREPARER, REVIEWER
from tests.web.at_work import at_desk, checking, filling


def test_nobody_sees_a_count_of_nothing_nor_a_blank_pane(bihuan: Bihuan) -> None:
    page = at_desk(bihuan, REVIEWER).page("/inbox")

    assert "今天没有待办。" in page and "看看已办" in page
    assert "is-empty" in page
    assert "<b>0</b>" not in page


def test_empty_hands_lead_to_what_may_be_claimed(bihuan: Bihuan) -> None:
    checking(bihuan, "等人认领")

    page = at_desk(bihuan, REVIEWER).page("/inbox?view=mine")

    assert "手里没有任务。" in page and "待认领 1 件，去看看？" in page


def test_who_has_nothing_to_do_sees_how_far_his_own_are(bihuan: Bihuan) -> None:
    task_id = filling(bihuan, "自己发起")
    filer = at_desk(bihuan, PREPARER)
    filer.do(f"/tasks/{task_id}/claim")
    filer.do(f"/tasks/{task_id}/review", agreed="是")

    page = filer.page("/inbox")

    assert "今天没有待办。" in page and "件还在别人手里，去看看？" in page
