"""Each path of the diagrams after the budget year."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from tests.processes.walking import POLICY, Walk


def filled(key: str, failed: Mapping[str, Any] | None = None, **data: Any) -> Walk:
    results = {"record_finance_review": failed or {"failed_rounds": 0, "unrectified": False}}
    walk = Walk("self_evaluation", data, slots={"finance_check": key}, results=results)
    walk.do("fill_self_evaluation", total_score=Decimal("91.5"))
    return walk.do("sign_self_evaluation", agreed=True)


def test_finance_scores_every_self_evaluation_and_its_score_counts() -> None:
    walk = filled("finance_scoring").do("score", conclusion="通过", score=Decimal("79.99"))

    assert walk.ended == ["end"]
    assert walk.argument("record_grade", "score") == Decimal("79.99")
    assert walk.argument("record_grade", "grade") == "乙"
    assert walk.argument("record_grade", "capped") is False


def test_a_refused_signature_and_a_return_lead_back_to_the_form() -> None:
    walk = Walk("self_evaluation").do("fill_self_evaluation", total_score=Decimal(90))

    walk.do("sign_self_evaluation", agreed=False)
    assert walk.waiting == ["fill_self_evaluation"]
    walk.do("fill_self_evaluation", total_score=Decimal(90)).do("sign_self_evaluation", agreed=True)
    walk.do("score", conclusion="退回", score=Decimal(10))
    assert walk.waiting == ["fill_self_evaluation"]
    walk.do("fill_self_evaluation", total_score=Decimal(88)).do("sign_self_evaluation", agreed=True)
    assert walk.do("score", conclusion="通过", score=Decimal(80)).ended == ["end"]


def test_failures_that_were_not_rectified_cap_the_grade() -> None:
    walk = filled("finance_scoring", {"failed_rounds": 2, "unrectified": True})

    walk.do("score", conclusion="通过", score=Decimal(95))
    assert walk.argument("record_grade", "grade") == "丙"
    assert walk.argument("record_grade", "capped") is True


def test_only_the_sample_is_checked_where_the_policy_says_so() -> None:
    drawn, other = filled("spot_check", sampled=True), filled("spot_check", sampled=False)

    assert drawn.waiting == ["check"]
    assert drawn.do("check", conclusion="通过", score=Decimal(50)).argument("record_grade", "grade") == "丙"
    assert other.argument("record_grade", "score") == Decimal("91.5")


@pytest.mark.parametrize(
    ("key", "task", "process"),
    [
        ("dept_selection", "select_projects", "dept_evaluation"),
        ("key_selection", "select_key_projects", "key_evaluation"),
    ],
)
def test_a_selection_opens_an_evaluation_of_each_project(key: str, task: str, process: str) -> None:
    walk = Walk(key).do(task, projects=["P-1", "P-2"])

    assert walk.argument("open_evaluations", "projects") == ["P-1", "P-2"]
    assert walk.argument("open_evaluations", "process") == process
    assert walk.ended == ["end"]


def test_a_department_evaluation_is_returned_once_and_graded() -> None:
    walk = Walk("dept_evaluation").do("evaluate", score=Decimal(70))

    walk.do("review_evaluation", conclusion="退回", score=Decimal(0))
    assert walk.waiting == ["evaluate"]
    walk.do("evaluate", score=Decimal(82)).do("review_evaluation", conclusion="通过", score=Decimal(81))
    assert walk.argument("record_grade", "grade") == "甲"
    assert walk.ended == ["end"]


def evaluated(**given: Any) -> Walk:
    walk = Walk("key_evaluation", **given).do("plan").do("procure")
    return walk.do("evaluate", score=Decimal(85)).do("exchange", agreed=True)


def test_a_panel_of_every_kind_judges_a_key_evaluation() -> None:
    walk = evaluated(results={"judge_panel": {"passed": True}})

    assert walk.waiting == ["give_opinion"] * 3
    kinds = [task.data["member_kind"] for task in walk.run.user_tasks]
    assert sorted(kinds) == sorted(POLICY["expert_panel"]["composition"])
    for _ in kinds:
        walk.do("give_opinion", verdict="通过")
    walk.do("finalise", score=Decimal("59.995"))
    assert walk.argument("record_grade", "grade") == "乙"
    assert walk.ended == ["end"]


def test_a_report_the_panel_refuses_is_written_again() -> None:
    walk = evaluated(results={"judge_panel": {"passed": False}})

    for _ in range(3):
        walk.do("give_opinion", verdict="不通过")
    assert walk.waiting == ["evaluate"]


def test_a_section_reviews_a_key_evaluation_where_there_is_no_panel() -> None:
    walk = evaluated(slots={"key_review": "section_review"})

    walk.do("review", conclusion="退回", score=Decimal(1))
    assert walk.waiting == ["evaluate"]
    walk.do("evaluate", score=Decimal(85)).do("exchange", agreed=False)
    assert walk.do("review", conclusion="通过", score=Decimal(85)).waiting == ["finalise"]


def test_a_whole_department_is_signed_returned_scored_and_graded() -> None:
    walk = Walk("whole_self_evaluation").do("fill", score=Decimal(99)).do("sign", agreed=False)

    walk.do("fill", score=Decimal(99)).do("sign", agreed=True).do(
        "review", conclusion="退回", score=Decimal(0)
    )
    walk.do("fill", score=Decimal(98)).do("sign", agreed=True).do(
        "review", conclusion="通过", score=Decimal(90)
    )
    assert walk.argument("record_grade", "score") == Decimal(90)
    assert walk.ended == ["end"]


def application(score: str, grade: str) -> Walk:
    result = {"score": Decimal(score), "grade": grade, "amount": Decimal(1000)}
    return Walk("result_application", results={"prepare_result_action": result})


def test_a_good_result_is_only_filed() -> None:
    assert application("92", "甲").ended == ["end_none"]


def test_a_score_below_the_limit_is_confirmed_by_the_budget_section() -> None:
    walk = application("72", "乙")

    assert walk.run.data["deduct_share"] == Decimal("0.1")
    assert walk.do("confirm", deduct_share=Decimal("0.1")).ended == ["end_confirmed"]


def test_the_lowest_grade_is_rectified_as_well() -> None:
    walk = application("40", "丙").do("confirm", deduct_share=Decimal("0.5"))

    assert walk.waiting == ["issue"]
    walk.do("issue", severity="严重").do("reply").do("verify", conclusion="已整改")
    assert walk.ended == ["end"]
