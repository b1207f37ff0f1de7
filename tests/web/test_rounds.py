"""A form that came back: remarks on a field and a cell, answers to them, and what the reviewer then reads."""

import re
from uuid import UUID

import pytest

from engine import returning, tasks
from engine.model.tasks import UserTask
from host.composition import Bihuan
from tests.integration.engine.committee import statements
from tests.unit.bpmn.diagrams import chain, diagram, ends, user
from tests.web.desks import Browser, Unit
from tests.web.test_form_pages import FILLED

SECOND = {name.replace("[0]", "[1]"): value for name, value in FILLED.items() if name.startswith("lines")}
SECOND |= {"lines[1].no": "2", "lines[1].l3": "验收合格率", "lines[0].weight": "60", "lines[1].weight": "30"}
BOTH = FILLED | SECOND | {"lines[1].reason": "汛期", "lines[0].reason": "停工", "lines[1].actual": "90"}
REVIEWED = diagram(
    "reviewed_here",
    chain("s", "fill", "review", "e"),
    ends(),
    user("fill", form="self_evaluation"),
    user("review", form="signature", role="section", party="bureau"),
)
ON_CELL, ON_FIELD = "lines[1].actual", "goal_result"


@pytest.fixture
def unit(bihuan: Bihuan) -> Unit:
    return Unit(bihuan, "section")


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def revision(page: Browser, task_id: UUID) -> str:
    found = re.search(r'name="revision" value="(\d+)"', page.get(f"/tasks/{task_id}/form").text)
    assert found
    return found[1]


def filed(unit: Unit, task_id: UUID, fields: dict[str, str]) -> UUID:
    """File the form with the pages and return the task that follows."""
    page = unit.browser()
    answer = page.send(
        f"/tasks/{task_id}/form", {**fields, "revision": revision(page, task_id), "action": "check"}
    )
    assert answer.status_code == 303 and answer.location.endswith("/answers"), text_of(answer.text)
    assert page.post(f"/tasks/{task_id}/file", revision=revision(page, task_id)).status_code == 303
    return following(unit, task_id)


def following(unit: Unit, task_id: UUID, by: str = "") -> UUID:
    with unit.bihuan.unit_of_work() as uow:
        found = unit.waiting(uow, uow.session.get_one(UserTask, task_id).instance_id)
        if by:
            tasks.claim(uow, found, by=unit.actors[by])
        return found


def returned(unit: Unit, review_id: UUID, remarks: dict[str, str]) -> UUID:
    """Send a form back with remarks by the page, and return its task."""
    with unit.bihuan.unit_of_work() as uow:
        if uow.session.get_one(UserTask, review_id).assignee_id is None:
            tasks.claim(uow, review_id, by=unit.actors["section"])
    sent = {"to": "reviewed_here:fill", "path": list(remarks), "remark": list(remarks.values())}
    answer = unit.browser("section").send(f"/tasks/{review_id}/return", sent)
    assert answer.status_code == 303, text_of(answer.text)
    return following(unit, review_id)


@pytest.fixture
def back(unit: Unit) -> UUID:
    """The task of a form that came back with a remark on a cell, one on a field and one on the whole."""
    review_id = filed(unit, unit.task(REVIEWED), BOTH)
    return returned(unit, review_id, {ON_CELL: "与监理记录不符", ON_FIELD: "请写具体", "": "附件不全"})


def key_of(unit: Unit, task_id: UUID, number: int) -> str:
    with unit.bihuan.unit_of_work() as uow:
        return f"answer.{returning.returns(uow, task_id)[0]['id']}.{number}"


def changes(unit: Unit, review_id: UUID, query: str = "") -> str:
    with unit.bihuan.unit_of_work() as uow:
        if uow.session.get_one(UserTask, review_id).assignee_id is None:
            tasks.claim(uow, review_id, by=unit.actors["section"])
    answer = unit.browser("section").get(f"/tasks/{review_id}/changes{query}")
    assert answer.status_code == 200
    return str(answer.text)


def table_rows(page: str) -> list[str]:
    return [text_of(row) for row in re.findall(r"<tr.*?</tr>", page, re.S)]


def test_the_reviewer_picks_a_cell_to_remark_on(unit: Unit) -> None:
    review_id = following(unit, filed(unit, unit.task(REVIEWED), BOTH), by="section")
    page = unit.browser("section")
    assert f'name="at" value="{ON_CELL}"' in page.get(f"/tasks/{review_id}/return").text

    shown = page.send(
        f"/tasks/{review_id}/return", {"at": ON_CELL, "path": ["goal_result"], "remark": ["请写具体"]}
    ).text

    assert f'<option value="{ON_CELL}" selected>第 2 行“验收合格率” 实际完成值</option>' in shown
    assert 'value="请写具体"' in shown


@pytest.mark.parametrize(
    "path", ["lines[2].actual", "lines[0].nothing", "lines[0].points.x", "exec", "goal_result[0]"]
)
def test_a_remark_on_what_the_form_does_not_have_is_refused(unit: Unit, path: str) -> None:
    review_id = following(unit, filed(unit, unit.task(REVIEWED), BOTH), by="section")
    sent = {"to": "reviewed_here:fill", "path": [path], "remark": ["请改"]}

    answer = unit.browser("section").send(f"/tasks/{review_id}/return", sent)

    assert answer.status_code == 422 and f"“{path}”不在要退回的这张表里" in answer.text


def test_the_preparer_finds_each_remark_on_top_and_at_its_place(unit: Unit, back: UUID) -> None:
    shown = unit.browser().get(f"/tasks/{back}/form").text

    assert "section某在“任务 review”退回，第 2 轮" in text_of(shown)
    assert f'<a href="#{ON_CELL}">第 2 行“验收合格率” 实际完成值：与监理记录不符</a>' in shown
    assert "整张表：附件不全" in shown
    at_cell = shown.split(f'id="{ON_CELL}-say"')[1]
    assert "与监理记录不符" in at_cell[:400]
    assert "请写具体" in shown.split('id="goal_result-say"')[1][:400]


def test_a_remark_follows_its_row_when_rows_move(unit: Unit, back: UUID) -> None:
    page = unit.browser()

    turned = {
        name.translate(str.maketrans("01", "10")) if "[" in name else name: text
        for name, text in BOTH.items()
    }
    page.send(f"/tasks/{back}/draft", {**turned, "revision": revision(page, back)})

    shown = page.get(f"/tasks/{back}/form").text
    assert "与监理记录不符" in shown.split('id="lines[0].actual-say"')[1][:400]
    assert '<a href="#lines[0].actual">第 2 行“验收合格率” 实际完成值：与监理记录不符</a>' in shown


def test_answers_are_saved_with_the_form_by_itself(unit: Unit, back: UUID) -> None:
    page, key = unit.browser(), key_of(unit, back, 0)
    sent = {
        **BOTH,
        ON_CELL: "95",
        "revision": revision(page, back),
        key: "已按监理记录更正",
        f"{key}.done": "yes",
    }

    found = page.send(f"/tasks/{back}/draft", sent).json

    assert [state for _, state in sorted(found["mended"].items())] == ["changed", "same", "changed"]
    shown = page.get(f"/tasks/{back}/form").text
    assert f'name="{key}" value="已按监理记录更正"' in shown
    assert re.search(rf'name="{re.escape(key)}.done"[^>]*checked', shown)


def test_the_reviewer_reads_remark_by_remark_what_became_of_each(unit: Unit, back: UUID) -> None:
    key = key_of(unit, back, 1)
    changed = {ON_CELL: "95", "executed_amount": "98", key: "没有更具体的资料"}
    again = filed(unit, back, {**BOTH, **changed})

    shown = changes(unit, again)

    rows = table_rows(shown)
    cell = next(row for row in rows if "与监理记录不符" in row)
    assert "第 2 行“验收合格率” 实际完成值" in cell and "已改" in cell
    assert "<del>90</del>" in shown and "<ins>95</ins>" in shown
    field = next(row for row in rows if "请写具体" in row)
    assert "全部完成 未改" in field and "没有更具体的资料 preparer某" in field
    other = next(row for row in rows if "全年执行数" in row)
    assert "97.00 万元" in other and "98.00 万元" in other
    assert "3 条意见都已回应" in shown
    assert "两轮都是" not in shown and "建设面积" not in shown
    everything = changes(unit, again, "?all=1")
    assert "两轮都是" in everything and "建设面积" in everything


def test_rows_that_were_added_removed_and_moved_are_told(unit: Unit) -> None:
    third = {name.replace("[0]", "[2]"): value for name, value in FILLED.items() if name.startswith("lines")}
    third |= {
        "lines[2].no": "3",
        "lines[2].l3": "群众满意度",
        "lines[2].reason": "样本少",
        "lines[1].weight": "10",
        "lines[2].weight": "20",
    }
    back = returned(
        unit,
        filed(unit, unit.task(REVIEWED), BOTH | third),
        {"lines[0]": "这一行不属于本项目", "lines[2].weight": "偏低"},
    )
    new = {**{k: v for k, v in BOTH.items() if "[" not in k}}
    for place, (number, name, weight) in enumerate(
        [("3", "群众满意度", "20"), ("2", "验收合格率", "10"), ("4", "管护制度", "60")]
    ):
        row = {k.partition("].")[2]: v for k, v in BOTH.items() if k.startswith("lines[1]")}
        new |= {
            f"lines[{place}].{k}": v
            for k, v in {**row, "no": number, "l3": name, "weight": weight, "reason": "x"}.items()
        }
        if name == "验收合格率":
            new[f"lines[{place}].reason"] = "汛期"
    shown = changes(unit, filed(unit, back, new))

    rows = table_rows(shown)
    removed = next(row for row in rows if "这一行不属于本项目" in row)
    assert "第 1 行“建设面积”" in removed and "已删除这一行" in removed
    assert any("第 3 行“管护制度”" in row and "新增一行" in row for row in rows)
    assert any("移到第 " in row for row in rows)
    assert "未改" in next(row for row in rows if "偏低" in row)


def test_a_first_round_has_nothing_to_compare(unit: Unit) -> None:
    shown = changes(unit, filed(unit, unit.task(REVIEWED), BOTH))

    assert "还是第一轮" in shown


def test_the_comparison_is_hidden_from_other_units_and_the_old_remarks_from_later_rounds(
    unit: Unit, back: UUID, bihuan: Bihuan
) -> None:
    again = filed(unit, back, {**BOTH, ON_CELL: "95"})
    stranger = Unit(bihuan, "finance").browser("finance")
    assert stranger.get(f"/tasks/{again}/changes").status_code == 404

    third = returned(unit, again, {"executed_amount": "再核对"})

    shown = unit.browser().get(f"/tasks/{third}/form").text
    assert "再核对" in shown and "与监理记录不符" not in shown


def test_answers_to_another_round_are_refused(unit: Unit, back: UUID) -> None:
    old = key_of(unit, back, 0)
    third = returned(unit, filed(unit, back, {**BOTH, ON_CELL: "95"}), {"executed_amount": "再核对"})
    page = unit.browser()

    answer = page.send(f"/tasks/{third}/form", {**BOTH, "revision": revision(page, third), old: "迟到的回应"})

    assert answer.status_code == 422 and "answer.unknown" in answer.text


def test_the_comparison_costs_the_same_whatever_the_number_of_remarks(unit: Unit, back: UUID) -> None:
    again = filed(unit, back, {**BOTH, ON_CELL: "95"})
    changes(unit, again)
    page = unit.browser("section")
    with statements(unit.bihuan) as few:
        page.get(f"/tasks/{again}/changes")

    third = returned(
        unit, again, {f"lines[{n}].{c}": "改" for n in (0, 1) for c in ("actual", "reason", "l3")}
    )
    last = filed(unit, third, {**BOTH, ON_CELL: "96"})
    changes(unit, last)
    with statements(unit.bihuan) as many:
        page.get(f"/tasks/{last}/changes")

    assert len(many) == len(few) <= 12, [one[:80] for one in few]


def test_the_inbox_shows_the_remarks_and_what_the_form_comes_to(unit: Unit, back: UUID) -> None:
    again = filed(unit, back, {**BOTH, ON_CELL: "95", "executed_amount": "98"})
    page = unit.browser("section")
    with statements(unit.bihuan) as seen:
        shown = page.get(f"/inbox?task={again}").text
    pane = text_of(shown.split('id="case"')[1])

    assert "这一轮改了什么" in pane and "与监理记录不符" in pane and "另改 1 处：全年执行数" in pane
    assert "自评得分" in pane and "上一轮 " in pane
    assert "预算执行率 98.00% 上一轮 97.00% 98.00 ÷ 100.00 万元，9.8 分" in pane
    assert "量化率 100.00% 2 项指标，2 项有数字" in pane
    assert "自动检查 没有提示" in pane
    assert len(seen) <= 32, len(seen)
