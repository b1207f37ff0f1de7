"""What simulated people type, who stays silent, and how a failure of theirs is told."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.dmn.reading import read
from forms.library import load as form
from forms.validation import validate
from host.simulation.answering import answer
from host.simulation.answers.results import deduct_share
from host.simulation.coverage import Silence
from host.simulation.crew import CrewFailed, Trouble
from host.simulation.measuring import known
from host.simulation.people import Waiting
from host.simulation.situation import Situation
from ledger.form_context import form_functions
from ledger.importing.coverage import coverage
from ledger.importing.ledger_file import LedgerFile
from ledger.importing.reading import accept
from ledger.policy.pack import load
from tests.unit.importing.ledgers import Body, evaluated, indicator, monitored

CUTS = Path(__file__).parents[3] / "workflows" / "decisions" / "deduction_share.dmn"
NOW = datetime(2022, 1, 1, tzinfo=UTC)
POLICY = load("cn-default").resolve(2021, {}).context()


def situation(ledger: LedgerFile, form_key: str, code: str = "P-1", process: str = "") -> Situation:
    """Return a task of a project as somebody of the county sees it."""
    kind = "project" if code.startswith("P") else "organisation"
    return Situation(ledger, 1, POLICY, form_key, process, "element", "stage", 1, 1, kind, code)


def is_silent(ledger: LedgerFile, code: str, role: str, **place: Any) -> bool:
    """Tell whether nobody will do a task of this project."""
    waiting = Waiting("id", f"key/{code}", "element", role, 1, 1, 0, NOW, NOW)
    where = {
        "subject_kind": "project",
        "subject_code": code,
        "definition_key": "",
        "stage": "",
        "form_key": "",
    }
    return Silence(ledger, known(coverage(ledger)))(waiting, where | place)


def with_second_project(**stated: Any) -> LedgerFile:
    """Return an evaluated county whose second project states this."""
    body = evaluated()
    body["projects"][1] |= stated
    return accept(body)


def without_indicators() -> LedgerFile:
    """Return an evaluated county that states scores but no indicator."""
    body = evaluated()
    del body["projects"][0]["indicators"]
    return accept(body)


@pytest.mark.parametrize("ratios", [None, [[70, 0.1], [60, 0.2], [0, 0.5]], [[70, 0.1]]])
@pytest.mark.parametrize("score", ["95", "80", "79.99", "70", "69.99", "61.37", "0"])
def test_the_budget_section_cuts_what_the_decision_proposes(score: str, ratios: Any) -> None:
    result = {"deduct_below_score": 80, "deduct_ratio_table": ratios}
    decided = read(CUTS.read_bytes()).decide(
        "deduction_share", {"policy": {"result": result}, "score": Decimal(score)}
    )

    assert deduct_share(Decimal(score), result) == decided.value


def test_nothing_is_cut_without_a_limit() -> None:
    assert deduct_share(Decimal(10), {"deduct_below_score": None}) == 0


def test_a_project_with_a_department_evaluation_was_selected() -> None:
    body = evaluated()
    del body["projects"][0]["sel"]

    chosen = answer(situation(accept(body), "evaluation_selection", "001", "dept_selection"))

    assert chosen["projects"] == ["P-1"]


def test_a_selected_project_without_an_evaluation_was_not_evaluated() -> None:
    ledger = with_second_project(sel=True)
    place = {"form_key": "evaluation_report", "definition_key": "dept_evaluation", "stage": "dept_evaluation"}

    assert not is_silent(ledger, "P-1", "department", **place)
    assert is_silent(ledger, "P-2", "department", **place)


def test_a_self_evaluation_without_a_bureau_score_was_not_reviewed() -> None:
    ledger = with_second_project(exec=0, self_score=5_000, indicators=[indicator(self_pts=5_000)])

    assert not is_silent(ledger, "P-1", "section", form_key="finance_review", stage="self_evaluation")
    assert is_silent(ledger, "P-2", "section", form_key="finance_review", stage="self_evaluation")


def test_a_county_without_bureau_scores_has_its_self_evaluations_reviewed() -> None:
    body = evaluated()
    del body["projects"][0]["fin_score"]

    assert not is_silent(accept(body), "P-1", "section", form_key="finance_review", stage="self_evaluation")


def test_an_evaluated_project_without_indicators_files_one_that_stands_in() -> None:
    ledger = without_indicators()

    filed = answer(situation(ledger, "target_filing"))
    evaluated_ = answer(situation(ledger, "self_evaluation"))

    assert not is_silent(ledger, "P-1", "preparer", stage="target", form_key="target_filing")
    assert [row["weight"] for row in filed["indicators"]] == ["90"]
    assert [(line["target"], line["actual"]) for line in evaluated_["lines"]] == [("100", "97.78")]
    assert "score_correction" not in evaluated_


def test_a_project_of_which_nothing_is_known_files_no_target() -> None:
    assert is_silent(accept(evaluated()), "P-2", "preparer", stage="target", form_key="target_filing")


@pytest.mark.parametrize("names", [("待定", "巡检次数"), ("XX", "xx"), ("巡检次数", "巡检次数"), ("无", "/")])
def test_indicators_that_name_nothing_or_the_same_are_filed_with_a_note(names: tuple[str, str]) -> None:
    body = evaluated()
    rows = [indicator(weight=4_500, l3=name, self_pts=4_400, fin_pts=4_400) for name in names]
    body["projects"][0]["indicators"] = rows

    submission = validate(
        form("target_filing"),
        answer(situation(accept(body), "target_filing")),
        context={"policy": POLICY},
        functions=form_functions(POLICY),
    )

    assert [row["l3"] for row in submission.values["indicators"]] == list(names)


def test_progress_is_typed_with_as_many_decimals_as_the_form_takes() -> None:
    body: Body = monitored()
    body["projects"][0]["progress"] = Decimal("19.770895205770046")

    assert answer(situation(accept(body), "monitoring"))["progress"] == "19.7709"


def test_a_failing_errand_is_told_in_a_sentence_with_its_place() -> None:
    trouble = Trouble("“P-1”的表单 monitoring ", "进度不对。", "Traceback (most recent call last): …")

    failed = CrewFailed([trouble, trouble])

    assert failed.text.count("“P-1”的表单 monitoring") == 1
    assert "进度不对。" in failed.text
    assert "Traceback" not in failed.text
    assert failed.facts["traces"] == [trouble.trace] * 2
