"""Each path of the diagrams before and during the budget year."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.processes.walking import POLICY, Walk

GOOD = {"completeness": "优", "relevance": "优", "adequacy": "优", "feasibility": "优"}
DUE = {"due_on": date(2031, 6, 10)}


def report(**changes: Any) -> dict[str, Any]:
    return {"total_investment_amount": 1000000, "specialised": False, **changes}


def test_a_small_application_goes_straight_to_the_bureau_and_is_supported() -> None:
    walk = Walk("pre_evaluation").do("file_report", **report())

    assert walk.waiting == ["review"]
    assert walk.do("review", conclusion="支持").ended == ["end_supported"]


def test_a_large_application_is_reassessed_returned_and_rejected() -> None:
    walk = Walk("pre_evaluation").do("file_report", **report(total_investment_amount=3000000))

    assert walk.waiting == ["reassess"]
    walk.do("reassess").do("review", conclusion="完善")
    assert walk.waiting == ["file_report"]
    walk.do("file_report", **report()).do("review", conclusion="退回").do("file_report", **report())
    assert walk.do("review", conclusion="不支持").ended == ["end_rejected"]


def test_a_transfer_only_registers_its_target() -> None:
    walk = Walk("target", {"central_transfer": True})

    assert walk.waiting == ["register_transfer"]
    assert walk.do("register_transfer").ended == ["end_registered"]


@pytest.mark.parametrize("first", ["良", "中"])
def test_a_target_comes_back_until_it_is_good(first: str) -> None:
    walk = Walk("target", {"central_transfer": False}).do("file_target")

    walk.do("review_target", **{**GOOD, "adequacy": first})
    assert walk.waiting == ["file_target"]
    walk.do("file_target").do("review_target", **GOOD)
    assert walk.ended == ["end_approved"]
    assert walk.argument("conclude_target", "conclusion") == "enter"


def test_a_bad_target_is_stopped() -> None:
    walk = Walk("target").do("file_target").do("review_target", **{**GOOD, "feasibility": "差"})

    assert walk.ended == ["end_stopped"]


def test_approval_locks_the_baseline() -> None:
    walk = Walk("approval", {"target_approved": True}).do("approve_budget")

    assert walk.called == ["lock_baseline"]
    assert walk.ended == ["end"]


def test_where_the_government_has_to_agree_the_baseline_waits_for_it() -> None:
    asked = {**POLICY, "approval": {"government_consent": True}}
    walk = Walk("approval", {"target_approved": True}, policy=asked).do("approve_budget")

    assert walk.called == []
    assert walk.do("consent", agreed=False).waiting == ["approve_budget"]
    walk.do("approve_budget").do("consent", agreed=True)
    assert walk.called == ["lock_baseline"]
    assert walk.ended == ["end"]


WAITING = {**POLICY, "approval": {"await_congress": True}}


def test_where_the_congress_has_to_approve_the_budget_office_registers_it_first() -> None:
    walk = Walk("approval", {"target_approved": True}, policy=WAITING)

    assert walk.waiting == ["congress"]
    walk.do("congress", approved_on="2021-01-18", meeting="七次会议").do("approve_budget")
    assert (walk.called, walk.ended) == (["lock_baseline"], ["end"])


def test_a_message_of_another_system_stands_for_what_the_budget_office_would_register() -> None:
    walk = Walk("approval", {"target_approved": True, "subject_code": "P1"}, policy=WAITING)

    assert not walk.hear("budget_approved", "P2", approved_on="2021-01-18")
    assert walk.hear("budget_approved", "P1", approved_on="2021-01-18", meeting="七次会议", document=None)
    assert walk.waiting == ["approve_budget"]


def test_a_project_without_an_approved_target_is_blocked_with_the_reason() -> None:
    walk = Walk("approval", {"target_approved": False})

    assert walk.argument("block_budget", "reason") == "没有审核通过的绩效目标"
    assert walk.ended == ["end_blocked"]


def test_monitoring_passes_after_a_refused_signature() -> None:
    walk = Walk("monitoring", DUE)

    assert walk.due("fill_monitoring") == date(2031, 6, 10)
    walk.do("fill_monitoring").do("sign_monitoring", agreed=False)
    assert walk.waiting == ["fill_monitoring"]
    walk.do("fill_monitoring").do("sign_monitoring", agreed=True)
    assert walk.due("review_monitoring") == date(2031, 6, 24)
    assert walk.do("review_monitoring", conclusion="合格").ended == ["end"]


def failed_monitoring() -> Walk:
    walk = Walk("monitoring", DUE).do("fill_monitoring").do("sign_monitoring", agreed=True)
    return walk.do("review_monitoring", conclusion="不合格").do("issue", severity="一般")


def test_failed_monitoring_is_rectified_at_the_second_attempt() -> None:
    walk = failed_monitoring()

    assert walk.due("reply") == date(2031, 3, 17)
    walk.do("reply").do("verify", conclusion="部分整改")
    assert walk.waiting == ["reply"]
    walk.do("reply").do("verify", conclusion="已整改")
    assert walk.ended == ["end_rectified"]
    assert walk.run.data["unrectified"] is False


def test_a_problem_not_rectified_twice_stays_on_record() -> None:
    walk = failed_monitoring().do("reply").do("verify", conclusion="未整改")

    walk.do("reply").do("verify", conclusion="部分整改")
    assert walk.ended == ["end_rectified"]
    assert walk.run.data["unrectified"] is True


@pytest.mark.parametrize(
    ("key", "file", "review"),
    [
        ("whole_target", "file", "review"),
        ("whole_monitoring", "file", "review"),
        ("disclosure", "prepare", "check"),
    ],
)
def test_what_is_filed_and_reviewed_can_be_returned(key: str, file: str, review: str) -> None:
    walk = Walk(key, DUE).do(file).do(review, conclusion="退回")

    assert walk.waiting == [file]
    assert walk.do(file).do(review, conclusion="通过").ended == ["end"]


@pytest.mark.parametrize(
    ("track", "reviewer"),
    [("ssf", "review_social_insurance"), ("ppp", "review_economic_construction"), ("bond", "review_section")],
)
@pytest.mark.parametrize("key", ["track_target", "track_monitoring", "track_self_evaluation"])
def test_the_section_in_charge_reviews_a_track(key: str, track: str, reviewer: str) -> None:
    walk = Walk(key, {"track": track}).do("file")

    assert walk.waiting == [reviewer]
    walk.do(reviewer, conclusion="退回").do("file")
    assert walk.do(reviewer, conclusion="通过").ended == ["end"]


CLOSES = {"track_target": {"closes": date(2031, 4, 1)}}


def test_direct_funds_wait_for_the_upper_level() -> None:
    walk = Walk("track_target", {"track": "direct"}, dates=CLOSES).do("file")

    walk.do("review_section", conclusion="通过")
    assert not walk.hear("upper_score", "P-2", passed=False)
    assert walk.hear("upper_score", "P-1", passed=True, score=93)
    assert walk.argument("record_upper_score", "passed") is True
    assert walk.ended == ["end_scored"]


def test_the_upper_level_may_score_direct_funds_here() -> None:
    walk = Walk("track_target", {"track": "direct"}, dates=CLOSES).do("file")

    walk.do("review_section", conclusion="通过").do("score", passed=False, score=58)
    assert walk.argument("record_upper_score", "passed") is False
    assert walk.argument("record_upper_score", "score") == 58
    assert walk.ended == ["end_scored"]


def test_direct_funds_without_a_score_end_when_the_stage_closes() -> None:
    walk = Walk("track_target", {"track": "direct"}, dates=CLOSES).do("file")

    walk.do("review_section", conclusion="通过").until(datetime(2031, 4, 1, 15, 59, tzinfo=UTC))
    assert walk.ended == []
    assert walk.until(datetime(2031, 4, 1, 16, 0, tzinfo=UTC)).ended == ["end_unscored"]


DUE_AT = datetime(2031, 6, 10, 15, 59, 59, tzinfo=UTC)
STAGE = {"campaign_id": 7, "stage": "monitoring", "round": 1, "population": "monitoring", "due_at": DUE_AT}
STAGE |= {"closes_at": DUE_AT + timedelta(days=30), "waived": False}


def test_a_stage_opens_counts_who_is_missing_and_closes() -> None:
    walk = Walk("stage", STAGE)

    assert walk.called == ["open_population"]
    assert walk.until(DUE_AT).called == ["open_population", "record_missing"]
    assert walk.until(DUE_AT + timedelta(days=30)).called[-1] == "close_stage"
    assert walk.ended == ["end"]


def test_an_open_stage_can_be_waived() -> None:
    walk = Walk("stage", STAGE)

    assert not walk.hear("stage.waived", "8")
    assert walk.hear("stage.waived", "7")
    assert walk.called == ["open_population", "waive_stage"]
    assert walk.ended == ["end_waived"]


def test_a_stage_waived_beforehand_opens_nothing() -> None:
    walk = Walk("stage", {**STAGE, "waived": True})

    assert walk.called == ["waive_stage"]
    assert walk.ended == ["end_waived"]


STAGES = [
    *("pre_evaluation", "target", "approval", "target_disclosure", "whole_target", "track_target"),
    *("track_monitoring", "self_evaluation", "whole_self_evaluation", "track_self_evaluation"),
    *("dept_evaluation", "key_evaluation", "result_application", "result_disclosure"),
]


@pytest.mark.parametrize("rounds", [0, 2])
def test_the_year_opens_every_stage_on_its_day_and_each_round_of_monitoring(rounds: int) -> None:
    days: dict[str, Any] = {stage: {"opens": date(2031, 1, 1 + n)} for n, stage in enumerate(STAGES)}
    days["monitoring"] = [{"round": n, "opens": date(2031, 6 + n, 1)} for n in range(1, rounds + 1)]
    days["whole_monitoring"] = days["monitoring"][:1]
    walk = Walk("annual", dates=days, now=datetime(2030, 12, 31, tzinfo=UTC))

    opened = []
    for _ in range(40):
        if not walk.run.timers:
            break
        walk.until(min(timer.due_at for timer in walk.run.timers))
    opened = [(found["stage"], found["round"]) for _, found in walk.hands.called]
    rounds_opened = [("monitoring", n) for n in range(1, rounds + 1)]
    assert [one for one in opened if "monitoring" not in one[0] or one[0].startswith("track")] == [
        (stage, 1) for stage in STAGES
    ]
    assert [one for one in opened if one[0] == "monitoring"] == rounds_opened
    assert [one for one in opened if one[0] == "whole_monitoring"] == [("whole_monitoring", 1)][:rounds]
    assert walk.ended[-1] == "end"
    assert walk.run.is_finished
