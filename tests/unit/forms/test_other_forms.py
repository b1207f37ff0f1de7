"""The rules of the other forms, one by one."""

from decimal import Decimal
from typing import Any

import pytest

from engine.submission import Submission
from forms import library
from forms.errors import FormInvalid
from forms.prefilling import prefilled
from forms.validation import validate
from tests.unit.forms.examples import CONTEXT, EXAMPLES, POLICY, indicator


def filed(key: str, context: dict[str, Any] | None = None, **changes: Any) -> Submission:
    return validate(library.load(key), {**EXAMPLES[key], **changes}, context={**CONTEXT, **(context or {})})


def fired(key: str, context: dict[str, Any] | None = None, **changes: Any) -> list[tuple[str, str]]:
    return [(rule, path) for rule, path, _ in filed(key, context, **changes).warnings]


def errors(key: str, context: dict[str, Any] | None = None, **changes: Any) -> list[tuple[str, str]]:
    with pytest.raises(FormInvalid) as refused:
        filed(key, context, **changes)
    return [(error.code, error.path) for error in refused.value.errors]


def test_monitoring_money_is_in_yuan_and_progress_in_percent() -> None:
    values = filed("monitoring").values

    assert values["executed_amount"] == Decimal("402500.00")
    assert values["progress"] == Decimal(55)
    assert values["payment_share"] == Decimal("0.4025")
    assert values["causes"] == ["人员保障"]


def test_monitoring_money_out_of_order_needs_a_reason() -> None:
    assert errors("monitoring", executed_amount=90) == [("L23", "executed_amount")]
    assert errors("monitoring", arrived_amount=120) == [("L23", "arrived_amount")]
    assert fired("monitoring", arrived_amount=120, reason="提前下达。") == [("L23", "arrived_amount")]


def test_monitoring_warns_of_progress_copied_from_payments_and_of_no_payment() -> None:
    assert fired("monitoring", progress="40.5") == [("L24", "progress")]
    assert fired("monitoring", progress="41") == []
    assert fired("monitoring", executed_amount=0, progress=10) == [("L29", "executed_amount")]


def test_monitoring_options_come_from_the_policy() -> None:
    other = {"policy": {**POLICY, "monitoring": {"possibility": ["能", "不能"], "causes": []}}}

    assert filed("monitoring", other, possibility="能", causes=[]).values["possibility"] == "能"
    assert errors("monitoring", possibility="能") == [("not_an_option", "possibility")]
    assert errors("monitoring", {"policy": {}}) == [("no_options", "possibility"), ("no_options", "causes")]


def test_weights_must_sum_to_what_the_policy_leaves() -> None:
    rows = [indicator(44), indicator(45, l3="新建泵站数量")]

    assert errors("target_filing", indicators=rows) == [("L04", "indicators")]
    values = filed("target_filing").values
    assert (values["weight_total"], values["indicator_count"], values["quantified_count"]) == (90, 2, 1)
    assert values["quantification_share"] == Decimal("0.5")


def test_with_a_cost_indicator_the_other_weights_hold() -> None:
    rows = [indicator(20, l1="成本指标", l3="单井造价", op="<=", polarity="反向"), indicator(60)]

    assert filed("target_filing", indicators=rows).values["weight_expected"] == 80


def test_a_range_needs_its_upper_end() -> None:
    assert errors("target_filing", indicators=[indicator(90, op="区间")]) == [
        ("required", "indicators[0].value_high")
    ]


def test_a_target_needs_at_least_one_and_at_most_two_hundred_indicators() -> None:
    assert errors("target_filing", indicators=[]) == [("too_few_rows", "indicators")]
    assert errors("target_filing", indicators=[indicator()] * 201) == [("too_many_rows", "indicators")]
    assert errors("target_filing", indicators=[1, None, []])[0] == ("not_an_object", "indicators[0]")


@pytest.mark.parametrize(
    ("key", "changes"),
    [
        ("target_review", {"feasibility": "中"}),
        ("signature", {"agreed": False}),
        ("monitoring_review", {"conclusion": "不合格", "opinion": None}),
        ("finance_review", {"conclusion": "退回"}),
        ("evaluation_review", {"conclusion": "退回"}),
        ("whole_review", {"conclusion": "退回", "opinion": " "}),
        ("whole_finance_review", {"conclusion": "退回"}),
        ("pre_evaluation_review", {"conclusion": "不支持"}),
        ("pre_evaluation_review", {"conclusion": "退回"}),
        ("disclosure_review", {"conclusion": "退回"}),
        ("track_review", {"conclusion": "退回"}),
    ],
)
def test_a_negative_conclusion_needs_an_opinion(key: str, changes: dict[str, Any]) -> None:
    assert errors(key, **changes) == [("required", "opinion")]
    assert filed(key, **{**changes, "opinion": "请补充测算依据。"}).values["opinion"] == "请补充测算依据。"


@pytest.mark.parametrize(
    ("key", "changes", "expected"),
    [
        ("procurement", {"conflict_free": False}, ("conflict_free_must_be_confirmed", "conflict_free")),
        ("disclosure_review", {"secrecy_checked": "否"}, ("secrecy_must_be_checked", "secrecy_checked")),
        ("track_target", {"quantified_count": 10}, ("quantified_count_must_not_exceed_indicator_count", "quantified_count")),
        ("opinion_reply", {"reply": None}, ("required", "reply")),
        ("panel_opinion", {"member_kind": "路人"}, ("not_an_option", "member_kind")),
        ("whole_self_evaluation", {"overspend_reason": None}, ("L35", "executed_amount")),
        ("result_action", {"deduct_share": "10"}, ("too_large", "deduct_share")),
        ("pre_evaluation_report", {"necessity": 21}, ("too_large", "necessity")),
    ],
)  # fmt: skip
def test_each_form_holds_its_own_rule(key: str, changes: dict[str, Any], expected: tuple[str, str]) -> None:
    assert errors(key, **changes) == [expected]


def test_a_finance_total_that_does_not_add_up_is_a_warning() -> None:
    assert fired("finance_review", {"exec_score": Decimal("9.70")}) == []
    assert fired("finance_review", {"exec_score": Decimal("9.00")}) == [("L30", "score")]
    assert filed("finance_review", lines=[]).values["line_total"] == 0


EVALUATED = {
    "exec_score": Decimal(10),
    "evaluated": {
        "lines": [
            {"no": 1, "l3": "办案数量", "weight": 40, "self_points": 40, "points": 40},
            {"no": 2, "l3": "办结率", "weight": 50, "self_points": 45, "points": 45},
        ]
    },
}


def test_a_reviewer_begins_with_the_units_own_points_and_changes_them() -> None:
    definition = library.load("finance_review")
    rows = prefilled(definition, context={**CONTEXT, **EVALUATED})["lines"]
    assert [row["points"] for row in rows] == ["40", "45"]
    lines = [rows[0] | {"points": "38"}, rows[1]]
    submission = filed("finance_review", EVALUATED, lines=lines, score=93)
    assert submission.values["line_total"] == 83
    assert fired("finance_review", EVALUATED, lines=lines, score=93) == [
        ("deduction_without_a_reason", "lines[0].comment")
    ]


def test_the_bureau_gives_no_more_than_the_weight_and_is_told_of_lines_it_left_out() -> None:
    lines = [{"no": 1, "points": 41}, {"no": 2}]
    assert errors("finance_review", EVALUATED, lines=lines, score=51) == [
        ("points_must_not_exceed_the_weight", "lines[0].points")
    ]
    lines[0]["points"] = 40
    assert fired("finance_review", EVALUATED, lines=lines, score=50) == [("lines_without_points", "lines")]


AMOUNTS = {"amounts": {"SW-1": 100, "SW-2": Decimal(50), "SW-3": 850}, "department_amount": 1000}


def test_a_selection_below_the_share_of_the_policy_needs_a_reason() -> None:
    assert errors("evaluation_selection", AMOUNTS) == [("selection_share", "projects")]
    submission = filed("evaluation_selection", AMOUNTS, reason="其余项目上年已评。")
    assert submission.values["selected_share"] == Decimal("0.15")
    assert submission.values["selected_amount"] == 150
    assert fired("evaluation_selection", AMOUNTS, projects=["SW-3"]) == []


def test_a_policy_without_a_share_asks_for_none() -> None:
    policy = {"policy": {**POLICY, "dept_eval": {"min_amount_share": None}}}

    assert fired("evaluation_selection", {**AMOUNTS, **policy}) == []


def test_an_empty_selection_is_an_answer_and_an_unknown_project_is_not() -> None:
    assert (
        filed("evaluation_selection", AMOUNTS, projects=[], reason="本年无项目。").values["selected_amount"]
        == 0
    )
    assert ("projects_must_be_known", "projects") in errors(
        "evaluation_selection", AMOUNTS, projects=["SW-9"]
    )
