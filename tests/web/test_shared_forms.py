"""Two people fill in one form: money by finance, the rest by the holder; each signs for his own."""

import io
import re
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from engine import attachments
from engine.model.journal import AuditRow
from engine.model.tasks import SubmissionRow, UserTask
from host.composition import Bihuan
from tests.web.desks import Browser, Unit
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


def test_a_colleague_of_the_holder_is_told_to_claim_it_and_not_to_ask_him(unit: Unit) -> None:
    with unit.bihuan.unit_of_work() as uow:
        unit.hire(uow, "preparer2")

    refused = unit.browser("preparer2").get(f"/tasks/{unit.task()}/form")

    assert refused.status_code == 403 and "请先认领" in refused.text


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


def attached(page: Browser, task_id: UUID, field: str, name: str = "支付凭证.pdf") -> Any:
    content = io.BytesIO(b"%PDF-1.7\n" + name.encode() + field.encode())
    return page.post(f"/tasks/{task_id}/attachments", file=(content, name), field=field)


def kept(unit: Unit, task_id: UUID) -> list[tuple[str, str, str]]:
    with unit.bihuan.unit_of_work() as uow:
        files = attachments.of_instance(uow, uow.session.get_one(UserTask, task_id).instance_id)
    return [(one["name"], one["field"], one["added_by_name"]) for one in files]


def test_finance_attaches_to_its_own_fields_and_takes_away_again(unit: Unit) -> None:
    task_id, finance = unit.task(), unit.browser("finance")

    assert attached(finance, task_id, "executed_amount").status_code == 303

    assert kept(unit, task_id) == [("支付凭证.pdf", "executed_amount", "finance某")]
    shown = finance.get(f"/tasks/{task_id}/form").text
    assert "全年执行数</option>" in shown and 'value="goal_result">' not in shown.split('id="file-field"')[1]
    link = re.search(r"/tasks/[0-9a-f-]+/attachments/[0-9a-f-]+", shown)
    assert link and finance.get(link[0]).status_code == 200
    assert finance.post(f"{link[0]}/remove").status_code == 303
    assert kept(unit, task_id) == []


@pytest.mark.parametrize(
    ("role", "field", "code"),
    [
        ("finance", "goal_result", "attachment.not_your_field"),
        ("finance", "", "attachment.not_your_field"),
        ("finance", "nothing", "attachment.unknown_field"),
        ("preparer", "executed_amount", "attachment.not_your_field"),
    ],
)
def test_nobody_attaches_to_what_another_fills_in(unit: Unit, role: str, field: str, code: str) -> None:
    task_id = unit.task()

    answer = attached(unit.browser(role), task_id, field)

    assert answer.status_code in (403, 422) and code in answer.text
    assert kept(unit, task_id) == []


def test_the_holder_does_not_take_away_what_finance_attached_nor_finance_the_holders(unit: Unit) -> None:
    task_id, holder, finance = unit.task(), unit.browser(), unit.browser("finance")
    attached(finance, task_id, "executed_amount")
    attached(holder, task_id, "", "总结.pdf")
    with unit.bihuan.unit_of_work() as uow:
        files = attachments.of_instance(uow, uow.session.get_one(UserTask, task_id).instance_id)
    places = {one["field"]: f"/tasks/{task_id}/attachments/{one['id']}/remove" for one in files}
    theirs, own = places["executed_amount"], places[""]

    assert holder.post(theirs).status_code == 403
    assert finance.post(own).status_code == 403
    assert len(kept(unit, task_id)) == 2


def test_finance_of_another_unit_reaches_no_file(unit: Unit, bihuan: Bihuan) -> None:
    task_id, finance = unit.task(), unit.browser("finance")
    attached(finance, task_id, "executed_amount")
    link = re.search(r"/tasks/[0-9a-f-]+/attachments/[0-9a-f-]+", finance.get(f"/tasks/{task_id}/form").text)
    stranger = Unit(bihuan, "finance").browser("finance")
    assert link

    assert attached(stranger, task_id, "executed_amount").status_code == 404
    assert stranger.get(link[0]).status_code == 404
    assert stranger.post(f"{link[0]}/remove").status_code == 404
    assert len(kept(unit, task_id)) == 1


def test_finance_fills_in_money_by_source_and_reads_the_sums(unit: Unit) -> None:
    task_id, finance, holder = unit.task(), unit.browser("finance"), unit.browser()
    shown = finance.get(f"/tasks/{task_id}/form").text
    assert shown.count('name="funds[') == 5 * 4 and '<span class="bh-given">中央资金</span>' in shown
    rows = {
        "funds[0].fund_source": "中央资金", "funds[0].fund_budget": "500", "funds[0].fund_executed": "480",
        "funds[3].fund_source": "县级资金", "funds[3].fund_budget": "300", "funds[3].fund_executed": "300",
        "budget_amount": "1",
    }  # fmt: skip

    found = finance.send(f"/tasks/{task_id}/draft", {**rows, "revision": "0"}).json

    assert found["sums"]["budget_amount"] == ["800.00", "500.00 + 300.00"]
    assert found["sums"]["initial_amount"] == ["", ""]
    assert found["computed"]["execution_share"] == "97.50%" and found["computed"]["exec_score"] == "9.75"
    assert found["says"] == {}
    assert "= 480.00 + 300.00" in finance.get(f"/tasks/{task_id}/form").text
    assert "800.00 万元" in holder.get(f"/tasks/{task_id}/form").text
