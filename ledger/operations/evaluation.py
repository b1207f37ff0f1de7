"""Department and key evaluations: selection, plan, procurement, report, review, reply, final result."""

from collections.abc import Mapping
from typing import Any

from engine.operations import Step
from engine.uow import UnitOfWork
from ledger.model.filings_evaluation import Evaluation, EvaluationSelection, Procurement
from ledger.operations.monitoring import count_failures
from ledger.operations.writing import amend, as_share, hand_in

RETURNED = "退回"


def kind_of(step: Step) -> str:
    """Return which evaluation the step belongs to: dept or key."""
    return "key" if step.stage.startswith("key") or step.definition_key.startswith("key") else "dept"


def record_selection(uow: UnitOfWork, step: Step) -> Mapping[str, Any]:
    """Write the codes an organisation chose, with amount and share as the form computed them."""
    codes = list(step.values["projects"])
    columns = {
        "kind": kind_of(step),
        "project_codes": codes,
        "selected_amount": step.values.get("selected_amount"),
        "selected_share": step.values.get("selected_share"),
        "reason": step.values.get("reason"),
    }
    hand_in(uow, step, EvaluationSelection, columns)
    return {"projects": codes, "selected_count": len(codes)}


def record_plan(uow: UnitOfWork, step: Step) -> Mapping[str, Any]:
    """Open the evaluation with its work plan; no report is handed in yet."""
    columns = {"kind": kind_of(step), "plan_method": step.values["method"], "plan": step.values["plan"]}
    hand_in(uow, step, Evaluation, columns, counted=False)
    return {"planned": True}


def record_procurement(uow: UnitOfWork, step: Step) -> Mapping[str, Any]:
    """Write which firm evaluates and how it was chosen."""
    columns = {name: step.values[name] for name in ("firm", "method", "conflict_free")}
    hand_in(uow, step, Procurement, columns)
    return {"firm": step.values["firm"]}


def record_evaluation(uow: UnitOfWork, step: Step) -> Mapping[str, Any]:
    """Write the evaluation report; an earlier review of an earlier version is void."""
    values = step.values
    columns = {
        "kind": kind_of(step),
        "budget_amount": values.get("budget_amount"),
        "executed_amount": values.get("executed_amount"),
        "completion_share": as_share(values.get("completion_rate")),
        "score": values["score"],
        "summary": values["summary"],
        "problems": values.get("problems"),
        "suggestions": values.get("suggestions"),
        "conclusion": None,
        "opinion": None,
        "reviewed_at": None,
        "finance_score": None,
        "panel_passed": None,
    }
    submitted = hand_in(uow, step, Evaluation, columns)
    return {"submitted": submitted, "score": values["score"]}


def record_evaluation_review(uow: UnitOfWork, step: Step) -> Mapping[str, Any]:
    """Write the section's conclusion and its score."""
    values = step.values
    returned = values["conclusion"] == RETURNED
    columns = {
        "conclusion": values["conclusion"],
        "opinion": values.get("opinion"),
        "finance_score": None if returned else values["score"],
        "reviewed_at": step.now,
    }
    amend(uow, step, Evaluation, columns, returned=returned)
    followed = {"returned": returned, "passed": not returned, "score": values["score"]}
    return {**followed, **count_failures(uow, step)}


def record_opinion_reply(uow: UnitOfWork, step: Step) -> Mapping[str, Any]:
    """Write the evaluated unit's answer to the draft report."""
    columns = {"reply_agreed": step.values["agreed"], "reply": step.values.get("reply")}
    amend(uow, step, Evaluation, columns)
    return {"agreed": step.values["agreed"]}


def record_evaluation_final(uow: UnitOfWork, step: Step) -> Mapping[str, Any]:
    """Write the final score after the review."""
    columns = {
        "final_score": step.values["score"],
        "final_summary": step.values["summary"],
        "finalised_at": step.now,
    }
    amend(uow, step, Evaluation, columns)
    return {"score": step.values["score"], **count_failures(uow, step)}
