"""Answers about pre-evaluations and special tracks."""

from typing import Any

from host.simulation.situation import Situation, points, wan
from ledger.importing.ledger_file import TrackProject

DIMENSIONS = ("necessity", "economy", "targets", "plan", "funding")


def _scores(here: Situation, who: str) -> dict[str, str]:
    return {name: str(17 + int(here.chance(who, name) * 3)) for name in DIMENSIONS}


def pre_evaluation_report(here: Situation) -> dict[str, Any]:
    """Report the ex-ante evaluation of a new project."""
    applied = here.any_project
    total = applied.total_investment if isinstance(applied, TrackProject) else None
    return {
        "applied_amount": wan(applied.budget),
        "total_investment_amount": wan(applied.budget if total is None else total),
        "specialised": bool(isinstance(applied, TrackProject) and applied.specialised),
        **_scores(here, "unit"),
        "findings": "立项依据充分,实施方案可行,资金测算合理。",
    }


def pre_evaluation_reassessment(here: Situation) -> dict[str, Any]:
    """Reassess as an independent firm."""
    return {"firm": "第三方评估机构", **_scores(here, "firm"), "opinion": "同意单位评估结论。"}


def pre_evaluation_review(here: Situation) -> dict[str, Any]:
    """Support the project."""
    label = here.policy["pre_eval"]["conclusion_labels"][0]
    return {"conclusion": label, "recommended_amount": wan(here.any_project.budget)}


def track_target(here: Situation) -> dict[str, Any]:
    """File the target of a special track: counts of indicators."""
    row = here.track
    filed: dict[str, Any] = {"amount": wan(row.budget)}
    if row.n is not None:
        filed["indicator_count"] = row.n
    if row.q is not None:
        filed["quantified_count"] = row.q
    return filed


def track_monitoring(here: Situation) -> dict[str, Any]:
    """Report the monitored amount."""
    if here.subject_kind == "organisation":
        return {"amount": "0", "note": "双监控报告已报送。"}
    row = here.track
    return {"amount": wan(row.budget if row.monitored is None else row.monitored)}


def track_self_evaluation(here: Situation) -> dict[str, Any]:
    """Evaluate a special-track project."""
    row = here.track
    budget = row.budget if row.self_budget is None else row.self_budget
    return {
        "budget_amount": wan(budget),
        "executed_amount": wan(budget if row.self_exec is None else row.self_exec),
        "score": points(9500 if row.self_score is None else row.self_score),
    }


def track_review(here: Situation) -> dict[str, Any]:
    """Find it true and complete."""
    return {"conclusion": "通过"}
