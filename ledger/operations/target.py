"""Targets: file, register with a transfer, review, conclude, lock as the baseline."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import update

from engine.errors import InvalidInput, WrongState
from engine.operations import Step
from engine.uow import UnitOfWork
from ledger.model.filings_target import BudgetApproval, TargetFiling, TargetIndicator
from ledger.operations.writing import amend, as_text, hand_in, write_lines

RATINGS = ("completeness", "relevance", "adequacy", "feasibility")
STATUS_BY_CONCLUSION = {"enter": "approved", "negotiate": "returned", "return": "returned", "stop": "stopped"}
UNREVIEWED = {**dict.fromkeys(RATINGS), "opinion": None, "reviewed_at": None}
INDICATOR_COLUMNS = {
    "line_no": "bigint",
    "level1": "text",
    "level2": "text",
    "name": "text",
    "op": "text",
    "target_value": "text",
    "target_high": "text",
    "unit": "text",
    "quantified": "boolean",
    "polarity": "text",
    "evidence": "text",
    "weight": "numeric",
}


def record_target(uow: UnitOfWork, step: Step) -> Mapping[str, Any]:
    """Write the target with its indicators; refused once it is the locked baseline (L36)."""
    values = step.values
    rows = [_indicator(number, row) for number, row in enumerate(values["indicators"], start=1)]
    quantified = sum(1 for row in rows if row["quantified"])
    columns = {
        "kind": "target",
        "status": "filed",
        "amount": values["amount"],
        "annual_goal": values.get("annual_goal"),
        "content": values.get("content"),
        "indicator_count": len(rows),
        "quantified_count": quantified,
        "weight_total": sum(row["weight"] for row in rows),
        **UNREVIEWED,
    }
    submitted = hand_in(uow, step, TargetFiling, columns)
    write_lines(uow, step, TargetIndicator, INDICATOR_COLUMNS, rows)
    return {"submitted": submitted, "indicator_count": len(rows), "quantified_count": quantified}


def _indicator(number: int, row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "line_no": number,
        "level1": row["l1"],
        "level2": row["l2"],
        "name": row["l3"],
        "op": row["op"],
        "target_value": as_text(row["value"]),
        "target_high": as_text(row.get("value_high")),
        "unit": row.get("unit"),
        "quantified": bool(row["quantified"]),
        "polarity": row.get("polarity"),
        "evidence": row.get("evidence"),
        "weight": row["weight"],
    }


def record_transfer(uow: UnitOfWork, step: Step) -> Mapping[str, Any]:
    """Register a transfer whose target came with the money; nothing is reviewed."""
    columns = {
        "kind": "transfer",
        "status": "filed",
        "amount": step.values["amount"],
        "fund_class": step.values.get("fund_class"),
        "parent_target": step.values.get("parent_target"),
    }
    return {"submitted": hand_in(uow, step, TargetFiling, columns)}


def record_target_review(uow: UnitOfWork, step: Step) -> Mapping[str, Any]:
    """Write the section's ratings; what follows from them is a decision, see `conclude_target`."""
    ratings = {name: step.values[name] for name in RATINGS}
    columns = {
        **ratings,
        "opinion": step.values.get("opinion"),
        "reviewed_at": step.now,
        "status": "reviewed",
    }
    amend(uow, step, TargetFiling, columns)
    return ratings


def conclude_target(uow: UnitOfWork, step: Step, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Write the status that the decision `target_conclusion` gives: enter, negotiate, return or stop."""
    status = STATUS_BY_CONCLUSION.get(str(arguments.get("conclusion")))
    if status is None:
        raise InvalidInput(
            f"审核结论应为 {'、'.join(STATUS_BY_CONCLUSION)},决策表给出的是“{arguments.get('conclusion')}”;"
            "请检查决策表。",
            code="target.unknown_conclusion",
        )
    amend(uow, step, TargetFiling, {"status": status}, returned=status == "returned")
    return {"status": status, "returned": status == "returned"}


def lock_baseline(uow: UnitOfWork, step: Step) -> Mapping[str, Any]:
    """Lock the project's target: from now on it is what monitoring and evaluation compare with."""
    lock = (
        update(TargetFiling.__table__)  # type: ignore[arg-type]
        .where(
            TargetFiling.project_id == step.subject_id,
            TargetFiling.year == step.parameters.year,
            TargetFiling.kind == "target",
            TargetFiling.locked_at.is_(None),
        )
        .values(locked_at=step.now, status="approved", baseline_version=TargetFiling.baseline_version + 1)
        .returning(TargetFiling.baseline_version)
    )
    version = uow.connection().execute(lock).scalar()
    if version is None:
        raise WrongState(
            f"“{step.subject_code}”没有可以锁定的绩效目标(未填报或已锁定);请先完成目标审核。",
            code="target.nothing_to_lock",
            subject=step.subject_code,
        )
    return {"baseline_version": version}


def record_budget_approval(uow: UnitOfWork, step: Step) -> Mapping[str, Any]:
    """Write the approved amount, and what the people's congress decided where the diagram waited for it."""
    congress = step.data.get("approved_on")
    columns = {
        "congress_on": None if congress is None else date.fromisoformat(str(congress)),
        "congress_meeting": step.data.get("meeting"),
        "congress_document": step.data.get("document"),
        "decision": "approved",
        "approved_amount": step.values["approved_amount"],
        "document_no": step.values.get("document_no"),
        "opinion": step.values.get("opinion"),
        "block_reason": None,
    }
    return {"submitted": hand_in(uow, step, BudgetApproval, columns)}


def record_government_consent(uow: UnitOfWork, step: Step) -> Mapping[str, Any]:
    """Write what the government decided on the approved budget."""
    columns = {
        "consented": step.values["agreed"],
        "consent_no": step.values.get("minutes_no"),
        "consent_opinion": step.values.get("opinion"),
        "consented_at": step.now,
    }
    amend(uow, step, BudgetApproval, columns)
    return {"consented": step.values["agreed"]}


def block_budget(uow: UnitOfWork, step: Step, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Write that the project may not enter the budget, and why."""
    reason = arguments.get("reason") or step.data.get("reason")
    hand_in(
        uow, step, BudgetApproval, {"decision": "blocked", "approved_amount": None, "block_reason": reason}
    )
    return {"blocked": True}
