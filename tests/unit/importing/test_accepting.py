"""A ledger that is in order comes out typed, immutable and as silent as it was."""

from dataclasses import FrozenInstanceError
from decimal import Decimal

import pytest

from ledger.importing.coverage import Outcome, coverage, has
from ledger.importing.ledger_file import Project
from ledger.importing.reading import accept
from tests.unit.importing.ledgers import evaluated, indicator, monitored


def test_an_evaluated_ledger_states_evaluations_and_nothing_of_monitoring() -> None:
    stated = coverage(accept(evaluated()))

    assert stated == {
        Outcome.TARGET,
        Outcome.EXCLUDED,
        Outcome.SELF_EVALUATION,
        Outcome.FINANCE_REVIEW,
        Outcome.DEPT_EVALUATION,
        Outcome.KEY_EVALUATION,
        Outcome.WHOLE_SELF_EVALUATION,
    }


def test_a_monitored_ledger_states_plans_and_tracks_and_nothing_of_evaluation() -> None:
    stated = coverage(accept(monitored()))

    assert {
        Outcome.MONITORING,
        Outcome.WHOLE_TARGET,
        Outcome.UPPER_SCORE,
        Outcome.PRE_EVAL,
        Outcome.SSF,
    } <= stated
    assert not {outcome for outcome in stated if "evaluation" in outcome} - {Outcome.BOND_SELF_EVALUATION}


def test_one_ledger_may_be_of_both_kinds() -> None:
    body = evaluated() | {"rural": monitored()["rural"]}
    body["projects"][1] |= {
        "monitored": True,
        "adj_budget": 1,
        "arrived": 1,
        "monitor_exec": 0,
        "progress": 10,
    }

    ledger = accept(body)

    assert has(ledger, "self_evaluation") and has(ledger, "monitoring") and has(ledger, "rural")
    project = ledger.project("P-2")
    assert isinstance(project, Project) and project.monitored_exec == 0


def test_absent_is_neither_zero_nor_an_empty_list() -> None:
    body = monitored()
    del body["rural"]

    ledger = accept(body)

    assert "rural" not in ledger.tracks and ledger.tracks["ssf"] == () and ledger.excluded is None
    first, second = ledger.projects
    assert first.self_score is None and second.indicators == () and second.progress is None
    assert ledger.track("direct")[0].n is None


def test_an_empty_evaluated_county_is_a_county_with_counts_of_zero() -> None:
    ledger = accept({"year": 2021, "departments": [], "projects": [], "excluded": []})

    assert has(ledger, "self_evaluation") and not has(ledger, "monitoring")


def test_fractions_stay_exact_and_words_stay_words() -> None:
    body = evaluated()
    body["projects"][1]["indicators"] = [
        indicator(value=Decimal("87.10"), weight=4_000),
        indicator(op="定性", value="有效提升", quantified=False, weight=5_000),
    ]

    first, second = accept(body).projects[1].indicators or ()

    assert first.value == Decimal("87.1") and second.value == "有效提升"


def test_departments_and_projects_are_found_by_their_codes() -> None:
    ledger = accept(evaluated())

    assert ledger.department("001").name == "甲局"
    assert ledger.project("T-1").budget == 500
    with pytest.raises(KeyError):
        ledger.project("T-2")


def test_nobody_changes_a_ledger() -> None:
    ledger = accept(evaluated())

    with pytest.raises(FrozenInstanceError):
        ledger.projects[0].budget = 1  # type: ignore[misc]


def test_scores_that_contradict_each_other_are_no_errors_of_the_file() -> None:
    body = evaluated()
    body["projects"][0] |= {"self_score": 5_000, "exec": 2_000, "exec_score": 1}

    project = accept(body).projects[0]

    assert project.exec == 2_000 and project.self_score == 5_000


def test_the_sum_of_weights_is_the_policys() -> None:
    body = evaluated()
    body["projects"][0]["indicators"][0]["weight"] = 8_900
    del body["projects"][0]["indicators"][0]["self_pts"], body["projects"][0]["indicators"][0]["fin_pts"]
    del body["projects"][0]["self_score"], body["projects"][0]["fin_score"]

    assert accept(body, weight_total=8_900).projects[0].indicators


def test_a_project_without_indicators_has_no_weights_to_sum() -> None:
    body = evaluated()
    del body["projects"][0]["indicators"]

    assert accept(body).projects[0].indicators is None


def test_words_under_a_comparison_are_a_defect_to_report_not_an_error_of_the_file() -> None:
    body = evaluated()
    body["projects"][1]["indicators"] = [
        indicator(value="待定", weight=4_000),
        indicator(op="定性", value="约500人", weight=5_000),
    ]

    rows = accept(body).projects[1].indicators or ()

    assert [row.is_measurable for row in rows] == [False, False]
    assert accept(evaluated()).projects[0].indicators[0].is_measurable  # type: ignore[index]
