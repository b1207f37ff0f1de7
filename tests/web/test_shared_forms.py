"""Two people fill in one form: money by finance, the rest by the holder; each signs for his own."""

import re

import pytest
from sqlalchemy import select

from engine.model.journal import AuditRow
from engine.model.tasks import SubmissionRow
from host.composition import Bihuan
from tests.web.desks import Unit
from tests.web.test_form_pages import FILLED

MONEY = {"budget_amount": "100", "executed_amount": "97"}
REST = {name: value for name, value in FILLED.items() if name not in MONEY}


@pytest.fixture
def unit(bihuan: Bihuan) -> Unit:
    return Unit(bihuan, "finance", "finance2", "section")


def test_each_writes_only_his_own_half_and_reads_the_other(unit: Unit) -> None:
    task_id, holder, finance = unit.task(), unit.browser(), unit.browser("finance")

    finance.send(f"/tasks/{task_id}/draft", {**MONEY, "goal_result": "财务写的", "revision": "0"})
    holder.send(f"/tasks/{task_id}/draft", {**REST, "executed_amount": "1", "revision": "0"})

    theirs, own = (page.get(f"/tasks/{task_id}/form").text for page in (finance, holder))
    assert 'name="executed_amount"' in theirs and 'value="97"' in theirs
    assert 'name="goal_result"' not in theirs and ">全部完成 </span>" in theirs
    assert 'name="executed_amount"' not in own and 'data-read="executed_amount">97.00' in own
    assert "财务写的" not in own


def test_an_open_page_learns_what_the_other_half_came_to(unit: Unit) -> None:
    task_id, holder, finance = unit.task(), unit.browser(), unit.browser("finance")
    holder.send(f"/tasks/{task_id}/draft", {**REST, "revision": "0"})
    stamp = re.findall(r'data-stamp="([^"]+)"', holder.get(f"/tasks/{task_id}/form").text)[0]
    assert holder.get(f"/tasks/{task_id}/form/now?stamp={stamp}").status_code == 204

    finance.send(f"/tasks/{task_id}/draft", {**MONEY, "revision": "0"})

    found = holder.get(f"/tasks/{task_id}/form/now?stamp={stamp}").json
    assert found["reads"]["executed_amount"] == "97.00"
    assert found["computed"]["exec_score"] == "9.70"


def test_a_form_is_filed_once_finance_has_signed_and_only_what_was_signed(unit: Unit) -> None:
    task_id, holder, finance = unit.task(), unit.browser(), unit.browser("finance")
    holder.send(f"/tasks/{task_id}/draft", {**REST, "revision": "0"})
    unsigned = holder.send(f"/tasks/{task_id}/form", {**REST, "revision": "1", "action": "check"})
    finance.send(f"/tasks/{task_id}/form", {**MONEY, "revision": "0", "action": "sign"})
    finance.send(f"/tasks/{task_id}/draft", {**MONEY, "executed_amount": "90", "revision": "1"})
    changed = holder.post(f"/tasks/{task_id}/file", revision="2")
    finance.send(
        f"/tasks/{task_id}/form", {**MONEY, "executed_amount": "90", "revision": "2", "action": "sign"}
    )

    filed = holder.post(f"/tasks/{task_id}/file", revision="2")

    assert unsigned.status_code == 422 and "还没有确认" in unsigned.text
    assert changed.status_code == 409 and "form.part_unsigned" in changed.text
    assert filed.status_code == 303
    with unit.bihuan.unit_of_work() as uow:
        values = uow.session.scalars(
            select(SubmissionRow.values).where(SubmissionRow.task_id == task_id)
        ).one()
        signed = uow.session.scalars(select(AuditRow.actor_name).where(AuditRow.action == "part.sign")).all()
    assert values["executed_amount"] == "900000.00"
    assert signed[-2:] == ["finance某", "finance某"]


def test_a_part_with_faults_is_not_signed(unit: Unit) -> None:
    task_id, finance = unit.task(), unit.browser("finance")

    answer = finance.send(
        f"/tasks/{task_id}/form", {"budget_amount": "100", "revision": "0", "action": "sign"}
    )

    assert answer.status_code == 422
    assert "「全年执行数」没有填写" in answer.text and "实际完成情况」没有填写" not in answer.text


def test_two_people_of_finance_do_not_overwrite_each_other(unit: Unit) -> None:
    task_id, one, other = unit.task(), unit.browser("finance"), unit.browser("finance2")
    one.send(f"/tasks/{task_id}/draft", {**MONEY, "revision": "0"})

    answer = other.send(
        f"/tasks/{task_id}/form", {**MONEY, "executed_amount": "55", "revision": "0", "action": "save"}
    )

    assert answer.status_code == 409
    assert "97.00" in answer.text and "55.00" in answer.text


def test_finance_finds_its_forms_and_others_do_not_reach_them(unit: Unit, bihuan: Bihuan) -> None:
    task_id, finance = unit.task(), unit.browser("finance")
    stranger = Unit(bihuan, "finance").browser("finance")

    assert f"/tasks/{task_id}/form" in finance.get("/beside").text
    assert f"/tasks/{task_id}/form" not in stranger.get("/beside").text
    assert stranger.get(f"/tasks/{task_id}/form").status_code == 404
    assert stranger.send(f"/tasks/{task_id}/draft", {**MONEY, "revision": "0"}).status_code == 404


def test_the_holder_does_not_sign_for_finance(unit: Unit) -> None:
    task_id, holder = unit.task(), unit.browser()

    holder.send(f"/tasks/{task_id}/form", {**MONEY, **REST, "revision": "0", "action": "sign"})

    with unit.bihuan.unit_of_work() as uow:
        found = select(AuditRow.id).where(AuditRow.action == "part.sign", AuditRow.subject == str(task_id))
        assert not uow.session.scalars(found).all()
