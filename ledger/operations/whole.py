"""Whole departments: target, monitoring, self-evaluation and their reviews."""

from collections.abc import Mapping
from typing import Any

from engine.operations import Step
from engine.uow import UnitOfWork
from ledger.model.filings_whole import WholeDepartment
from ledger.operations.writing import amend, hand_in

RETURNED = "退回"
UNREVIEWED = {"conclusion": None, "opinion": None, "reviewed_at": None}


def _file(uow: UnitOfWork, step: Step, kind: str, columns: Mapping[str, Any]) -> int:
    return hand_in(uow, step, WholeDepartment, {"kind": kind, "round": step.round, **columns, **UNREVIEWED})


def record_whole_target(uow: UnitOfWork, step: Step) -> Mapping[str, Any]:
    """Write the department's target: amount and goal."""
    columns = {"budget_amount": step.values["amount"], "goal": step.values["goal"]}
    return {"submitted": _file(uow, step, "target", columns)}


def record_whole_monitoring(uow: UnitOfWork, step: Step) -> Mapping[str, Any]:
    """Write the department's budget and execution at the checkpoint."""
    columns = {
        "budget_amount": step.values["budget_amount"],
        "executed_amount": step.values["executed_amount"],
        "note": step.values.get("note"),
    }
    return {"submitted": _file(uow, step, "monitoring", columns)}


def record_whole_self_evaluation(uow: UnitOfWork, step: Step) -> Mapping[str, Any]:
    """Write the department's own score; the budget is the initial one (X01)."""
    values = step.values
    columns = {
        "budget_amount": values["initial_amount"],
        "executed_amount": values["executed_amount"],
        "self_score": values["score"],
        "summary": values["summary"],
        "overspend_reason": values.get("overspend_reason"),
        "finance_score": None,
    }
    return {"submitted": _file(uow, step, "self_evaluation", columns), "score": values["score"]}


def record_whole_review(uow: UnitOfWork, step: Step) -> Mapping[str, Any]:
    """Write the section's conclusion and, on a self-evaluation, its score."""
    values = step.values
    returned = values["conclusion"] == RETURNED
    columns = {"conclusion": values["conclusion"], "opinion": values.get("opinion"), "reviewed_at": step.now}
    if "score" in values:
        columns["finance_score"] = None if returned else values["score"]
    amend(uow, step, WholeDepartment, columns, returned=returned)
    return {"returned": returned, "score": values.get("score")}
