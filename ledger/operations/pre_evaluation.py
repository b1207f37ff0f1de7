"""Ex-ante evaluation: the unit's report, a reassessment, the bureau's conclusion."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from engine.operations import Step
from engine.uow import UnitOfWork
from ledger.model.filings_target import PreEvaluation
from ledger.operations.writing import amend, hand_in

DIMENSIONS = ("necessity", "economy", "targets", "plan", "funding")
RETURNED = "退回"


def _total(values: Mapping[str, Any]) -> Decimal:
    return sum((Decimal(values[name]) for name in DIMENSIONS), Decimal(0))


def record_pre_evaluation(uow: UnitOfWork, step: Step) -> Mapping[str, Any]:
    """Write the applicant's report."""
    values = step.values
    columns = {
        "applied_amount": values["applied_amount"],
        "total_investment_amount": values["total_investment_amount"],
        "specialised": values["specialised"],
        **{f"{name}_score": values[name] for name in DIMENSIONS},
        "findings": values.get("findings"),
        "conclusion": None,
        "opinion": None,
        "reviewed_at": None,
    }
    submitted = hand_in(uow, step, PreEvaluation, columns)
    return {"submitted": submitted, "total_score": _total(values)}


def record_reassessment(uow: UnitOfWork, step: Step) -> Mapping[str, Any]:
    """Write the third party's independent reassessment."""
    total = _total(step.values)
    columns = {
        "reassessment_firm": step.values["firm"],
        "reassessment_score": total,
        "reassessment_opinion": step.values["opinion"],
    }
    amend(uow, step, PreEvaluation, columns)
    return {"total_score": total}


def record_pre_evaluation_review(uow: UnitOfWork, step: Step) -> Mapping[str, Any]:
    """Write the bureau's conclusion and the amount it recommends."""
    conclusion = step.values["conclusion"]
    columns = {
        "conclusion": conclusion,
        "recommended_amount": step.values.get("recommended_amount"),
        "opinion": step.values.get("opinion"),
        "reviewed_at": step.now,
    }
    returned = conclusion == RETURNED
    amend(uow, step, PreEvaluation, columns, returned=returned)
    return {"conclusion": conclusion, "returned": returned}
