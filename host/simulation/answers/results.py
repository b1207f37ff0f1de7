"""Answers about the use of results."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from host.simulation.situation import HUNDRED, Situation
from ledger.importing.ledger_file import Project


def result_action(here: Situation) -> dict[str, Any]:
    """Confirm the cut the policy works out from the project's final score."""
    project = here.project
    score = Decimal(final_score(project)) / HUNDRED
    limit = here.policy["result"].get("deduct_below_score")
    share = Decimal(0)
    if limit is not None and score < Decimal(str(limit)):
        limit = Decimal(str(limit))
        share = ((limit - score) / limit).quantize(Decimal("0.0001"), ROUND_HALF_UP)
    amount = (share * project.budget / HUNDRED).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return {
        "action": "按比例扣减下年度预算" if share else "限期整改",
        "deduct_share": format(share, "f"),
        "deduct_amount": format(amount, "f"),
    }


def final_score(project: Project) -> int:
    """Return the project's final score ×100: key evaluation before department evaluation before finance review."""
    if project.key_eval is not None:
        return project.key_eval.score
    if project.dept_eval is not None:
        return project.dept_eval.fin_score
    return project.fin_score if project.fin_score is not None else project.self_score or 0
