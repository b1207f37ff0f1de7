"""Answers about the use of results."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from host.simulation.situation import HUNDRED, Situation
from ledger.importing.ledger_file import Project


def circular(here: Situation) -> dict[str, Any]:
    """Issue a circular that lists everybody."""
    return {"outcome": "印发", "number": f"财绩通第{here.stage_round}号"}


def assessment(here: Situation) -> dict[str, Any]:
    """Take note of the counts, without points."""
    return {"opinion": "按系统统计的情况考核。"}


def result_action(here: Situation) -> dict[str, Any]:
    """Confirm the cut the policy works out from the project's final score."""
    project = here.project
    share = deduct_share(Decimal(final_score(project)) / HUNDRED, here.policy["result"])
    amount = (share * project.budget / HUNDRED).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return {
        "action": "按比例扣减下年度预算" if share else "限期整改",
        "deduct_share": format(share, "f"),
        "deduct_amount": format(amount, "f"),
    }


def deduct_share(score: Decimal, result: Mapping[str, Any]) -> Decimal:
    """Return the share to cut, as the decision `deduction_share` does: by the policy's table, else in proportion."""
    if result.get("deduct_below_score") is None:
        return Decimal(0)
    limit, ratios = Decimal(str(result["deduct_below_score"])), result.get("deduct_ratio_table")
    if score >= limit:
        return Decimal(0)
    if ratios is None:
        share = (limit - score) / limit
    else:
        reached = [
            (Decimal(str(low)), Decimal(str(part))) for low, part in ratios if Decimal(str(low)) <= score
        ]
        share = max(reached)[1] if reached else Decimal(0)
    return share.quantize(Decimal("0.000001"), ROUND_HALF_UP)


def final_score(project: Project) -> int:
    """Return the project's final score ×100: key evaluation before department evaluation before finance review."""
    if project.key_eval is not None:
        return project.key_eval.score
    if project.dept_eval is not None:
        return project.dept_eval.fin_score
    return project.fin_score if project.fin_score is not None else project.self_score or 0
