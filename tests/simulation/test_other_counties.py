"""The same code under a pack of a place that does not exist, and for a county in the middle of its year."""

import hashlib
from datetime import date, time
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.simulation import recompute
from tests.simulation.conftest import LivedYear, Years
from tests.simulation.orders import OVERRIDES, half_year, riverside_ledger
from tests.simulation.test_figures import differences

pytestmark = pytest.mark.slow
LOCAL = ZoneInfo("Asia/Shanghai")
BANDS = (("甲", 95), ("乙", 85), ("丙", 65), ("丁", 0))


def drawn() -> set[str]:
    """Draw the sample by hand: the tenth whose hashes with the seed rank lowest."""
    codes = [row["id"] for row in riverside_ledger()["projects"]]
    seed = "riverside/2021/self_evaluation"
    ranked = sorted(codes, key=lambda code: hashlib.sha256(f"{seed}\n{code}".encode()).hexdigest())
    return set(ranked[: ceil(len(codes) / 10)])


def opened_on(year: LivedYear, stage: str) -> dict[int, date]:
    """Return the local day on which each round of a stage was opened."""
    rows = year.ask(
        "select round, opened_at from campaign where stage = :stage and status <> 'waived'", stage=stage
    )
    return {row["round"]: row["opened_at"].astimezone(LOCAL).date() for row in rows}


def elements(year: LivedYear, stage: str) -> dict[str, int]:
    """Return how many tasks of each element of a stage were completed."""
    counted: dict[str, int] = year.report["run"]["tasks_completed"]["by_element"]
    return {name.split("/")[1]: number for name, number in counted.items() if name.startswith(f"{stage}/")}


def test_another_pack_has_its_own_checkpoints(riverside: LivedYear) -> None:
    rounds = riverside.report["calendar"]["monitoring"]

    assert [one["checkpoint"] for one in rounds] == ["2021-06-30", "2021-10-31"]
    assert [one["due"] for one in rounds] == ["2021-07-12", "2021-11-10"], "eight working days later"
    assert opened_on(riverside, "monitoring") == {1: date(2021, 7, 1), 2: date(2021, 11, 1)}


def test_another_pack_names_its_own_grades(riverside: LivedYear) -> None:
    labels = {key.split(".")[-1] for key in riverside.report["measures"] if ".grade." in key}
    projects, sample = riverside_ledger()["projects"], drawn()
    scores = [row["fin_score"] if row["id"] in sample else row["self_score"] for row in projects]

    assert labels == {"甲", "乙", "丙", "丁"}
    assert differences(riverside, recompute.grades("self_eval", scores, BANDS)) == {}
    whole = [row["whole"]["fin_score"] for row in riverside_ledger()["departments"]]
    assert differences(riverside, recompute.grades("whole_dept.self_eval", whole, BANDS)) == {}


def test_another_pack_calls_another_process_for_the_finance_check(
    base: LivedYear, riverside: LivedYear
) -> None:
    def checked_by(year: LivedYear) -> set[str]:
        rows = year.ask(
            "select distinct definition_key from user_task where stage = 'self_evaluation' and role = 'section'"
        )
        return {row["definition_key"] for row in rows}

    assert (checked_by(base), checked_by(riverside)) == ({"finance_scoring"}, {"spot_check"})
    assert "score" in elements(base, "self_evaluation")
    assert "score" not in elements(riverside, "self_evaluation")
    assert "give_opinion" not in elements(riverside, "key_evaluation"), "no panel in riverside"


def test_a_tenth_is_checked_and_anybody_can_draw_it_again(riverside: LivedYear, years: Years) -> None:
    def checked(year: LivedYear) -> set[str]:
        rows = year.ask(
            "select i.subject_code from user_task t join process_instance i on i.id = t.instance_id"
            " where t.definition_key = 'spot_check' and t.status = 'completed'"
        )
        return {row["subject_code"] for row in rows}

    assert checked(riverside) == checked(years("again")) == drawn()
    assert elements(riverside, "self_evaluation")["check"] == len(drawn())
    scored = {row[0] for row in finance_scores(riverside)}
    assert scored == drawn()


def finance_scores(year: LivedYear) -> list[tuple[Any, ...]]:
    """Return code and finance score of the self-evaluations that were checked."""
    columns, rows = year.rows["self_eval.fin_avg"]
    place = list(columns).index("finance_score")
    return [(row[0], row[place]) for row in rows if row[place] is not None]


def test_figures_that_no_band_and_no_sample_touches_are_those_of_the_ledger(riverside: LivedYear) -> None:
    ledger = riverside_ledger()
    sampled = ("fin_avg", "gap_avg", "grade")
    plain = {
        key: value
        for key, value in recompute.self_evaluations(ledger | {"excluded": []}).items()
        if not any(part in key for part in sampled)
        and key not in ("project.reported", "self_eval.excluded.count")
    }

    assert differences(riverside, recompute.targets(ledger) | plain) == {}


def test_cost_stands_at_the_first_level_where_the_pack_says_so(riverside: LivedYear) -> None:
    levels = {row["l1"] for project in riverside_ledger()["projects"] for row in project["indicators"]}

    assert "成本指标" in levels
    [filed] = riverside.ask("select count(*) as n from target_filing where locked_at is not null")
    assert filed["n"] == len(riverside_ledger()["projects"])


def test_another_pack_has_its_own_ladder(riverside: LivedYear) -> None:
    offsets = riverside.ask("select distinct offset_days as days from ladder_rung order by 1")

    assert [row["days"] for row in offsets] == [-7, -2, 2, 6]


def test_a_county_in_the_middle_of_its_year_gives_the_figures_of_its_ledger(monitored: LivedYear) -> None:
    ledger = half_year()

    expected = recompute.targets(ledger) | recompute.monitored(ledger) | recompute.tracks(ledger)

    assert differences(monitored, expected) == {}


def test_values_set_for_one_run_change_its_dates_and_its_ladder(monitored: LivedYear) -> None:
    [campaign] = monitored.ask("select due_at from campaign where stage = 'monitoring' and round = 1")
    moments = monitored.ask("select distinct at from event where type like '%.sent'")

    assert monitored.report["policy"]["overrides"] == OVERRIDES
    assert monitored.report["calendar"]["monitoring"][0]["due"] == "2022-06-15"
    assert campaign["due_at"].astimezone(LOCAL).date() == date(2022, 6, 15)
    assert {row["at"].astimezone(LOCAL).time() for row in moments} == {time(8, 30)}


def test_stages_after_the_last_outcome_are_not_opened(monitored: LivedYear) -> None:
    unopened = {"self_evaluation", "whole_self_evaluation", "dept_evaluation", "key_evaluation"}
    unopened |= {"result_application", "result_disclosure", "track_self_evaluation"}

    assert unopened.isdisjoint(monitored.report["stages"]["opened"])
    stages = {row["stage"] for row in monitored.ask("select distinct stage from campaign")}
    assert unopened.isdisjoint(stages)
    assert not [key for key in monitored.report["measures"] if "self_eval" in key or "dept_eval" in key]


def test_the_second_round_is_waived_with_a_reason(monitored: LivedYear) -> None:
    [waived] = monitored.report["waived"]

    assert (waived["stage"], waived["round"]) == ("monitoring", 2)
    assert "监控" in waived["reason"]
    assert waived["approver"]
    assert monitored.report["run"]["waived"] == 1
    [campaign] = monitored.ask(
        "select status, opened_at from campaign where stage = 'monitoring' and round = 2"
    )
    assert (campaign["status"], campaign["opened_at"]) == ("waived", None)
    assert opened_on(monitored, "monitoring") == {1: date(2022, 6, 1)}


def test_a_project_without_a_monitoring_row_is_missing_not_failed(monitored: LivedYear) -> None:
    silent = {row["id"] for row in half_year()["projects"] if not row["monitored"]}

    missing = monitored.report["missing"]

    assert {one["subject"] for one in missing} == silent
    assert {(one["stage"], one["round"]) for one in missing} == {("monitoring", 1)}
    assert monitored.report["run"]["missing"] == len(silent)
    assert monitored.printed("monitoring.failed") == "0"


def test_the_tasks_of_the_missing_ended_when_the_stage_closed(monitored: LivedYear) -> None:
    rows = monitored.ask(
        "select t.status, t.ended_at, c.closes_at, i.status as instance from user_task t"
        " join process_instance i on i.id = t.instance_id join campaign c on c.id = t.campaign_id"
        " join campaign_subject m on m.instance_id = i.id where m.status = 'missing'"
    )

    assert rows
    assert {(row["status"], row["instance"]) for row in rows} == {("cancelled", "cancelled")}
    assert all(row["ended_at"] == row["closes_at"] for row in rows)
