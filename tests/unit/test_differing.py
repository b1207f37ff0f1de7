"""Two versions of a definition compared: every change is a sentence at its element, and nothing is said of equals."""

import json
import re
from pathlib import Path

import pytest

from engine.bpmn.definition import read
from engine.bpmn.differing import differences as of_diagrams
from engine.dmn.differing import differences as of_tables
from engine.dmn.drawing import drawing
from forms.definition_differences import differences as of_forms
from forms.library import FACTORY
from forms.reading import read as read_form

ROOT = Path(__file__).parents[2]
DIAGRAM = (ROOT / "workflows/processes/self_evaluation.bpmn").read_text(encoding="utf-8")
TABLE = (ROOT / "workflows/decisions/target_conclusion.dmn").read_text(encoding="utf-8")
FORM = json.loads((FACTORY / "finance_review.json").read_text(encoding="utf-8"))
TABLES = sorted((ROOT / "workflows/decisions").glob("*.dmn"))


@pytest.mark.parametrize(
    ("change", "place", "said"),
    [
        (('name="填报自评表"', 'name="填表"'), "fill_self_evaluation", "名称由“填报自评表”改为“填表”"),
        (('bihuan:ladder="standard" ', ""), "fill_self_evaluation", "去掉了提醒“standard”"),
        (
            ('bihuan:role="unit_head"', 'bihuan:role="department"'),
            "sign_self_evaluation",
            "岗位由“unit_head”",
        ),
        (
            ('value="form.agreed"', 'value="form.agreed = true"'),
            "sign_self_evaluation",
            "输出 agreed 由“form.agreed”",
        ),
        (('calledElement="finance_check"', 'calledElement="key_review"'), "finance_check", "其他设置"),
        (("agreed = true", "agreed"), "signed_to_finance_check", "条件由“agreed = true”改为“agreed”"),
        (('<dc:Bounds x="196"', '<dc:Bounds x="200"'), "-", "只有画法"),
    ],
)
def test_a_changed_diagram(change: tuple[str, str], place: str, said: str) -> None:
    assert change[0] in DIAGRAM
    found = of_diagrams(read(DIAGRAM.encode()), read(DIAGRAM.replace(*change, 1).encode()))

    assert place in [one.element_id for one in found]
    assert said in next(one.text for one in found if one.element_id == place)


def test_what_is_new_in_one_direction_is_gone_in_the_other() -> None:
    longer = (
        DIAGRAM.replace('targetRef="end"/>', 'targetRef="extra"/>')
        .replace(
            '<bpmn:endEvent id="end"',
            '<bpmn:scriptTask id="extra" name="算一算" scriptFormat="text/feel"><bpmn:script>{a: 1}</bpmn:script></bpmn:scriptTask>'
            '<bpmn:endEvent id="end"',
        )
        .replace(
            "</bpmn:process>", '<bpmn:sequenceFlow id="x" sourceRef="extra" targetRef="end"/></bpmn:process>'
        )
    )
    old, new = read(DIAGRAM.encode()), read(longer.encode())

    there = {(one.element_id, one.change) for one in of_diagrams(old, new)}
    back = {(one.element_id, one.change) for one in of_diagrams(new, old)}

    assert {("extra", "added"), ("x", "added")} <= there
    assert ("extra", "removed") in back


@pytest.mark.parametrize(
    ("change", "place", "said"),
    [
        (
            ('<text>"return"</text>', '<text>"stop"</text>'),
            "target_conclusion_rule_1",
            '“结论”由“"return"”改为',
        ),
        (('hitPolicy="FIRST"', 'hitPolicy="ANY"'), "target_conclusion_table", "命中方式由“FIRST”改为“ANY”"),
        (('"优","良","中","差"', '"优","良","差"'), "target_conclusion_table", "第 1 个输入的允许的取值由"),
        (('id="target_conclusion_rule_2"', 'id="other_rule"'), "other_rule", "新增第 2 条规则:四项全优"),
        (('["差", "中", "良", "优"]', '["差", "优"]'), "lowest_mark", "算法由"),
        (('label="目标能否进入预算"', 'label="能否进入"'), "target_conclusion", "名称由"),
        (("<question>目标能否进入预算？</question>", ""), "-", "规则没有变"),
    ],
)
def test_a_changed_table(change: tuple[str, str], place: str, said: str) -> None:
    assert change[0] in TABLE
    found = of_tables(TABLE.encode(), TABLE.replace(*change, 1).encode())

    assert said in next(one.text for one in found if one.element_id == place)


def test_rules_in_another_order_are_said() -> None:
    rules = re.findall(r" *<rule .*?</rule>\n", TABLE, re.DOTALL)
    turned = TABLE.replace(rules[0] + rules[1], rules[1] + rules[0])

    assert [one.text for one in of_tables(TABLE.encode(), turned.encode())] == ["规则的次序有改动。"]


def test_a_changed_form() -> None:
    changed = json.loads(json.dumps(FORM))
    field = changed["sections"][1]["fields"][0]
    field["label"], field["required"] = "别的名称", not field.get("required", False)
    removed = changed["sections"][1]["fields"].pop()
    changed["sections"][1]["fields"].append({"name": "extra", "type": "text", "label": "补充"})
    old, new = read_form(json.dumps(FORM), ""), read_form(json.dumps(changed), "")

    said = {one.element_id: one for one in of_forms(old, new)}

    assert "改为“别的名称”" in said[field["name"]].text
    assert said["extra"].change == "added" and said[removed["name"]].change == "removed"
    assert of_forms(old, old) == []


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_every_decision_of_the_program_can_be_drawn_and_equals_itself(path: Path) -> None:
    xml = path.read_bytes()

    for one in drawing(xml).decisions:
        assert one.tables or one.text
        for table in one.tables:
            assert all(len(row.conditions) == len(table.inputs) for row in table.rows)
            assert all(len(row.results) == len(table.outputs) for row in table.rows)
    assert of_tables(xml, xml) == []
