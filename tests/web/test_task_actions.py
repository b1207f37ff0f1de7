"""What people do with a task from its small pages: each is the engine's command, each refusal says what to do next."""

from uuid import UUID

import pytest
from sqlalchemy import select

from engine import returning, telling
from engine.deciding import ITEM
from engine.model.papers import TaskCopy
from engine.model.timers import Notification
from host.composition import Bihuan
from tests.integration.engine.stage import OTHER_PREPARER, PREPARER, REVIEWER
from tests.web.at_work import COLLEAGUE, at_desk, checking, filling, held, next_task, row


@pytest.fixture
def task_id(bihuan: Bihuan) -> UUID:
    """A task of the bureau in the reviewer's hands."""
    return held(bihuan, checking(bihuan))


def test_who_is_too_late_to_claim_learns_who_was_faster(bihuan: Bihuan, task_id: UUID) -> None:
    status, page = at_desk(bihuan, COLLEAGUE).do(f"/tasks/{task_id}/claim")

    assert status == 409
    assert f"已由{REVIEWER.name}认领" in page and "请对方释放" in page


def test_release_gives_it_back_to_the_group(bihuan: Bihuan, task_id: UUID) -> None:
    at_desk(bihuan, REVIEWER).do(f"/tasks/{task_id}/release")

    assert row(bihuan, task_id).assignee_id is None


def test_transfer_offers_who_has_the_role_and_wants_a_reason(bihuan: Bihuan, task_id: UUID) -> None:
    reviewer, address = at_desk(bihuan, REVIEWER), f"/tasks/{task_id}/transfer"
    page = reviewer.page(address)
    assert COLLEAGUE.name in page and PREPARER.name not in page

    status, again = reviewer.do(address, to=str(COLLEAGUE.person_id), reason="")
    assert status == 422 and "转办请写明原因" in again

    assert reviewer.do(address, to=str(COLLEAGUE.person_id), reason="出差")[0] == 303
    assert row(bihuan, task_id).assignee_id == COLLEAGUE.person_id
    assert "转办给我：出差" in at_desk(bihuan, COLLEAGUE).page(f"/inbox?task={task_id}")


def test_transfer_to_somebody_without_the_role_is_refused(bihuan: Bihuan, task_id: UUID) -> None:
    status, page = at_desk(bihuan, REVIEWER).do(
        f"/tasks/{task_id}/transfer", to=str(PREPARER.person_id), reason="忙"
    )

    assert status == 403 and "请改选有该岗位的人" in page


def test_a_delegated_task_comes_back(bihuan: Bihuan, task_id: UUID) -> None:
    reviewer, colleague = at_desk(bihuan, REVIEWER), at_desk(bihuan, COLLEAGUE)
    reviewer.do(f"/tasks/{task_id}/delegate", to=str(COLLEAGUE.person_id))
    assert f"{REVIEWER.name}委派给我" in colleague.page(f"/inbox?task={task_id}")
    assert f"已委派{COLLEAGUE.name}" in reviewer.page("/inbox?view=mine")

    colleague.do(f"/tasks/{task_id}/give-back", note="看过了")

    assert row(bihuan, task_id).assignee_id == REVIEWER.person_id
    assert "委派办完，交回给我" in reviewer.page(f"/inbox?task={task_id}")


def test_a_return_shows_what_it_does_before_and_carries_remarks_to_the_step(
    bihuan: Bihuan, task_id: UUID
) -> None:
    reviewer, address = at_desk(bihuan, REVIEWER), f"/tasks/{task_id}/return"
    page = reviewer.page(address)
    for words in ("会取消", f"审核（{REVIEWER.name}）", "新的截止日", PREPARER.name, "第 2 轮", "同意报送"):
        assert words in page, words
    assert row(bihuan, task_id).status == "open"

    status, again = reviewer.do(address, to="review:fill", reason="")
    assert status == 422 and "退回请写明原因" in again

    remarks = {"path": ["agreed", ""], "remark": ["请核对", "请补材料"]}
    assert reviewer.do(address, to="review:fill", reason="", **remarks)[0] == 303
    back = next_task(bihuan, task_id)
    with bihuan.unit_of_work() as uow:
        kept = returning.returns(uow, back)[0]
    assert kept["remarks"] == [["agreed", "请核对"], ["*", "请补材料"]]
    filer = at_desk(bihuan, PREPARER)
    assert "请核对;请补材料" in filer.page(f"/inbox?task={back}")
    said = filer.page(f"/tasks/{back}/form").split('id="agreed-say"')[1]
    assert "请核对" in said[:300]


def test_signers_are_asked_found_and_let_go(bihuan: Bihuan, task_id: UUID) -> None:
    reviewer, address = at_desk(bihuan, REVIEWER), f"/tasks/{task_id}/signers"
    assert OTHER_PREPARER.name in reviewer.page(f"{address}?who=李四")

    people = [str(OTHER_PREPARER.person_id), str(COLLEAGUE.person_id)]
    assert reviewer.do(address, to=people, where="before", reason="请帮看")[0] == 303
    with bihuan.unit_of_work() as uow:
        asked = {
            one.person_id: one.id
            for one in uow.session.execute(select(ITEM).where(ITEM.c.task_id == task_id))
        }

    reviewer.do(f"{address}/{asked[COLLEAGUE.person_id]}/remove")
    other = at_desk(bihuan, OTHER_PREPARER)
    assert f"{REVIEWER.name}请我加签" in other.page(f"/inbox?task={task_id}")
    status, page = other.do(f"/tasks/{task_id}/sign", agreed="no", opinion="")
    assert status == 422 and "不同意时请写明意见" in page
    other.do(f"/tasks/{task_id}/sign", agreed="yes", opinion="没有问题")

    assert "没有问题" in reviewer.page(f"/inbox?task={task_id}")


def test_urging_tells_the_holder_once_an_hour(bihuan: Bihuan, task_id: UUID) -> None:
    filer, address = at_desk(bihuan, PREPARER), f"/tasks/{task_id}/urge"
    assert REVIEWER.name in filer.page(address)

    assert filer.do(address, text="请抓紧")[0] == 303
    status, page = filer.do(address, text="请抓紧")

    assert status == 409 and "请稍后再催" in page
    with bihuan.unit_of_work() as uow:
        urged = select(Notification.person_id).where(
            Notification.task_id == task_id, Notification.kind == "urge"
        )
        assert list(uow.session.scalars(urged)) == [REVIEWER.person_id]


def test_a_copy_is_read_by_opening_it(bihuan: Bihuan, task_id: UUID) -> None:
    at_desk(bihuan, REVIEWER).do(f"/tasks/{task_id}/copy", to=[str(COLLEAGUE.person_id)])
    colleague = at_desk(bihuan, COLLEAGUE)
    assert f"{REVIEWER.name}抄送" in colleague.page("/inbox?view=copies")

    colleague.page(f"/inbox?view=copies&task={task_id}")

    with bihuan.unit_of_work() as uow:
        copy = uow.session.scalars(select(TaskCopy).where(TaskCopy.task_id == task_id)).one()
        assert copy.read_at is not None


def test_comments_are_seen_by_both_sides(bihuan: Bihuan, task_id: UUID) -> None:
    at_desk(bihuan, REVIEWER).do(f"/tasks/{task_id}/comment", text="<b>附件看不清</b>")

    page = at_desk(bihuan, PREPARER).page(f"/inbox?view=sent&task={task_id}")

    assert "&lt;b&gt;附件看不清&lt;/b&gt;" in page
    with bihuan.unit_of_work() as uow:
        assert [one.author_name for one in telling.comments(uow, row(bihuan, task_id).instance_id)] == [
            REVIEWER.name
        ]


@pytest.mark.parametrize("action", ["transfer", "return", "delegate", "signers", "copy", "urge", "sign"])
def test_nobody_acts_on_a_task_that_is_not_his(bihuan: Bihuan, task_id: UUID, action: str) -> None:
    stranger = at_desk(bihuan, OTHER_PREPARER)
    form = {"to": str(COLLEAGUE.person_id), "reason": "x", "text": "x", "agreed": "yes"}

    assert stranger.client.get(f"/tasks/{task_id}/{action}").status_code in (403, 404)
    assert stranger.client.post(
        f"/tasks/{task_id}/{action}", data=form | {"form_token": stranger.token}
    ).status_code in ((303, 403, 404, 422) if action == "urge" else (403, 404, 422))
    assert row(bihuan, task_id).assignee_id == REVIEWER.person_id


def test_a_finished_task_is_taken_back(bihuan: Bihuan) -> None:
    first = held(bihuan, filling(bihuan), PREPARER)
    filer = at_desk(bihuan, PREPARER)
    filer.do(f"/tasks/{first}/review", agreed="是")

    filer.do(f"/tasks/{first}/withdraw")

    assert row(bihuan, first).status == "open"
