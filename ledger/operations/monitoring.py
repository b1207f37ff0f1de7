"""Monitoring: what a project reported in one round, how the section judged it, failures in a row."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from engine.operations import Step
from engine.uow import UnitOfWork
from ledger.model.filings_monitoring import MonitoringReport
from ledger.model.filings_result import Rectification
from ledger.operations.writing import amend, as_share, hand_in

PASSED = "合格"
MONEY = ("budget_amount", "adjusted_amount", "arrived_amount", "executed_amount")
TEXTS = ("possibility", "causes", "measures", "evidence", "reason")


def record_monitoring(uow: UnitOfWork, step: Step) -> Mapping[str, Any]:
    """Write money and physical progress of this round."""
    columns = {
        "round": step.round,
        **{name: step.values.get(name) for name in (*MONEY, *TEXTS)},
        "progress_share": as_share(step.values["progress"]),
        "passed": None,
        "conclusion": None,
        "opinion": None,
        "reviewed_at": None,
    }
    return {"submitted": hand_in(uow, step, MonitoringReport, columns)}


def record_monitoring_review(uow: UnitOfWork, step: Step) -> Mapping[str, Any]:
    """Write the section's judgement of this round."""
    conclusion = step.values["conclusion"]
    columns = {
        "conclusion": conclusion,
        "passed": conclusion == PASSED,
        "opinion": step.values.get("opinion"),
        "disposal": step.values.get("disposal"),
        "reviewed_at": step.now,
    }
    amend(uow, step, MonitoringReport, columns)
    return {"passed": conclusion == PASSED}


def count_failures(uow: UnitOfWork, step: Step) -> Mapping[str, Any]:
    """Count the project's failed rounds in a row, and tell whether one of them is not rectified (D09)."""
    report, notice = MonitoringReport, Rectification
    rounds = (
        select(report.passed, notice.status)
        .outerjoin(notice, notice.instance_id == report.instance_id)
        .where(report.project_id == step.subject_id, report.year == step.parameters.year)
        .order_by(report.round)
    )
    failed, unrectified = failures_in_a_row(uow.connection().execute(rounds))
    return {"failed_rounds": failed, "unrectified": unrectified}


def failures_in_a_row(rounds: Iterable[tuple[bool | None, str | None]]) -> tuple[int, bool]:
    """Return the longest run of failed rounds and whether any round of it stays unrectified.

    rounds: (passed, status of its rectification) in time order; a round not reported is not a failure.
    """
    longest, unrectified, run, open_in_run = 0, False, 0, False
    for passed, status in rounds:
        if passed is not False:
            run, open_in_run = 0, False
            continue
        run, open_in_run = run + 1, open_in_run or status != "rectified"
        if run > longest or (run == longest and open_in_run):
            longest, unrectified = run, open_in_run
    return longest, unrectified
