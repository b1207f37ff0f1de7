"""The rules of the target form, one by one: what fires, what is confirmed by a note, what is left in peace."""

from decimal import Decimal
from typing import Any

import pytest

from engine.submission import Submission
from forms import library
from forms.errors import FormInvalid
from forms.fields.texts import PLACEHOLDERS
from forms.validation import validate
from tests.unit.forms.examples import CONTEXT, EXAMPLES, POLICY, indicator

AMOUNT = Decimal("1180.50")
COST = {"l2": "成本指标", "op": "<=", "polarity": "反向"}
WORDS: dict[str, Any] = {"op": "定性", "quantified": False, "unit": None}


def filed(*rows: dict[str, Any], policy: dict[str, Any] = POLICY) -> Submission:
    """File a target of these rows; the first one takes the weight that the others leave."""
    rest = 90 - sum(row["weight"] for row in rows[1:])
    raw = {
        **EXAMPLES["target_filing"],
        "amount": AMOUNT,
        "indicators": [{**rows[0], "weight": rest}, *rows[1:]],
    }
    return validate(library.load("target_filing"), raw, context={**CONTEXT, "policy": policy})


def fired(**changes: Any) -> list[tuple[str, str]]:
    """Return rule and column of what fires on one row."""
    return [(rule, path.partition(".")[2]) for rule, path, _ in filed(indicator(**changes)).warnings]


def refused(*rows: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(FormInvalid) as found:
        filed(*rows)
    return [(error.code, error.path) for error in found.value.errors]


@pytest.mark.parametrize("column", ["l2", "l3", "value"])
@pytest.mark.parametrize("placeholder", sorted(PLACEHOLDERS | {"XX"}))
def test_a_placeholder_needs_a_note(column: str, placeholder: str) -> None:
    row = indicator(**{**WORDS, "value": "按时完成", column: placeholder})

    assert refused(row) == [("L01", f"indicators[0].{column}")]
    assert ("L01", column) in fired(**{**row, "note": "名称待省厅明确。"})


@pytest.mark.parametrize("note", [None, "", "待定", "无"])
def test_a_note_that_says_nothing_is_no_note(note: str | None) -> None:
    assert refused(indicator(l3="待定", note=note)) == [("L01", "indicators[0].l3")]


def test_each_row_of_the_same_name_needs_a_note() -> None:
    rows = [indicator(), indicator(10, note="指二期工程。"), indicator(10, l3="新建泵站数量")]

    assert refused(*rows) == [("L13", "indicators[0].l3")]
    rows[0]["note"] = "指一期工程。"
    assert [(rule, path) for rule, path, _ in filed(*rows).warnings] == [
        ("L13", "indicators[0].l3"),
        ("L13", "indicators[1].l3"),
    ]


def test_names_that_are_all_to_be_settled_are_placeholders_not_repetitions() -> None:
    rows = [indicator(weight, l3="待定", note="待省厅明确。") for weight in (10, 20, 30)]

    assert {rule for rule, _, _ in filed(*rows).warnings} == {"L01"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"l3": "运维总成本", "value": 1170500, "unit": "万元", **COST}, [("L03", "value")]),
        ({"l3": "人均培训成本", "value": 11810000, "unit": "元/人", **COST}, [("L03", "value")] * 2),
        ({"l3": "带动增收", "value": 3600000, "unit": "万元"}, [("L03", "value")]),
        ({"l3": "验收合格率", "value": 100, "unit": "%"}, [("L07", "value")]),
        ({"l3": "应助尽助率", "value": 120, "unit": "％", "op": "="}, [("L07", "value")]),
        ({"l3": "验收合格率", "value": 100, "unit": "百分比", "op": "="}, [("L07", "value")]),
        ({"l3": "亩均投资", "value": 2000, "unit": "元/亩", "l2": "成本指标"}, [("L08", "op")]),
        ({"l3": "故障响应", "value": 30, "unit": "分钟", "polarity": "反向"}, [("L08", "op")]),
        ({"l3": "故障响应时限", "value": 30, "unit": "分钟", "polarity": None}, [("L08", "op")]),
        ({"l3": "培训人次", "op": "<=", "polarity": None}, [("L08", "op")]),
        ({"op": "定性", "value": "改善"}, [("L09", "quantified")]),
        ({"value": "约24"}, [("L09", "value")]),
        ({**WORDS, "value": "约500人"}, [("L09", "value")]),
        ({**WORDS, "value": "500"}, [("L09", "value")]),
        ({"l3": "资金支付额", "value": 100, "unit": "万元"}, [("L10", "l3")]),
        ({"l3": "预算执行率", "value": 95, "unit": "%"}, [("L10", "l3")]),
        ({"l3": "进一步加强和完善", "l1": "效益指标", "l2": "社会效益指标"}, [("L14", "l3")]),
        ({"evidence": None}, [("L18", "evidence")]),
        ({"evidence": "无"}, [("L18", "evidence")]),
    ],
)
def test_a_doubtful_row_is_a_warning(changes: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert fired(**changes) == expected


@pytest.mark.parametrize(
    "changes",
    [
        {"l3": "运维总成本", "value": AMOUNT, "unit": "万元", **COST},
        {"l3": "人均培训成本", "value": 550, "unit": "元/人", **COST},
        {"l3": "受益人口", "value": 3000000, "unit": "人"},
        {"l3": "验收合格率", "value": 100, "unit": "%", "op": "="},
        {"l3": "年度任务完成率", "value": 100, "unit": "%"},
        {"l3": "游客增长率", "value": 130, "unit": "%"},
        {"l3": "采购成本节约率", "value": 5, "unit": "%", "l2": "经济成本指标", "l1": "产出指标"},
        {"l3": "投诉办结率", "value": 98, "unit": "%", "polarity": None},
        {"l3": "安全事故起数", "value": 0, "op": "<=", "polarity": "反向", "unit": "起"},
        {**WORDS, "value": "12月31日前完成"},
        {**WORDS, "value": "达到GB3838-2002Ⅲ类标准"},
        {"l3": "补助资金到位及时率", "value": 95, "unit": "%"},
        {"l3": "资助标准执行达标率", "value": 95, "unit": "%"},
        {"l3": "提升改造校舍面积"},
    ],
)
def test_a_sound_row_is_left_in_peace(changes: dict[str, Any]) -> None:
    assert fired(**changes) == []


def test_too_few_numbers_are_a_warning_where_the_policy_has_a_threshold() -> None:
    rows = [indicator(), indicator(10, l3="灌溉条件", **{**WORDS, "value": "明显改善"})]
    strict = {**POLICY, "target": {"min_quantification_share": Decimal("0.7")}}

    assert filed(*rows).warnings == ()
    [(rule, path, text)] = filed(*rows, policy=strict).warnings
    assert (rule, path) == ("L21", "quantification_share")
    assert text == "量化率 50% 低于要求的 70%。请把能计数、计量的定性指标改为定量指标。"


def test_warnings_say_the_row_and_what_to_do() -> None:
    [(_, _, text)] = filed(indicator(l3="亩均投资", l2="成本指标", value=2000, unit="元/亩")).warnings

    assert text == "第 1 行：“亩均投资”应当越小越好，运算符却是“≥”。请改为“≤”，指标方向选“反向”。"


def test_two_hundred_rows_are_checked() -> None:
    rows = [indicator(Decimal("0.4"), l3=f"新建机井数量{number}") for number in range(200)]

    assert filed(*rows).warnings == ()
