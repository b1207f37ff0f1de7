"""A line of a self-evaluation as the form scores it."""

from decimal import Decimal
from typing import Any

from ledger.indicator_points import execution_points, line_points

POLICY: dict[str, Any] = {
    "scoring": {
        "exec_rate": "linear: 10*min(1,exec/budget)",
        "exec_rate_alternative_steps": [[0.8, 7], [0.6, 5], [0, 0]],
        "qualitative_tiers": [["达成", 0.8, 1.0], ["部分达成", 0.6, 0.8], ["未达成", 0.0, 0.6]],
        "overshoot_review_over": 0.3,
    },
    "weights": {"without_cost_l1": {"预算执行率": 10}},
}


def _points(**line: Any) -> Decimal | None:
    return line_points({"weight": Decimal(10), **line}, POLICY).score


def test_a_number_is_scored_against_its_target() -> None:
    assert _points(op=">=", target=Decimal(100), actual=Decimal(95)) == Decimal("9.50")


def test_a_target_stored_as_text_scores_alike() -> None:
    assert _points(op="<=", target="90", actual="100") == Decimal("9.00")


def test_a_range_uses_both_ends() -> None:
    assert _points(op="区间", target="5", target_high="10", actual="12") == Decimal("8.33")


def test_a_qualitative_line_keeps_typed_points_of_its_tier() -> None:
    assert _points(op="定性", target="有效提升", tier="部分达成", typed_points=Decimal(7)) == Decimal("7.00")


def test_typed_points_outside_the_tier_are_no_score() -> None:
    assert _points(op="定性", tier="达成", typed_points=Decimal(7)) is None


def test_points_entered_by_hand_are_kept() -> None:
    assert _points(op=">=", target="0", actual=None, manual=True, typed_points=Decimal("3.3")) == Decimal(
        "3.30"
    )


def test_a_line_without_an_actual_value_has_no_score() -> None:
    assert _points(op=">=", target=Decimal(100), actual=None) is None


def test_execution_is_linear_or_by_steps_as_the_policy_says() -> None:
    steps = {**POLICY, "scoring": {**POLICY["scoring"], "exec_rate": "steps"}}

    assert execution_points(Decimal(100), Decimal(85), POLICY).score == Decimal("8.50")
    assert execution_points(Decimal(100), Decimal(85), steps).score == Decimal("7.00")
    assert execution_points(Decimal(0), Decimal(0), POLICY).score is None
