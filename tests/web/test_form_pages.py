"""The form page: kept by itself, checked, carried over, rearranged, filed, printed."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select

from engine.model.tasks import UserTask
from host.composition import Bihuan
from ledger.model.filings_self_evaluation import SelfEvaluation, SelfEvaluationLine
from ledger.model.register import Project
from tests.web.desks import TARGET, YEAR, Unit

FILLED = {
    "budget_amount": "100",
    "executed_amount": "97",
    "goal_result": "全部完成",
    "lines[0].no": "1",
    "lines[0].l1": "产出指标",
    "lines[0].l2": "数量指标",
    "lines[0].l3": "建设面积",
    "lines[0].op": ">=",
    "lines[0].target": "100",
    "lines[0].unit": "亩",
    "lines[0].weight": "90",
    "lines[0].actual": "50",
}


@pytest.fixture
def unit(bihuan: Bihuan) -> Unit:
    return Unit(bihuan)


def row(number: int, name: str) -> dict[str, str]:
    """One indicator of a target."""
    cells = {"l1": "产出指标", "l2": "数量指标", "l3": name, "op": ">=", "value": "10", "weight": "10"}
    return {f"indicators[{number}].{column}": value for column, value in cells.items()}


def test_saving_by_itself_says_what_the_form_comes_to(unit: Unit) -> None:
    task_id, page = unit.task(), unit.browser()

    found = page.send(f"/tasks/{task_id}/draft", {**FILLED, "revision": "0"}).json

    assert found["revision"] == 1
    assert found["computed"]["total_score"] == "54.70"
    assert found["total"] == "54.70"
    assert "9.70 + 45.00" in found["rail"]
    assert found["says"]["lines[0].reason"][0][0] == "warn"
    assert "lines[0].tier" not in found["asked"]
    assert page.get(f"/tasks/{task_id}/form").text.count('value="50"') == 1


def test_an_older_window_does_not_overwrite_a_newer_one(unit: Unit) -> None:
    task_id, page = unit.task(), unit.browser()
    page.send(f"/tasks/{task_id}/draft", {**FILLED, "revision": "0"})
    page.send(f"/tasks/{task_id}/draft", {**FILLED, "goal_result": "甲写的", "revision": "1"})

    behind = {**FILLED, "goal_result": "乙写的", "revision": "1"}
    quiet = page.send(f"/tasks/{task_id}/draft", behind)
    shown = page.send(f"/tasks/{task_id}/form", {**behind, "action": "save"})

    assert quiet.status_code == shown.status_code == 409
    assert "甲写的" in shown.text and "乙写的" in shown.text


def test_a_check_says_every_fault_on_top_and_at_its_field_in_the_same_words(unit: Unit) -> None:
    task_id, page = unit.task(), unit.browser()
    wrong = {**FILLED, "executed_amount": "120", "goal_result": "", "revision": "0", "action": "check"}

    answer = page.send(f"/tasks/{task_id}/form", wrong)

    assert answer.status_code == 422
    assert '<a href="#goal_result">「实际完成情况」没有填写。请填写后再提交。</a>' in answer.text
    assert '<span class="bh-fault">「实际完成情况」没有填写。请填写后再提交。</span>' in answer.text
    assert 'href="#overspend_reason"' in answer.text


def test_rows_are_moved_and_removed_without_a_script(unit: Unit) -> None:
    task_id, page = unit.task(TARGET), unit.browser()
    sent = {**row(0, "甲"), **row(1, "乙"), **row(2, "丙")}
    address = f"/tasks/{task_id}/form"

    page.send(address, {**sent, "revision": "0", "action": "row:indicators:2:up"})
    first = page.get(address).text
    page.send(address, {**sent, "revision": "1", "action": "row:indicators:0:remove"})
    second = page.get(address).text

    assert sorted("甲乙丙", key=lambda one: first.index(f'value="{one}"')) == ["甲", "丙", "乙"]
    assert 'value="甲"' not in second and 'value="乙"' in second


def last_year(unit: Unit, target: str, actual: str) -> None:
    """Let the same project have evaluated itself the year before."""
    earlier = unit.task(TARGET)  # some instance of the unit's, so that its lines are seen
    with unit.bihuan.unit_of_work() as uow:
        instance_id = uow.session.scalars(select(UserTask.instance_id).where(UserTask.id == earlier)).one()
        before = {
            "jurisdiction_id": unit.county.id,
            "organisation_id": unit.county.organisations["D1"],
            "year": YEAR - 1,
        }
        project = {"track": "project", "code": "P0", "name": "高标准农田", "budget_amount": 1}
        flags = {"central_transfer": False, "is_new": False, "specialised": False}
        added = insert(Project).returning(Project.id)
        project_id = uow.session.scalars(added, {**before, **project, **flags}).one()
        filing = _filing(instance_id, project_id, before)
        uow.session.execute(insert(SelfEvaluation), filing)
        line = {
            "jurisdiction_id": unit.county.id,
            "instance_id": instance_id,
            "line_no": 4,
            "level1": "产出指标",
            "name": "建设面积",
            "op": ">=",
            "target_value": target,
            "unit": "亩",
            "weight": Decimal(90),
            "actual": actual,
            "points": Decimal(90),
        }
        uow.session.execute(insert(SelfEvaluationLine), line)


def _filing(instance_id: UUID, project_id: int, before: dict[str, int]) -> dict[str, object]:
    money = {
        "budget_amount": 1,
        "executed_amount": 1,
        "points_total": 90,
        "weight_total": 90,
        "self_score": 100,
    }
    task = {
        "instance_id": instance_id,
        "project_id": project_id,
        "task_id": uuid4(),
        "recorded_at": datetime.now(UTC),
    }
    return {**before, **money, **task}


@pytest.mark.parametrize(("target", "carried"), [("100", True), ("120", False)])
def test_last_years_value_stands_beside_and_is_carried_over_where_the_target_is_the_same(
    unit: Unit, target: str, carried: bool
) -> None:
    last_year(unit, target, "88")
    task_id, page = unit.task(), unit.browser()
    typed = {name: value for name, value in FILLED.items() if not name.endswith("actual")}

    page.send(f"/tasks/{task_id}/form", {**typed, "revision": "0", "action": "save"})
    before = page.get(f"/tasks/{task_id}/form").text
    page.send(f"/tasks/{task_id}/form", {**typed, "revision": "1", "action": "carry"})
    after = page.get(f"/tasks/{task_id}/form").text

    assert ">上年</th>" in before and '<span class="bh-given">88</span>' in before
    assert ('value="88"' in after) is carried


def test_a_long_text_is_whole_wherever_the_form_is_read(unit: Unit) -> None:
    task_id, page = unit.task(), unit.browser()
    long = "第一段：" + "按进度完成了渠道衬砌和机井配套，" * 20 + "\n第二段𠮷😀到此为止。"
    reason = "受汛期影响，" * 20 + "理由到此为止。"
    filled = {**FILLED, "goal_result": long, "lines[0].reason": reason}
    page.send(f"/tasks/{task_id}/draft", {**filled, "revision": "0"})

    for where in ("answers", "paper"):
        read = page.get(f"/tasks/{task_id}/{where}").text
        assert long in read and reason in read, where


def test_a_filed_form_has_a_receipt_whose_code_is_that_of_the_paper(unit: Unit) -> None:
    task_id, page = unit.task(), unit.browser()
    assert page.get(f"/tasks/{task_id}/receipt").status_code == 404
    page.send(f"/tasks/{task_id}/form", {**FILLED, "revision": "0", "action": "check"})
    answers = page.get(f"/tasks/{task_id}/answers").text
    assert "54.70" in answers and "下一步的人打开之前，可以拿回" in answers
    draft = page.get(f"/tasks/{task_id}/paper").text

    filed = page.post(f"/tasks/{task_id}/file", revision="1")

    paper, receipt = (page.get(f"/tasks/{task_id}/{one}").text for one in ("paper", "receipt"))
    code = receipt.split("校验码</dt><dd>")[1].split("<")[0]
    assert filed.status_code == 303
    assert "草稿，尚未提交" in draft and "草稿，尚未提交" not in paper
    assert f"校验码 {code}" in paper
    assert "preparer某" in receipt


def test_a_draft_that_changed_after_it_was_read_over_is_not_filed(unit: Unit) -> None:
    task_id, page = unit.task(), unit.browser()
    page.send(f"/tasks/{task_id}/form", {**FILLED, "revision": "0", "action": "check"})
    page.send(f"/tasks/{task_id}/draft", {**FILLED, "executed_amount": "96", "revision": "1"})

    answer = page.post(f"/tasks/{task_id}/file", revision="1")

    assert answer.headers["Location"].endswith(f"/tasks/{task_id}/answers")


def test_of_two_projects_of_one_name_only_the_same_code_speaks_for_last_year(unit: Unit) -> None:
    last_year(unit, "100", "88")
    with unit.bihuan.unit_of_work() as uow:
        one = uow.session.scalars(
            select(Project).where(Project.code == "P0", Project.jurisdiction_id == unit.county.id)
        ).one()
        twin: dict[str, object] = {
            "jurisdiction_id": one.jurisdiction_id,
            "organisation_id": one.organisation_id,
            "year": one.year,
        }
        twin |= {"track": "project", "code": "P9", "name": one.name, "budget_amount": 1}
        flags = {"central_transfer": False, "is_new": False, "specialised": False}
        uow.session.execute(insert(Project), {**twin, **flags})

    assert ">上年</th>" not in unit.browser().get(f"/tasks/{unit.task()}/form").text
