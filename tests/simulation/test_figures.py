"""The annual report of a generated county: every figure follows from its ledger, the same in every run."""

import csv
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from ledger.reports.writing import write_rows
from tests.simulation import recompute
from tests.simulation.conftest import LivedYear, Years
from tests.simulation.orders import ROWS, evaluated
from tests.simulation.recompute import Figures

pytestmark = pytest.mark.slow


def differences(year: LivedYear, expected: Figures) -> dict[str, tuple[str, str]]:
    """Return (expected, found) of the figures that differ, printed or exact."""
    measures = year.report["measures"]
    wrong = {}
    for key, (value, decimals) in expected.items():
        text = recompute.printed(value, decimals)
        found = measures[key]
        exact = None if found["value"] is None else Fraction(str(found["value"]))
        near = (
            exact is None if value is None else exact is not None and abs(exact - value) < Fraction(1, 10**20)
        )
        if found["printed"] != text or not near:
            wrong[key] = (text, found["printed"])
    return wrong


@pytest.mark.parametrize(
    "part",
    [
        recompute.targets,
        recompute.self_evaluations,
        recompute.whole_departments,
        recompute.evaluations,
        recompute.tracks,
        recompute.bonds_evaluated,
    ],
    ids=lambda part: part.__name__,
)
def test_figures_are_those_of_the_ledger(base: LivedYear, part: "type[Figures]") -> None:
    assert differences(base, part(evaluated())) == {}


def test_two_runs_of_the_same_year_give_the_same_report(riverside: LivedYear, years: Years) -> None:
    again = years("again")

    assert again.report == riverside.report
    assert again.rows == riverside.rows


def test_a_stage_without_outcomes_in_the_ledger_runs_and_gives_no_measure(base: LivedYear) -> None:
    done = base.report["run"]["tasks_completed"]["by_element"]

    assert done["monitoring/fill_monitoring"] == 2 * len(evaluated()["projects"])
    assert "monitoring" in base.report["stages"]["opened"]
    assert not [key for key in base.report["measures"] if key.startswith("monitoring.")]


def test_the_run_counts_what_the_database_holds(base: LivedYear) -> None:
    run = base.report["run"]

    [held] = base.ask(
        "select (select count(*) from process_instance) as instances,"
        " (select count(*) from user_task where status = 'completed') as tasks,"
        " (select count(*) from timer where status = 'fired') as timers,"
        " (select count(*) from user_task where late) as late,"
        " (select count(*) from ladder_rung where kind = 'reminder' and status = 'sent') as reminders,"
        " (select count(*) from ladder_rung where kind = 'escalation' and status = 'sent') as escalations"
    )
    assert held["instances"] == run["instances"]
    assert held["tasks"] == run["tasks_completed"]["total"]
    assert held["timers"] == run["timers_fired"]
    assert (held["reminders"], held["escalations"]) == (run["reminders_sent"], run["escalations_sent"])
    assert held["late"] == run["late"] == 0
    assert sum(run["tasks_completed"]["by_element"].values()) == run["tasks_completed"]["total"]


def test_nothing_is_left_undone_at_the_end_of_the_year(base: LivedYear) -> None:
    assert base.ask("select status, count(*) as n from process_instance group by status") == [
        {"status": "completed", "n": base.report["run"]["instances"]}
    ]
    for left in (
        "select id from user_task where status = 'open'",
        "select id from timer where status = 'planned'",
        "select id from ladder_rung where status = 'planned'",
        "select id from message_subscription",
        "select id from signal_subscription",
        "select id from incident",
        "select id from queue.procrastinate_jobs",
        "select id from campaign where status not in ('closed', 'waived') and stage <> 'year'",
    ):
        assert base.ask(left) == [], left


def test_excluded_projects_are_listed_with_the_rule(base: LivedYear) -> None:
    [excluded] = base.report["excluded"]

    assert (excluded["stage"], excluded["count"]) == ("self_evaluation", len(evaluated()["excluded"]))
    assert excluded["rule_id"] == "SW-R06"
    assert "73" in excluded["reason"]


def test_too_few_key_evaluations_are_a_finding_and_stop_nothing(base: LivedYear) -> None:
    found = {one["rule_id"]: one for one in base.report["findings"]}

    assert (found["SW-R49"]["expected"], found["SW-R49"]["found"]) == ("≥10个", "3个")


@pytest.mark.parametrize("key", ROWS)
def test_the_rows_of_a_measure_are_as_many_as_it_says(base: LivedYear, key: str) -> None:
    columns, rows = base.rows[key]

    assert len(rows) == base.report["measures"][key]["rows"]
    assert list(columns)[:4] == ["code", "name", "department_code", "department"]


def test_the_rows_of_a_measure_are_those_of_the_ledger(base: LivedYear) -> None:
    projects = evaluated()["projects"]
    selected = {row["id"] for row in projects if row["sel"]}
    best = {row["id"] for row in projects if row["fin_score"] >= 9_000}

    assert {row[0] for row in base.rows["self_eval.count"][1]} == {row["id"] for row in projects}
    assert {row[0] for row in base.rows["dept_eval.count"][1]} == selected
    assert {row[0] for row in base.rows["self_eval.grade.优"][1]} == best


def test_rows_come_out_as_a_table_file(base: LivedYear, tmp_path: Path) -> None:
    columns, rows = base.rows["self_eval.count"]

    path = write_rows(tmp_path / "rows.csv", columns, rows)

    with path.open(encoding="utf-8-sig", newline="") as file:
        written = list(csv.reader(file))
    assert written[0] == list(columns)
    assert len(written) - 1 == base.report["measures"]["self_eval.count"]["rows"]


def test_deadlines_of_the_report_are_working_days_of_the_policy(base: LivedYear) -> None:
    calendar = base.report["calendar"]

    assert [one["due"] for one in calendar["monitoring"]] == ["2021-06-10", "2021-09-10"]
    assert calendar["self_evaluation"]["due"] == "2022-02-15"
    assert calendar["dept_evaluation"]["due"] == calendar["whole_self_evaluation"]["due"] == "2022-03-15"
    assert calendar["self_evaluation"]["finance_review"] == "2022-04-15"
    assert calendar["key_evaluation"]["due"] == "2022-06-15"
    assert all(date.fromisoformat(one["due"]).weekday() < 5 for one in calendar["monitoring"])
