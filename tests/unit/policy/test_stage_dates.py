"""The calendar of a budget year, for the factory packs and for changed values."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine.calendar.documents import national
from engine.parameters import parameters
from ledger.policy.pack import available, load

NATIONAL = load("cn-default")
STAGES = {
    "pre_evaluation", "target", "approval", "target_disclosure", "whole_target", "monitoring", "whole_monitoring",
    "self_evaluation", "whole_self_evaluation", "dept_evaluation", "key_evaluation", "result_application",
    "result_disclosure", "track_target", "track_monitoring", "track_self_evaluation", "year",
}  # fmt: skip


def day(month: int, of_month: int, offset: int = 0) -> dict[str, int]:
    """Return a date rule."""
    return {"year_offset": offset, "month": month, "day": of_month}


@pytest.mark.parametrize("policy_id", available())
@pytest.mark.parametrize("year", range(2018, 2028))
def test_every_stage_of_every_pack_and_year_opens_before_it_is_due_and_closes(
    policy_id: str, year: int
) -> None:
    dates = load(policy_id).resolve(year).dates

    assert set(dates) == STAGES
    for stage, part in dates.items():
        for period in part if isinstance(part, list) else [part]:
            texts = [period[name] for name in ("opens", "due", "closes") if name in period]
            assert texts == sorted(texts), stage
            assert dates["year"]["opens"] <= period["opens"]
            assert period["closes"] <= dates["year"]["closes"]
            assert national().is_workday(date.fromisoformat(period.get("due", "2022-01-04")))


def test_the_locality_with_a_dated_calendar_has_the_days_its_rules_state() -> None:
    dates = parameters(load("shawan").resolve(2021).parameters()).dates

    assert [(r["round"], r["checkpoint"], r["opens"], r["due"]) for r in dates["monitoring"]] == [
        (1, date(2021, 5, 31), date(2021, 6, 1), date(2021, 6, 10)),
        (2, date(2021, 8, 31), date(2021, 9, 1), date(2021, 9, 10)),
    ]
    assert [r["due"] for r in dates["whole_monitoring"]] == [date(2021, 6, 10)]
    assert dates["self_evaluation"]["due"] == date(2022, 2, 15)
    assert dates["self_evaluation"]["finance_review"] == date(2022, 4, 15)
    assert dates["dept_evaluation"]["due"] == date(2022, 3, 15)
    assert dates["whole_self_evaluation"]["due"] == date(2022, 3, 15)
    assert dates["key_evaluation"]["due"] == date(2022, 6, 15)
    assert dates["whole_target"]["due"] == date(2021, 3, 1)  # 28 February 2021 is a Sunday
    assert dates["pre_evaluation"]["due"] == date(2020, 11, 2)  # 31 October 2020 is a Saturday


def test_a_monitoring_round_closes_twenty_working_days_after_it_is_due() -> None:
    first = load("shawan").resolve(2021).dates["monitoring"][0]

    assert national().workdays_between(date(2021, 6, 10), date.fromisoformat(first["closes"])) == 20


def test_the_national_pack_has_one_round_with_a_fixed_submit_day() -> None:
    rounds = NATIONAL.resolve(2022).dates["monitoring"]

    assert [(r["checkpoint"], r["due"]) for r in rounds] == [("2022-07-31", "2022-08-31")]


@pytest.mark.parametrize(
    ("key", "stage", "name"),
    [
        ("self_eval.deadline", "self_evaluation", "due"),
        ("finance_review.deadline", "self_evaluation", "finance_review"),
        ("dept_eval.deadline", "dept_evaluation", "due"),
        ("key_eval.deadline", "key_evaluation", "due"),
        ("whole_dept.self_eval_deadline", "whole_self_evaluation", "due"),
        ("stages.target.due", "target", "due"),
        ("stages.target.review", "target", "review"),
        ("stages.result_application.due", "result_application", "due"),
    ],
)
@pytest.mark.parametrize("policy_id", ["cn-default", "shawan"])
def test_a_deadline_that_is_set_moves_the_stage(policy_id: str, key: str, stage: str, name: str) -> None:
    dates = load(policy_id).resolve(2021, {key: day(5, 21, 1)}).dates

    assert dates[stage][name] == "2022-05-23"  # 21 May 2022 is a Saturday
    assert dates[stage]["closes"] >= "2022-05-23"


def test_a_deadline_before_the_opening_day_moves_the_opening_day() -> None:
    dates = NATIONAL.resolve(2021, {"self_eval.deadline": day(12, 20)}).dates["self_evaluation"]

    assert (dates["opens"], dates["due"]) == ("2021-11-20", "2021-12-20")


def test_a_deadline_that_no_rule_states_is_our_default() -> None:
    stated = NATIONAL.resolve(2021, {"self_eval.deadline": None, "stages.self_evaluation.due": day(3, 1, 1)})

    assert stated.dates["self_evaluation"]["due"] == "2022-03-01"


@pytest.mark.parametrize("count", [0, 1, 2, 4])
def test_there_are_as_many_rounds_as_checkpoints(count: int) -> None:
    checkpoints = [day(3 * number, 28) for number in range(count, 0, -1)]
    submit = {"rule": "workdays_after", "days": 12}

    dates = NATIONAL.resolve(2022, {"monitoring.checkpoints": checkpoints, "monitoring.submit": submit}).dates

    rounds = dates["monitoring"]
    assert [r["round"] for r in rounds] == list(range(1, count + 1))
    assert [r["checkpoint"] for r in rounds] == sorted(r["checkpoint"] for r in rounds)
    for r in rounds:
        due = national().workdays_after(date.fromisoformat(r["checkpoint"]), 12)
        assert r["due"] == due.isoformat()


SUBMIT: list[tuple[dict[str, Any], list[str]]] = [
    ({"rule": "day_of_next_month", "day": 10}, ["2022-07-11", "2022-11-10"]),
    ({"rule": "workdays_after", "days": 12}, ["2022-07-18", "2022-11-16"]),
    ({"rule": "fixed", "date": day(8, 31)}, ["2022-08-31", "2022-11-30"]),
]


@pytest.mark.parametrize(("rule", "due"), SUBMIT)
def test_the_submit_rule_gives_the_due_day_of_each_round(rule: dict[str, Any], due: list[str]) -> None:
    checkpoints = [day(6, 30), day(10, 31)]

    dates = NATIONAL.resolve(2022, {"monitoring.checkpoints": checkpoints, "monitoring.submit": rule}).dates

    assert [r["due"] for r in dates["monitoring"]] == due


def test_the_whole_department_has_its_own_checkpoints_and_target_month() -> None:
    changed = {
        "whole_dept.monitor_checkpoints": [day(6, 30)],
        "whole_dept.target_due": {"month_of_budget_year": 4},
        "monitoring.submit": {"rule": "day_of_next_month", "day": 5},
    }

    dates = NATIONAL.resolve(2022, changed).dates

    assert [r["due"] for r in dates["whole_monitoring"]] == ["2022-07-05"]
    assert (dates["whole_target"]["opens"], dates["whole_target"]["due"]) == ("2022-04-01", "2022-05-05")


def test_deadlines_may_stay_on_a_day_off_or_move_back() -> None:
    stays = NATIONAL.resolve(2021, {"calendar.non_working_day_roll": "none"})
    back = NATIONAL.resolve(2021, {"calendar.non_working_day_roll": "previous_workday"})

    assert stays.dates["whole_target"]["due"] == "2021-02-28"
    assert back.dates["whole_target"]["due"] == "2021-02-26"


def test_a_stage_that_is_always_open_closes_with_the_budget_year() -> None:
    dates = NATIONAL.resolve(2022, {"pre_eval.window": "ALWAYS_OPEN"}).dates

    assert dates["pre_evaluation"]["closes"] == "2022-12-31"


def test_a_made_up_locality_with_june_and_october_checkpoints_has_its_own_year() -> None:
    resolved = load("riverside", Path(__file__).parent / "packs").resolve(2021)

    assert [r["due"] for r in resolved.dates["monitoring"]] == ["2021-07-12", "2021-11-10"]
    assert resolved.dates["self_evaluation"]["due"] == "2022-03-10"
    assert resolved.derived["weights.effective"]["成本指标"] == 20
    assert resolved.derived["grading.lowest"] == "丁"
    assert resolved.ladders["standard"]["recipients"]["-2"] == ["assignee", "unit_head"]
    assert resolved.slots["finance_check"] == "spot_check"
