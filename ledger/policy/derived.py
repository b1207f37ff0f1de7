"""What follows from the policy values of a year and is handy in expressions."""

import re
from collections.abc import Mapping
from typing import Any

YUAN_PER_WAN = 10_000
EXECUTION = "预算执行率"
_INVESTMENT_LIMIT = re.compile(r"total_investment_wan\s*>=?\s*(\d{1,12}(?:\.\d{1,4})?)")


def derived(values: Mapping[str, Any], year: int) -> dict[str, Any]:
    """Return the derived values by dotted key; none of them can be set.

    taxonomy.cost_level: 1 or 2 in this year. weights.effective: the points that hold in this year;
    weights.execution, weights.indicators: the part of the execution rate and the rest.
    grading.labels: grades from the best down; grading.lowest: the last of them.
    monitoring.cap_grade: grade of a capped project, null without a cap.
    pre_eval.third_party_min_investment_amount: yuan, null if the condition names no amount;
    pre_eval.third_party_if_specialised: whether the condition names specialised projects.
    """
    level = cost_level(values["taxonomy.cost_level_by_budget_year"], year)
    weights = values["weights.with_cost_l1" if level == 1 else "weights.without_cost_l1"]
    execution = weights.get(EXECUTION, 0)
    labels = [band[0] for band in sorted(values["grading.bands"], key=lambda band: band[1], reverse=True)]
    limit = third_party_limit_wan(values["pre_eval.third_party_when"])
    return {
        "taxonomy.cost_level": level,
        "weights.effective": weights,
        "weights.execution": execution,
        "weights.indicators": 100 - execution,
        "grading.labels": labels,
        "grading.lowest": labels[-1],
        "monitoring.cap_grade": _cap_grade(values["monitoring.fail_cap"], labels),
        "pre_eval.third_party_min_investment_amount": None if limit is None else limit * YUAN_PER_WAN,
        "pre_eval.third_party_if_specialised": "highly_specialised"
        in (values["pre_eval.third_party_when"] or ""),
    }


def cost_level(by_year: list[list[int]], year: int) -> int:
    """Return the level of cost indicators in budget year `year`."""
    return [level for first, level in by_year if first <= year][-1]


def third_party_limit_wan(condition: str | None) -> int | float | None:
    """Return the investment (万元) from which the condition asks for a third party, if it names one."""
    match = _INVESTMENT_LIMIT.search(condition or "")
    if match is None:
        return None
    return float(match[1]) if "." in match[1] else int(match[1])


def _cap_grade(cap: Mapping[str, Any] | None, labels: list[str]) -> str | None:
    """Return the grade of the cap; the lowest grade where the bands do not know that word."""
    if cap is None:
        return None
    return str(cap["cap_grade"]) if cap["cap_grade"] in labels else labels[-1]
