"""The self-evaluation form: scoring while typing, the locked baseline, the rules of the catalogue."""

from decimal import Decimal
from typing import Any

import pytest

from engine.submission import Submission
from forms import library
from forms.errors import ContextMissing, FormInvalid
from forms.validation import validate
from tests.unit.forms.examples import CONTEXT, EXAMPLES, FUNCTIONS, line

FORM = library.load("self_evaluation")
LOCKED = ("no", "l1", "l2", "l3", "op", "target", "target_high", "unit", "weight")


def filed(
    lines: list[dict[str, Any]], baseline: list[dict[str, Any]] | None = None, **changes: Any
) -> Submission:
    context = {**CONTEXT, "baseline": {"lines": baseline}} if baseline is not None else CONTEXT
    raw = {**EXAMPLES["self_evaluation"], "lines": lines, **changes}
    return validate(FORM, raw, context=context, functions=FUNCTIONS)


def errors(*args: Any, **changes: Any) -> list[tuple[str, str]]:
    with pytest.raises(FormInvalid) as refused:
        filed(*args, **changes)
    assert all(error.text for error in refused.value.errors)
    return [(error.path, error.code) for error in refused.value.errors]


def test_points_and_totals_are_computed() -> None:
    submission = filed(EXAMPLES["self_evaluation"]["lines"])

    values = submission.values
    assert [row["points"] for row in values["lines"]] == [Decimal(x) for x in ("30", "25", "18", "9.5")]
    assert values["exec_score"] == Decimal("9.70")
    assert values["total_score"] == Decimal("92.20")
    assert round(values["completion_share"], 4) == Decimal("0.9167")
    assert values["budget_amount"] == Decimal("11468000.00")
    assert [(rule, path) for rule, path, _ in submission.warnings] == [("L32", "lines[2].reason")]


def test_locked_columns_are_filled_in_from_the_baseline() -> None:
    approved = [line(1), line(2, target=Decimal("30.0"))]
    baseline = [{name: row.get(name) for name in LOCKED} for row in approved]

    values = filed([{"no": 2, "actual": 30}, {"no": 1, "actual": 24}], baseline).values

    assert [row["target"] for row in values["lines"]] == [Decimal(30), Decimal(24)]
    assert [row["weight"] for row in values["lines"]] == [Decimal(45), Decimal(45)]
    assert {row["unit"] for row in values["lines"]} == {"眼"}


def test_the_same_baseline_value_written_another_way_is_no_change() -> None:
    assert filed([line(1, "45.00", target="２４．０", op="≥")], [line(1)]).values["lines"][0]["weight"] == 45


@pytest.mark.parametrize(
    "change", [{"target": "25"}, {"weight": 44}, {"op": "<="}, {"l3": "新建水井"}, {"target_high": 30}]
)
def test_a_changed_baseline_value_is_refused(change: dict[str, Any]) -> None:
    assert errors([line(1, **change)], [line(1)])[0] == (f"lines[0].{next(iter(change))}", "L36")


def test_rows_missing_from_or_unknown_to_the_baseline_are_refused() -> None:
    assert errors([line(1)], [line(1), line(2)]) == [("lines", "L36")]
    assert errors([line(1), line(3)], [line(1)]) == [("lines[1].no", "L36")]
    assert errors([line(1), line(1)], [line(1)]) == [("lines[1].no", "repeated_row")]


def test_an_unreadable_baseline_is_reported_and_does_not_crash() -> None:
    assert errors([line(1)], [{"no": 1, "weight": "much"}]) == [("lines", "baseline_unreadable")]
    assert errors([line(1)], ["junk"])[0] == ("lines", "baseline_unreadable")


def test_without_a_baseline_the_weight_must_be_typed() -> None:
    assert errors([line(1, None)])[0] == ("lines[0].weight", "required")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"actual": None}, ("lines[0].actual", "required")),
        ({"actual": "约二十"}, ("lines[0].actual", "actual_must_be_a_number")),
        ({"actual": 40}, ("lines[0].actual", "L33")),
        ({"op": "定性", "tier": None, "typed_points": 9}, ("lines[0].tier", "required")),
        ({"op": "定性", "tier": "达成"}, ("lines[0].typed_points", "required")),
        ({"op": "定性", "tier": "很好", "typed_points": 9}, ("lines[0].tier", "not_an_option")),
        ({"manual": True, "typed_points": 9}, ("lines[0].reason", "required")),
        ({"manual": True, "typed_points": 9, "reason": "无"}, ("lines[0].reason", "L01")),
        ({"manual": True, "reason": "没有数据。"}, ("lines[0].typed_points", "required")),
        ({"manual": True, "typed_points": "10.01", "reason": "x"}, ("lines[0].typed_points", "points_must_not_exceed_the_weight")),
    ],
)  # fmt: skip
def test_a_faulty_line_is_refused_at_its_field(change: dict[str, Any], expected: tuple[str, str]) -> None:
    assert errors([line(1, 10, **change)])[0] == expected


@pytest.mark.parametrize(
    ("tier", "points", "lies_within"),
    [("达成", 8, True), ("达成", "7.99", False), ("达成", 10, True), ("部分达成", 8, False), ("部分达成", 6, True),
     ("未达成", "5.99", True), ("未达成", 6, False), ("未达成", 0, True)],
)  # fmt: skip
def test_typed_points_must_lie_in_their_tier(tier: str, points: Any, lies_within: bool) -> None:
    row = line(1, 10, op="定性", actual=None, tier=tier, typed_points=points, reason="说明")

    if lies_within:
        assert filed([row]).values["lines"][0]["points"] == Decimal(points)
    else:
        assert errors([row]) == [("lines[0].typed_points", "points_must_lie_in_their_tier")]


def test_an_overshoot_passes_with_a_reason_and_stays_visible() -> None:
    submission = filed([line(1, 10, actual=40, reason="上级追加任务。")])

    assert [(rule, path) for rule, path, _ in submission.warnings] == [("L33", "lines[0].actual")]
    assert submission.warnings[0][2].startswith("第 1 行：“新建机井数量”超过目标 66.67%（上限 30%）")


def test_money_beyond_the_budget_needs_a_reason() -> None:
    assert errors([line(1)], executed_amount=1200) == [("executed_amount", "L35")]
    assert filed([line(1)], executed_amount=1200, overspend_reason="年中追加。").warnings[0][0] == "L35"


def test_a_corrected_total_needs_a_reason_and_stays_a_score() -> None:
    assert errors([line(1)], score_correction="-0.5") == [("score_correction", "L30")]
    values = filed([line(1)], score_correction="-0.5", correction_reason="进位误差。").values
    assert values["total_score"] == Decimal("54.20")
    assert ("score_correction", "total_score_must_lie_within_0_and_100") in errors(
        [line(1)], score_correction=90, correction_reason="x"
    )


def test_a_budget_of_zero_gives_no_execution_score_and_a_warning() -> None:
    submission = filed([line(1)], budget_amount=0, executed_amount=0)

    assert submission.values["exec_score"] is None
    assert submission.values["total_score"] == 45
    assert submission.warnings[0][0] == "budget_is_zero"


def test_the_sentence_says_where_what_and_the_limit() -> None:
    with pytest.raises(FormInvalid) as refused:
        filed([line(1), line(2, 101, actual="abc")])

    error = refused.value.errors[0]
    assert (error.path, error.code) == ("lines[1].weight", "too_large")
    assert error.text == "第 2 行：「分值」不能大于 100，填的是 101。请核对数字和单位。"
    assert refused.value.text == "《项目支出绩效自评表》有 1 处需要修改。请按提示修改后再提交。"


def test_a_caller_that_forgets_the_policy_or_a_function_is_told() -> None:
    with pytest.raises(ContextMissing) as refused:
        validate(FORM, EXAMPLES["self_evaluation"], context={}, functions={})

    assert refused.value.facts["missing"] == ["policy", "execution_score()", "indicator_points()"]
