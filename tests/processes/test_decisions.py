"""Every row of the factory decisions, asked through the decision engine with a made-up policy."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.dmn.reading import read

DECISIONS = Path(__file__).parents[2] / "workflows" / "decisions"
POLICY: dict[str, Any] = {
    "pre_eval": {
        "third_party_when": "total_investment_wan>=250.5 or highly_specialised",
        "conclusion_labels": ["予以支持", "调整后支持", "不予支持"],
    },
    "grading": {"bands": [["甲", 85, 100], ["乙", 75, 85], ["丙", 60, 75], ["丁", 0, 60]]},
    "monitoring": {
        "fail_cap": {"consecutive_failures": 2, "and_not_rectified": True, "cap_grade": "丙"},
        "warn_pay_below": {"04": 0.25, "08": 0.6},
        "warn_gap_target_vs_pay": 0.1,
    },
    "expert_panel": {"composition": ["代表", "专家"]},
    "result": {
        "deduct_below_score": 80,
        "deduct_ratio_table": None,
        "grade_action": {"甲等": "优先", "乙": "保障", "丙": "压减", "丁": "取消"},
    },
    "rectification": {"days": 12},
}
ALL_GOOD = {"completeness": "优", "relevance": "优", "adequacy": "优", "feasibility": "优"}
UNSUPPORTED = "没有事前绩效评估报告，或者评估结论为不支持"


def decide(key: str, policy: dict[str, Any] = POLICY, **inputs: Any) -> Any:
    """Ask one decision of the factory."""
    tables = read((DECISIONS / f"{key}.dmn").read_bytes())
    return tables.decide(key, {"policy": policy, **inputs}).value


def with_policy(section: str, **changes: Any) -> dict[str, Any]:
    """Return the policy with one section changed."""
    return {**POLICY, section: {**POLICY[section], **changes}}


@pytest.mark.parametrize(
    ("total", "specialised", "condition", "route"),
    [
        (2505000, False, "total_investment_wan>=250.5 or highly_specialised", "third_party"),
        (2504999, False, "total_investment_wan >= 250.5", "normal"),
        (2505000, False, "total_investment_wan >= 250.5", "third_party"),
        (1, True, "total_investment_wan>=250.5 or highly_specialised", "third_party"),
        (9999999, True, None, "normal"),
        (9999999, True, "reviewer_decides", "normal"),
        (None, None, "total_investment_wan>=250.5 or highly_specialised", "normal"),
    ],
)
def test_large_or_specialised_projects_go_to_a_third_party(
    total: int | None, specialised: bool | None, condition: str | None, route: str
) -> None:
    policy = with_policy("pre_eval", third_party_when=condition)

    assert (
        decide("pre_evaluation_route", policy, total_investment_amount=total, specialised=specialised)
        == route
    )


@pytest.mark.parametrize(
    ("words", "way"),
    [
        ("予以支持", "support"),
        ("调整后支持", "return"),
        ("不予支持", "reject"),
        ("退回", "return"),
        (None, "return"),
    ],
)
def test_the_words_of_the_policy_lead_three_ways(words: str | None, way: str) -> None:
    assert decide("pre_evaluation_conclusion", conclusion=words) == way


@pytest.mark.parametrize(
    ("marks", "conclusion"),
    [
        ({}, "enter"),
        ({"adequacy": "良"}, "negotiate"),
        ({"adequacy": "良", "relevance": "中"}, "return"),
        ({"adequacy": "差", "relevance": "中"}, "stop"),
        ({"feasibility": None}, "return"),
    ],
)
def test_the_lowest_of_four_marks_decides_on_a_target(marks: dict[str, Any], conclusion: str) -> None:
    assert decide("target_conclusion", **{**ALL_GOOD, **marks}) == conclusion


@pytest.mark.parametrize(
    ("required", "words", "approved", "gate"),
    [
        (False, None, True, {"allowed": True, "reason": None}),
        (True, "予以支持", True, {"allowed": True, "reason": None}),
        (True, "不予支持", True, {"allowed": False, "reason": UNSUPPORTED}),
        (True, None, True, {"allowed": False, "reason": UNSUPPORTED}),
        (False, None, False, {"allowed": False, "reason": "没有审核通过的绩效目标"}),
        (None, None, None, {"allowed": False, "reason": "没有审核通过的绩效目标"}),
    ],
)
def test_the_budget_gate_needs_a_supported_evaluation_and_an_approved_target(
    required: bool | None, words: str | None, approved: bool | None, gate: dict[str, Any]
) -> None:
    inputs: dict[str, Any] = {
        "pre_evaluation_required": required,
        "pre_evaluation_conclusion": words,
        "target_approved": approved,
    }

    assert decide("budget_gate", **inputs) == gate


@pytest.mark.parametrize(
    ("score", "grade"),
    [
        ("100", "甲"),
        ("85", "甲"),
        ("84.995", "甲"),
        ("84.9949", "乙"),
        ("60", "丙"),
        ("59.99", "丁"),
        ("0", "丁"),
    ],
)
def test_a_band_holds_its_lower_bound_and_scores_round_half_up(score: str, grade: str) -> None:
    assert decide("grade", score=Decimal(score)) == grade


def test_nothing_scored_is_not_graded() -> None:
    assert decide("grade", score=None) is None


@pytest.mark.parametrize(
    ("grade", "failed", "unrectified", "final"),
    [
        ("甲", 2, True, "丙"),
        ("甲", 2, False, "甲"),
        ("甲", 1, True, "甲"),
        ("丁", 3, True, "丁"),
        ("甲", None, None, "甲"),
    ],
)
def test_failures_in_a_row_that_are_not_rectified_cap_the_grade(
    grade: str, failed: int | None, unrectified: bool | None, final: str
) -> None:
    outcome = decide("grade_cap", grade=grade, failed_rounds=failed, unrectified=unrectified)

    assert outcome == {"grade": final, "capped": final != grade}


def test_no_cap_in_the_policy_caps_nothing() -> None:
    policy = with_policy("monitoring", fail_cap=None)

    outcome = decide("grade_cap", policy, grade="甲", failed_rounds=5, unrectified=True)
    assert outcome == {"grade": "甲", "capped": False}


def test_a_cap_outside_the_bands_means_the_lowest_band() -> None:
    policy = with_policy("monitoring", fail_cap={**POLICY["monitoring"]["fail_cap"], "cap_grade": "差"})

    outcome = decide("grade_cap", policy, grade="甲", failed_rounds=2, unrectified=True)
    assert outcome == {"grade": "丁", "capped": True}


@pytest.mark.parametrize(
    ("kinds", "missing"), [(["专家", "代表", "其他"], []), (["专家"], ["代表"]), (None, ["代表", "专家"])]
)
def test_a_panel_needs_every_kind_of_member(kinds: list[str] | None, missing: list[str]) -> None:
    assert decide("panel_composition", member_kinds=kinds) == {"valid": not missing, "missing": missing}


@pytest.mark.parametrize(("score", "share"), [("77.78", "0.02775"), ("80", "0"), ("0", "1"), (None, "0")])
def test_a_score_below_the_limit_cuts_in_proportion(score: str | None, share: str) -> None:
    assert decide("deduction_share", score=score and Decimal(score)) == Decimal(share)


@pytest.mark.parametrize(("score", "share"), [("70", "0.1"), ("69.9", "0.2"), ("5", "0.5"), ("80", "0")])
def test_a_table_of_the_policy_cuts_by_its_rows(score: str, share: str) -> None:
    policy = with_policy("result", deduct_ratio_table=[[70, 0.1], [60, 0.2], [0, 0.5]])

    assert decide("deduction_share", policy, score=Decimal(score)) == Decimal(share)


@pytest.mark.parametrize(
    ("grade", "share", "action", "needed", "rectify"),
    [
        ("甲", "0", "优先", False, False),
        ("乙", "0.02", "保障", True, False),
        ("丙", "0", "压减", True, False),
        ("丁", "0.5", "取消", True, True),
        (None, "0", None, False, False),
    ],
)
def test_results_in_the_lower_half_or_with_a_cut_need_an_action(
    grade: str | None, share: str, action: str | None, needed: bool, rectify: bool
) -> None:
    outcome = decide("result_action", grade=grade, deduct_share=Decimal(share))

    assert outcome == {"action": action, "needed": needed, "rectify": rectify}


@pytest.mark.parametrize(
    ("track", "role"),
    [("ssf", "social_insurance"), ("ppp", "economic_construction"), ("bond", "section"), (None, "section")],
)
def test_tracks_go_to_the_section_in_charge(track: str | None, role: str) -> None:
    assert decide("finance_routing", track=track) == role


@pytest.mark.parametrize(
    ("month", "paid", "reached", "light"),
    [
        (5, "0.5", "0.5", "green"),
        (5, "0", "0", "red"),
        (9, "0.5", "0.55", "yellow"),
        (9, "0.5", "0.8", "red"),
        (1, "0.1", "0.8", "yellow"),
    ],
)
def test_slow_payment_and_a_gap_to_the_target_light_up(
    month: int, paid: str, reached: str, light: str
) -> None:
    shares: dict[str, Any] = {"executed_share": Decimal(paid), "progress_share": Decimal(reached)}

    assert decide("monitoring_light", month=month, **shares) == light


@pytest.mark.parametrize("severity", ["一般", "较重", "严重", None])
def test_rectification_takes_the_days_of_the_policy(severity: str | None) -> None:
    assert decide("rectification_days", severity=severity) == 12
