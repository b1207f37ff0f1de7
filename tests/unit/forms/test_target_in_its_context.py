"""The rules of the target form that look beyond one cell: the pack's lists, earlier years, the content, the evaluation before."""

from decimal import Decimal
from typing import Any

import pytest

from forms import library
from forms.validation import validate
from tests.unit.forms.examples import CONTEXT, EXAMPLES, POLICY, indicator

CONTENT = "新建高标准农田灌溉机井二十四眼，并对三十座老旧泵站进行更新改造，提高供水能力。"


def warned(
    *rows: dict[str, Any], target: Any = None, content: str | None = None, **context: Any
) -> list[tuple[str, str]]:
    """File a target of these rows; return rule and place of what fires. target: of the policy."""
    rest = 90 - sum(row["weight"] for row in rows[1:])
    table = [{**rows[0], "weight": rest}, *rows[1:]]
    raw = {**EXAMPLES["target_filing"], "indicators": table, "content": content}
    policy = POLICY | ({"target": target} if target else {})
    found = validate(library.load("target_filing"), raw, context={**CONTEXT, "policy": policy, **context})
    return [(rule, path) for rule, path, _ in found.warnings]


def earlier(**said: Any) -> list[dict[str, Any]]:
    """What earlier years said of the one indicator."""
    return [{"name": "新建机井数量", "last": None, "before": None, "reached": None, **said}]


@pytest.mark.parametrize("lists", ["required_dimensions", "core_indicators"])
def test_l05_a_dimension_the_pack_requires_is_missed(lists: str) -> None:
    benefit = indicator(30, l1="效益", l2="社会效益指标", l3="受益户数")

    assert warned(indicator(), target={lists: ["产出", "效益"]}) == [("L05", "indicators")]
    assert warned(indicator(), benefit, target={lists: ["产出", "效益"]}) == []


@pytest.mark.parametrize(
    ("changes", "fires"),
    [
        ({"l3": "新建机井和泵站数量", "unit": "眼、座"}, True),
        ({"value": "24眼，30座", "op": "定性", "quantified": False, "unit": None}, True),
        ({"l3": "教育和卫生投入", "unit": "万元"}, False),
        ({"l3": "学生、教师人数", "unit": "人"}, False),
    ],
)
def test_l06_two_measures_in_one_row(changes: dict[str, Any], fires: bool) -> None:
    assert (("L06", "indicators[0].l3") in warned(indicator(**changes))) is fires


@pytest.mark.parametrize(
    ("changes", "fires"),
    [
        ({}, True),
        ({"value": Decimal(78)}, False),
        ({"unit": "元/立方米"}, False),
        ({"l3": "清扫单价"}, False),
        ({"note": "今年起执行新的环保要求。"}, False),
    ],
)
def test_l22_it_costs_more_per_unit_than_the_standard_says(changes: dict[str, Any], fires: bool) -> None:
    standards = [["清扫", "元/平方米", 5], ["垃圾填埋", "元/吨", 78]]
    row = {
        "l2": "经济成本指标",
        "l3": "垃圾填埋单价",
        "op": "<=",
        "value": Decimal(85),
        "unit": "元/吨",
        **changes,
    }

    found = warned(indicator(**row), target={"expenditure_standards": standards})

    assert (("L22", "indicators[0].value") in found) is fires


@pytest.mark.parametrize(
    ("said", "note", "fires"),
    [
        ({"last": Decimal(24), "before": Decimal(24)}, None, True),
        ({"last": Decimal(24), "before": Decimal(20)}, None, False),
        ({"last": Decimal(24), "before": Decimal(24)}, "三年规划每年同量。", False),
        ({"last": Decimal(20), "reached": Decimal(27)}, None, True),
        ({"last": Decimal(20), "reached": Decimal(27)}, "剩余地块较少。", False),
        ({"last": Decimal(20), "reached": Decimal(26)}, None, False),
        ({"last": "若干", "reached": "完成"}, None, False),
    ],
)
def test_l11_the_same_for_three_years_or_well_below_what_was_reached(
    said: Any, note: Any, fires: bool
) -> None:
    found = warned(indicator(note=note), earlier=earlier(**said))

    assert (found == [("L11", "indicators[0].value")]) is fires


@pytest.mark.parametrize(
    ("changes", "fires"),
    [
        ({"value": "2023年6月底前", "op": "定性", "quantified": False}, True),
        ({"value": "2022年6月底前", "op": "定性", "quantified": False}, False),
        ({"value": 18, "op": "≤", "polarity": "反向", "unit": "个月"}, True),
        ({"value": 12, "op": "≤", "polarity": "反向", "unit": "月"}, False),
    ],
)
def test_l12_a_time_outside_the_year(changes: dict[str, Any], fires: bool) -> None:
    row = indicator(l2="时效指标", l3="完工时间", **{"unit": None, **changes})

    assert (("L12", "indicators[0].value") in warned(row, year=2022)) is fires


@pytest.mark.parametrize(
    ("name", "content", "fires"),
    [
        ("采购图书册数", CONTENT, True),
        ("新建机井数量", CONTENT, False),
        ("采购图书册数", "见附件。", False),
        ("采购图书册数", None, False),
    ],
)
def test_l15_an_output_of_which_the_content_says_nothing(name: str, content: str | None, fires: bool) -> None:
    assert (("L15", "indicators[0].l3") in warned(indicator(l3=name), content=content)) is fires


@pytest.mark.parametrize(
    ("content", "fires"),
    [
        ("新建机井二十四眼\n更新改造三十座泵站", True),
        ("新建机井二十四眼；机井配套供电线路", False),
        ("更新改造三十座泵站", False),
    ],
)
def test_l16_a_line_of_the_content_without_an_output(content: str, fires: bool) -> None:
    assert (("L16", "content") in warned(indicator(), content=content)) is fires


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"l1": "效益", "l2": "质量指标", "l3": "合格率"}, "l2"),
        ({"l1": "产出", "l2": "生态效益指标", "l3": "节水量"}, "l2"),
        ({"l1": "效益", "l2": "服务对象满意度指标", "l3": "农户评价"}, "l2"),
        ({"l1": "满意度", "l2": "成本指标", "l3": "亩均投资", "op": "≤", "polarity": "反向"}, "l2"),
        ({"l1": "产出", "l3": "农户满意度"}, "l3"),
        ({"l1": "效益", "l2": "生态效益指标", "l3": "项目成本控制数"}, "l3"),
    ],
)
def test_l17_an_indicator_stands_where_it_does_not_belong(changes: dict[str, Any], place: str) -> None:
    assert warned(indicator(**changes)) == [("L17", f"indicators[0].{place}")]


@pytest.mark.parametrize(
    ("conclusion", "fires"), [(None, True), ("不支持", True), ("退回", True), ("支持", False)]
)
def test_l20_a_new_project_without_the_evaluation_before(conclusion: str | None, fires: bool) -> None:
    found = warned(indicator(), pre_evaluation={"conclusion": conclusion})

    assert (found == [("L20", "amount")]) is fires
    assert warned(indicator(), pre_evaluation=None) == []


def test_the_words_name_what_is_missing() -> None:
    raw = {
        **EXAMPLES["target_filing"],
        "indicators": [indicator(90)],
        "content": "新建机井二十四眼\n更新改造三十座泵站",
    }
    policy = POLICY | {"target": {"required_dimensions": ["产出", "效益", "满意度"]}}
    context = {**CONTEXT, "policy": policy, "pre_evaluation": {"conclusion": None}}
    found = validate(library.load("target_filing"), raw, context=context)

    said = {rule: text for rule, _, text in found.warnings}
    assert said["L05"].startswith("缺少必设的指标：“效益”“满意度”。")
    assert said["L16"].startswith("实施内容里有 1 项没有对应的产出指标。")
    assert "现在的结论是“还没有”" in said["L20"]
