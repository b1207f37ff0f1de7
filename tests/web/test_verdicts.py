"""A reviewer calls each remark of a return settled or not; what is not settled stands in the next return."""

import re
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.exc import ProgrammingError

from engine import returning
from engine.model.base import table_of
from engine.model.journal import EventRow
from engine.model.returns import RemarkVerdict
from engine.scope import Scope
from host.composition import Bihuan
from tests.web.desks import Unit
from tests.web.test_rounds import (
    BOTH,
    ON_CELL,
    ON_FIELD,
    REVIEWED,
    changes,
    filed,
    following,
    returned,
    text_of,
)

VERDICT = table_of(RemarkVerdict)


@pytest.fixture
def unit(bihuan: Bihuan) -> Unit:
    return Unit(bihuan, "section")


@pytest.fixture
def again(unit: Unit) -> UUID:
    """The review of a form that was mended after a remark on a cell and one on a field."""
    review_id = filed(unit, unit.task(REVIEWED), BOTH)
    back = returned(unit, review_id, {ON_CELL: "与监理记录不符", ON_FIELD: "请写具体"})
    return following(unit, filed(unit, back, {**BOTH, ON_CELL: "95"}), by="section")


def said(unit: Unit, review_id: UUID, number: int, verdict: str) -> int:
    with unit.bihuan.unit_of_work() as uow:
        fill = select(RETURNS).where(RETURNS.c.instance_id == instance_of(unit, review_id))
        return_id = uow.session.execute(fill.order_by(RETURNS.c.id.desc())).first().id  # type: ignore[union-attr]
    answer = unit.browser("section").send(
        f"/tasks/{review_id}/verdicts", {"verdict": f"{return_id}.{number}.{verdict}"}
    )
    return int(answer.status_code)


RETURNS = returning.RETURN


def instance_of(unit: Unit, task_id: UUID) -> UUID:
    from_page = unit.browser("section").get(f"/inbox?task={task_id}").text
    found = re.search(r"/instances/([\w-]{36})", from_page)
    assert found
    return UUID(found[1])


def test_what_is_not_settled_is_proposed_in_the_next_return_and_may_be_changed(
    unit: Unit, again: UUID
) -> None:
    assert "未解决" in changes(unit, again)
    assert said(unit, again, 0, "settled") == said(unit, again, 1, "unsettled") == 303
    page = text_of(changes(unit, again))
    assert "已解决" in page and "未解决的 1 条会先填进退回单" in page

    proposed = unit.browser("section").get(f"/tasks/{again}/return").text
    assert 'value="请写具体"' in proposed and 'value="与监理记录不符"' not in proposed
    assert '<option value="goal_result" selected>' in proposed

    back = returned(unit, again, {ON_FIELD: "仍请写明数量"})
    with unit.bihuan.unit_of_work() as uow:
        remarks = returning.returns(uow, back)[0]["remarks"]
    assert remarks == [["goal_result", "仍请写明数量"]]


def test_the_last_word_on_a_remark_counts_and_every_word_is_kept(unit: Unit, again: UUID) -> None:
    for verdict in ("unsettled", "settled", "settled"):
        assert said(unit, again, 0, verdict) == 303

    assert changes(unit, again).count("已解决</span>") == 1
    with unit.bihuan.unit_of_work() as uow:
        kept = select(VERDICT.c.settled).where(VERDICT.c.task_id == again).order_by(VERDICT.c.id)
        assert list(uow.session.scalars(kept)) == [False, True]
        told = select(EventRow.data).where(EventRow.type == "remark.judged", EventRow.task_id == again)
        assert [one["settled"] for one in uow.session.scalars(told.order_by(EventRow.id))] == [0, 1]
    story = unit.browser("section").get(f"/instances/{instance_of(unit, again)}").text
    assert "1 条已解决，0 条未解决" in story


def test_all_that_was_not_judged_is_settled_at_once(unit: Unit, again: UUID) -> None:
    said(unit, again, 1, "unsettled")
    answer = unit.browser("section").send(f"/tasks/{again}/verdicts", {"verdict": "rest"})

    assert answer.status_code == 303
    with unit.bihuan.unit_of_work() as uow:
        kept = select(VERDICT.c.number, VERDICT.c.settled).where(VERDICT.c.task_id == again)
        assert {tuple(row) for row in uow.session.execute(kept)} == {(0, True), (1, False)}


def test_nobody_else_judges_and_nothing_is_rewritten(unit: Unit, again: UUID) -> None:
    answer = unit.browser().send(f"/tasks/{again}/verdicts", {"verdict": "rest"})
    assert answer.status_code in (403, 404)
    assert "其余都已解决" not in unit.browser().get(f"/tasks/{again}/changes").text
    assert said(unit, again, 0, "maybe") == 422

    assert said(unit, again, 0, "settled") == 303
    with pytest.raises(ProgrammingError), unit.bihuan.unit_of_work(Scope(1)) as uow:
        uow.session.execute(VERDICT.update().values(settled=False))
