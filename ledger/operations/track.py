"""Special tracks: direct funds, rural link funds, social insurance, PPP, bonds."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from engine.operations import Step
from engine.uow import UnitOfWork
from ledger.model.filings_whole import TrackFiling
from ledger.operations.writing import amend, hand_in

RETURNED = "退回"
UNREVIEWED = {"conclusion": None, "opinion": None, "reviewed_at": None}


def _file(uow: UnitOfWork, step: Step, kind: str, columns: Mapping[str, Any]) -> int:
    placed = {"track": step.data["track"], "kind": kind, "round": step.round}
    return hand_in(uow, step, TrackFiling, {**placed, **columns, **UNREVIEWED})


def record_track_target(uow: UnitOfWork, step: Step) -> Mapping[str, Any]:
    """Write amount and indicator counts; the counts stay null where the track has none."""
    columns = {name: step.values.get(name) for name in ("amount", "indicator_count", "quantified_count")}
    return {"submitted": _file(uow, step, "target", columns)}


def record_track_monitoring(uow: UnitOfWork, step: Step) -> Mapping[str, Any]:
    """Write the monitored amount."""
    columns = {"amount": step.values["amount"], "note": step.values.get("note")}
    return {"submitted": _file(uow, step, "monitoring", columns)}


def record_track_self_evaluation(uow: UnitOfWork, step: Step) -> Mapping[str, Any]:
    """Write budget, execution and score."""
    columns = {
        "amount": step.values["budget_amount"],
        "executed_amount": step.values["executed_amount"],
        "score": step.values["score"],
    }
    return {"submitted": _file(uow, step, "self_evaluation", columns)}


def record_track_review(uow: UnitOfWork, step: Step) -> Mapping[str, Any]:
    """Write the section's conclusion."""
    returned = step.values["conclusion"] == RETURNED
    columns = {
        "conclusion": step.values["conclusion"],
        "opinion": step.values.get("opinion"),
        "reviewed_at": step.now,
    }
    amend(uow, step, TrackFiling, columns, returned=returned)
    return {"returned": returned}


def record_upper_score(uow: UnitOfWork, step: Step, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Write what the upper level scored. arguments: passed, score."""
    score = arguments.get("score")
    columns = {
        "upper_passed": arguments.get("passed"),
        "upper_score": None if score is None else Decimal(str(score)),
        "upper_scored_at": step.now,
    }
    amend(uow, step, TrackFiling, columns)
    return {"upper_passed": columns["upper_passed"]}
