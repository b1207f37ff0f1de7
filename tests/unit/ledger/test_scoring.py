"""The scoring rules against a copy of the published vectors, and the cases the vectors leave out."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ledger import scoring

VECTORS = json.loads(
    (Path(__file__).parent / "scoring_vectors.json").read_text("utf-8"),
    parse_float=Decimal,
    parse_int=Decimal,
)
TIERS = [
    ["达成年度指标", Decimal("0.8"), Decimal(1)],
    ["部分达成年度指标并具有一定效果", Decimal("0.6"), Decimal("0.8")],
    ["未达成年度指标且效果较差", Decimal(0), Decimal("0.6")],
]
BANDS = {
    "national": [["优", 90, 100], ["良", 80, 90], ["中", 60, 80], ["差", 0, 60]],
    "shawan": [["优", 90, 100], ["良", 80, 90], ["中", 70, 80], ["差", 0, 70]],
}


def _score(kind: str, given: dict[str, Any]) -> scoring.Points:
    if kind == "exec_linear":
        return scoring.execution_score(given["budget"], given["exec"])
    if kind == "exec_steps":
        return scoring.execution_score_steps(given["budget"], given["exec"], completed=given["completed"])
    if kind == "range":
        return scoring.in_range(given["lo"], given["hi"], given["actual"], given["weight"])
    return scoring.quantitative(
        given["op"],
        given["target"],
        given["actual"],
        given["weight"],
        target_too_low=given.get("target_too_low", False),
    )


def _of(*kinds: str) -> list[Any]:
    chosen = [vector for vector in VECTORS if vector["kind"] in kinds]
    assert chosen, f"expected vectors of kind {kinds}"
    return [
        pytest.param(vector, id=f"{vector['kind']}-{number}") for number, vector in enumerate(chosen, start=1)
    ]


@pytest.mark.parametrize("vector", _of("exec_linear", "exec_steps", "quant", "quant_overshoot", "range"))
def test_points_are_those_of_the_vectors(vector: dict[str, Any]) -> None:
    found = _score(vector["kind"], vector["input"])

    expected = vector["expect"]["score"]
    assert (None if found.score is None else str(found.score)) == expected
    assert found.flag == vector["expect"]["flag"]


@pytest.mark.parametrize("vector", _of("qual_tier"))
def test_typed_points_must_lie_in_their_tier(vector: dict[str, Any]) -> None:
    given = vector["input"]

    valid = scoring.points_in_tier(given["tier"], given["score"], given["weight"], TIERS)

    assert valid is vector["expect"]["valid"]


@pytest.mark.parametrize("vector", _of("grade"))
@pytest.mark.parametrize("pack", ["national", "shawan"])
def test_grades_follow_the_bands(vector: dict[str, Any], pack: str) -> None:
    assert scoring.grade(vector["input"]["score"], BANDS[pack]) == vector["expect"][pack]


def test_the_grade_is_taken_from_the_rounded_score() -> None:
    assert scoring.grade(Decimal("89.995"), BANDS["shawan"]) == "优"
    assert scoring.grade(Decimal("89.994"), BANDS["shawan"]) == "良"


def test_a_late_date_loses_points_in_proportion_to_the_plan() -> None:
    assert scoring.timeliness(100, 0, 10).score == Decimal("10.00")
    assert scoring.timeliness(100, 25, 10).score == Decimal("7.50")
    assert scoring.timeliness(100, 200, 10).score == Decimal("0.00")


def test_satisfaction_by_steps() -> None:
    steps = [scoring.satisfaction_steps(share).score for share in ("0.95", "0.9", "0.85", "0.6", "0.59")]

    assert steps == [Decimal(points) for points in ("10.00", "10.00", "8.00", "5.00", "0.00")]


def test_an_exact_target_loses_points_on_both_sides() -> None:
    assert scoring.quantitative("=", 10, 8, 10).score == Decimal("8.00")
    assert scoring.quantitative("=", 10, 16, 10).score == Decimal("6.25")


def test_a_negative_target_is_met_or_not() -> None:
    assert scoring.quantitative(">=", -5, -4, 10).score == Decimal("10.00")
    assert scoring.quantitative(">=", -5, -6, 10).score == Decimal("0.00")


def test_total_adds_rounded_points() -> None:
    assert scoring.total_score("9.81", ["8.24", "15", "9.96"], "0.01") == Decimal("43.02")


def test_completion_is_points_over_weights_unrounded() -> None:
    share = scoring.completion_share([Decimal("8.24"), Decimal(15)], [Decimal("8.40"), Decimal(15)])

    assert share is not None
    assert str(share).startswith("0.99316239316239316239")


@pytest.mark.parametrize("op", [">=", "<=", "=", ">", "<"])
@pytest.mark.parametrize("target", ["87.1", "424", "0.05", "98.5", "1000000"])
@pytest.mark.parametrize("weight", ["8.40", "15", "8.33"])
def test_an_actual_value_gives_back_every_number_of_points(op: str, target: str, weight: str) -> None:
    full = Decimal(weight)
    for hundredths in (*range(0, int(full * 100), 37), int(full * 100)):
        points = Decimal(hundredths) / 100

        actual = scoring.actual_for_points(op, target, weight, points)

        assert actual is not None
        assert scoring.quantitative(op, target, actual, weight).score == scoring.rounded(points)


def test_an_actual_value_for_a_range() -> None:
    for points in ("10", "8", "3.33", "0"):
        actual = scoring.actual_for_points("区间", 5, 10, points, target_high=10)

        assert actual is not None
        assert scoring.in_range(5, 10, actual, 10).score == scoring.rounded(points)


def test_full_points_give_the_target_itself() -> None:
    assert scoring.actual_for_points(">=", "97.9", 15, 15) == Decimal("97.9")


@pytest.mark.parametrize(
    ("op", "target", "weight", "points"),
    [(">=", 0, 5, 3), ("<=", 0, 5, "2.5"), (">=", 90, 8, 9), ("定性", 90, 8, 8), (">=", 90, 8, -1)],
)
def test_no_actual_value_where_none_can_give_the_points(
    op: str, target: int, weight: int, points: int | str
) -> None:
    assert scoring.actual_for_points(op, target, weight, points) is None


def test_the_tier_follows_from_points_and_weight() -> None:
    assert scoring.tier_for_points("9.96", 10, TIERS) == "达成年度指标"
    assert scoring.tier_for_points("7.99", 10, TIERS) == "部分达成年度指标并具有一定效果"
    assert scoring.tier_for_points("11", 10, TIERS) is None
