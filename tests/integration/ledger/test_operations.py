"""What operations write: the filing a task completes becomes a row, once, and a resubmission replaces it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from engine.errors import InvalidInput, WrongState
from engine.uow import UnitOfWork
from ledger.model.filings_evaluation import Evaluation, PanelOpinion
from ledger.model.filings_monitoring import MonitoringReport
from ledger.model.filings_self_evaluation import SelfEvaluation, SelfEvaluationLine
from ledger.model.filings_target import BudgetApproval, TargetFiling, TargetIndicator
from ledger.model.filings_whole import TrackFiling, WholeDepartment
from tests.integration.ledger.county import Clerk, County, indicator, line

BASELINE = [indicator("60"), indicator("30", op="定性", value="有效提升", quantified=False)]


@pytest.fixture
def clerk(uow: UnitOfWork) -> Clerk:
    """A clerk of a county with one department and two projects."""
    county = County(uow.session)
    county.add_organisations([("001", "教育局", "department")])
    county.add_projects(
        {"code": code, "dept": "001", "budget_amount": Decimal(1_000_000)} for code in ("P1", "P2")
    )
    return Clerk(uow, county)


def _only(clerk: Clerk, table: Any) -> Any:
    return clerk.uow.session.scalars(select(table)).one()


def _self_evaluation(*points: str, target: Any = Decimal(100), **more: Any) -> dict[str, Any]:
    lines = [line(1, "60", points[0], target=target), line(2, "30", points[1], op="定性", target="有效提升")]
    return {"budget_amount": Decimal(1_000_000), "executed_amount": Decimal(980_000), "lines": lines, **more}


def test_a_target_is_written_with_its_indicators(clerk: Clerk) -> None:
    given = {"amount": Decimal(1_000_000), "annual_goal": "办好学校", "indicators": BASELINE}

    result = clerk.do("record_target", "target", "P1", given)

    filing = _only(clerk, TargetFiling)
    assert result["submitted"] == 1
    assert (filing.status, filing.indicator_count, filing.quantified_count) == ("filed", 2, 1)
    assert [row.target_value for row in clerk.uow.session.scalars(select(TargetIndicator))] == [
        "100",
        "有效提升",
    ]


def test_a_resubmitted_target_replaces_the_first_and_its_lines(clerk: Clerk) -> None:
    given = {"amount": Decimal(1_000_000), "annual_goal": "办好学校", "indicators": BASELINE}
    ratings = {
        "completeness": "优",
        "relevance": "中",
        "adequacy": "良",
        "feasibility": "优",
        "opinion": "补充",
    }
    clerk.do("record_target", "target", "P1", given)
    clerk.do("record_target_review", "target", "P1", ratings)
    review = clerk.do("conclude_target", "target", "P1", arguments={"conclusion": "return"})

    again = clerk.do("record_target", "target", "P1", {**given, "indicators": [indicator("90")]})

    filing = _only(clerk, TargetFiling)
    assert review["returned"]
    assert again["submitted"] == 2
    assert (filing.status, filing.returned_count, filing.completeness) == ("filed", 1, None)
    assert len(clerk.uow.session.scalars(select(TargetIndicator)).all()) == 1


def test_the_decision_of_the_diagram_gives_the_status(clerk: Clerk) -> None:
    clerk.do("record_target", "target", "P1", {"amount": 1, "indicators": BASELINE})

    clerk.do("conclude_target", "target", "P1", arguments={"conclusion": "stop"})

    assert _only(clerk, TargetFiling).status == "stopped"


def test_a_locked_baseline_cannot_be_filed_again(clerk: Clerk) -> None:
    clerk.lock_target("P1", BASELINE, Decimal(1_000_000))

    with pytest.raises(WrongState) as refused:
        clerk.do("record_target", "target", "P1", {"amount": 1, "indicators": [indicator("90")]})

    assert refused.value.code == "target.locked"
    assert len(clerk.uow.session.scalars(select(TargetIndicator)).all()) == 2


def test_locking_twice_is_refused(clerk: Clerk) -> None:
    clerk.lock_target("P1", BASELINE, Decimal(1_000_000))

    with pytest.raises(WrongState):
        clerk.do("lock_baseline", "approval", "P1")


def test_a_blocked_budget_keeps_its_reason(clerk: Clerk) -> None:
    clerk.do("block_budget", "approval", "P2", arguments={"reason": "没有事前评估"})

    row = _only(clerk, BudgetApproval)
    assert (row.decision, row.block_reason) == ("blocked", "没有事前评估")


def test_what_the_government_decided_stands_beside_the_approved_amount(clerk: Clerk) -> None:
    clerk.do("record_budget_approval", "approval", "P2", {"approved_amount": Decimal(90)})
    decided = {"agreed": False, "minutes_no": "纪要 3 号", "opinion": "压减一成。"}
    clerk.do("record_government_consent", "approval", "P2", decided)

    row = _only(clerk, BudgetApproval)
    assert (row.decision, row.approved_amount) == ("approved", Decimal(90))
    assert (row.consented, row.consent_no, row.consent_opinion) == (False, "纪要 3 号", "压减一成。")
    assert row.consented_at is not None


def test_what_the_congress_decided_stands_with_the_budget_that_waited_for_it(clerk: Clerk) -> None:
    heard: dict[str, Any] = {"approved_on": "2021-01-20", "meeting": "七次会议", "document": None}
    clerk.do("record_budget_approval", "approval", "P1", {"approved_amount": Decimal(90)})
    clerk.do("record_budget_approval", "approval", "P2", {"approved_amount": Decimal(90)}, **heard)

    found = {row.congress_on: row for row in clerk.uow.session.scalars(select(BudgetApproval))}
    assert set(found) == {None, date(2021, 1, 20)}
    row = found[date(2021, 1, 20)]
    assert (row.congress_meeting, row.congress_document) == ("七次会议", None)


def test_a_self_evaluation_keeps_what_the_form_computed(clerk: Clerk) -> None:
    clerk.lock_target("P1", BASELINE, Decimal(1_000_000))

    result = clerk.do("record_self_evaluation", "self_evaluation", "P1", _self_evaluation("58.50", "27"))

    row = _only(clerk, SelfEvaluation)
    assert result["score"] == Decimal("95.30")
    assert (row.execution_score, row.points_total, row.weight_total) == (
        Decimal("9.80"),
        Decimal("85.50"),
        Decimal(90),
    )


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"target": Decimal(99)}, "self_evaluation.baseline_edited"),
        ({"short": True}, "self_evaluation.baseline_incomplete"),
    ],
)
def test_a_self_evaluation_must_keep_the_baseline(clerk: Clerk, change: dict[str, Any], code: str) -> None:
    clerk.lock_target("P1", BASELINE, Decimal(1_000_000))
    given = _self_evaluation("58.50", "27", target=change.get("target", Decimal("100.0")))
    if change.get("short"):
        given["lines"] = given["lines"][:1]

    with pytest.raises(InvalidInput) as refused:
        clerk.do("record_self_evaluation", "self_evaluation", "P1", given)

    assert refused.value.code == code


def test_the_bureau_scores_beside_the_unit_and_the_grade_is_written(clerk: Clerk) -> None:
    clerk.do("record_self_evaluation", "self_evaluation", "P1", _self_evaluation("58.50", "27"))
    review = {"conclusion": "通过", "score": Decimal("88.80"), "lines": [{"no": 1, "points": Decimal("52")}]}

    found = clerk.do("record_finance_review", "self_evaluation", "P1", review)
    clerk.do(
        "record_grade",
        "self_evaluation",
        "P1",
        arguments={"score": found["score"], "grade": "良", "capped": False},
    )

    row = _only(clerk, SelfEvaluation)
    lines = clerk.uow.session.scalars(select(SelfEvaluationLine).order_by(SelfEvaluationLine.line_no)).all()
    assert (row.finance_score, row.finance_line_total, row.grade) == (Decimal("88.80"), Decimal(52), "良")
    assert [each.finance_points for each in lines] == [Decimal(52), None]


def test_a_returned_self_evaluation_has_no_finance_score_until_it_comes_back(clerk: Clerk) -> None:
    clerk.do("record_self_evaluation", "self_evaluation", "P1", _self_evaluation("58.50", "27"))
    returned = {"conclusion": "退回", "score": Decimal(50), "opinion": "佐证不足"}
    clerk.do("record_finance_review", "self_evaluation", "P1", returned)

    clerk.do("record_self_evaluation", "self_evaluation", "P1", _self_evaluation("57", "27"))

    row = _only(clerk, SelfEvaluation)
    assert (row.returned_count, row.submitted_count, row.conclusion) == (1, 2, None)
    assert (row.points_total, row.finance_score) == (Decimal(84), None)


def test_a_review_without_a_filing_is_refused(clerk: Clerk) -> None:
    with pytest.raises(WrongState) as refused:
        clerk.do(
            "record_finance_review", "self_evaluation", "P1", {"conclusion": "通过", "score": Decimal(90)}
        )

    assert refused.value.code == "filing.missing"


def test_two_failed_rounds_that_are_not_rectified_are_counted(clerk: Clerk) -> None:
    filed = {
        "executed_amount": Decimal(0),
        "progress": Decimal("52.8"),
        "possibility": "有可能",
        "causes": ["其他"],
    }
    notice = {"problems": "未开工", "requirement": "限期开工", "severity": "一般"}
    for number in (1, 2):
        clerk.do("record_monitoring", "monitoring", "P1", filed, round=number)
        clerk.do(
            "record_monitoring_review",
            "monitoring",
            "P1",
            {"conclusion": "不合格", "opinion": "无进度"},
            round=number,
        )
    clerk.do("issue_rectification", "monitoring", "P1", notice, round=2)
    clerk.do("record_rectification_verification", "monitoring", "P1", {"conclusion": "部分整改"}, round=2)

    counted = clerk.do("count_failures", "self_evaluation", "P1")

    assert counted == {"failed_rounds": 2, "unrectified": True}
    reports = clerk.uow.session.scalars(select(MonitoringReport.progress_share)).all()
    assert set(reports) == {Decimal("0.528")}


def test_a_panel_judges_the_version_that_lies_before_it(clerk: Clerk) -> None:
    report = {
        "score": Decimal(90),
        "summary": "好",
        "budget_amount": Decimal(1),
        "completion_rate": Decimal("98.53"),
    }
    clerk.do("record_plan", "key_evaluation", "P1", {"method": "第三方", "plan": "方案"})
    clerk.do("record_evaluation", "key_evaluation", "P1", report)
    for kind in ("财政部门", "行业专家"):
        clerk.do(
            "record_panel_opinion",
            "key_evaluation",
            "P1",
            {"member_kind": kind, "recused": False, "verdict": "不通过"},
        )
    first = clerk.do("judge_panel", "key_evaluation", "P1")
    clerk.do("record_evaluation", "key_evaluation", "P1", report)
    for kind in ("财政部门", "行业专家"):
        clerk.do(
            "record_panel_opinion",
            "key_evaluation",
            "P1",
            {"member_kind": kind, "recused": False, "verdict": "通过"},
        )

    second = clerk.do("judge_panel", "key_evaluation", "P1")

    row = _only(clerk, Evaluation)
    assert (first["passed"], second["passed"]) == (False, True)
    assert (row.submitted_count, row.plan, row.completion_share) == (2, "方案", Decimal("0.9853"))
    assert len(clerk.uow.session.scalars(select(PanelOpinion)).all()) == 4


def test_the_key_evaluation_is_the_result_that_counts(clerk: Clerk) -> None:
    clerk.do("record_self_evaluation", "self_evaluation", "P1", _self_evaluation("58.50", "27"))
    clerk.do("record_grade", "self_evaluation", "P1", arguments={"score": Decimal("95.3")})
    for stage, score in (("dept_evaluation", 85), ("key_evaluation", 75)):
        clerk.do("record_evaluation", stage, "P1", {"score": Decimal(score), "summary": "结论"})
        clerk.do("record_grade", stage, "P1", arguments={"score": Decimal(score), "grade": None})

    result = clerk.do("prepare_result_action", "result_application", "P1")

    assert (result["source"], result["score"], result["grade"]) == ("key_evaluation", Decimal(75), "中")
    assert result["amount"] == Decimal(1_000_000)


def test_whole_departments_and_tracks_are_kept_by_kind(clerk: Clerk) -> None:
    clerk.do("record_whole_target", "whole_target", "001", {"amount": Decimal(5), "goal": "目标"})
    clerk.do("record_whole_review", "whole_target", "001", {"conclusion": "退回", "opinion": "补充"})
    clerk.do("record_track_target", "track_target", "P2", {"amount": Decimal(7)}, track="direct")
    clerk.do("record_upper_score", "track_target", "P2", arguments={"passed": True, "score": 92.5})

    whole, track = _only(clerk, WholeDepartment), _only(clerk, TrackFiling)
    assert (whole.kind, whole.returned_count, whole.project_id) == ("target", 1, None)
    assert (track.track, track.indicator_count, track.upper_passed, track.upper_score) == (
        "direct",
        None,
        True,
        Decimal("92.50"),
    )
