"""Score one line of a self-evaluation by the year's policy: what the form computes while people type."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from ledger.scoring import (
    DEFAULT_OVERSHOOT_OVER,
    DEFAULT_STEPS,
    FULL,
    Points,
    exact,
    execution_score,
    execution_score_steps,
    in_range,
    points_in_tier,
    policy_tiers,
    quantitative,
    rounded,
)

QUALITATIVE = "定性"
RANGE = "区间"


def as_number(value: Any) -> Decimal | None:
    """Return the number a cell holds; null for text, blank and booleans."""
    if value is None or isinstance(value, bool):
        return None
    try:
        number = exact(value if isinstance(value, Decimal | int | float) else str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def line_points(line: Mapping[str, Any], policy: Mapping[str, Any]) -> Points:
    """Score a line {op, target, target_high, weight, actual, tier, typed_points, manual}.

    A qualitative line and a line entered by hand keep the typed points; score is null while the
    line cannot be scored (no actual value, typed points outside the tier).
    """
    weight = as_number(line.get("weight")) or Decimal(0)
    typed = as_number(line.get("typed_points"))
    if line.get("manual"):
        return Points(rounded(typed) if typed is not None else None)
    actual, target = as_number(line.get("actual")), as_number(line.get("target"))
    op = line.get("op")
    if op == QUALITATIVE or target is None or actual is None:
        return _typed_points(line.get("tier"), typed, weight, policy)
    if op == RANGE:
        high = as_number(line.get("target_high"))
        return in_range(target, target if high is None else high, actual, weight)
    over = policy.get("scoring", {}).get("overshoot_review_over", DEFAULT_OVERSHOOT_OVER)
    return quantitative(str(op), target, actual, weight, overshoot_over=over)


def execution_points(budget: Any, executed: Any, policy: Mapping[str, Any]) -> Points:
    """Score the execution rate as the policy says: linear, or by its steps."""
    planned, spent = as_number(budget), as_number(executed)
    if planned is None or spent is None:
        return Points(None)
    scoring = policy.get("scoring", {})
    if str(scoring.get("exec_rate", "linear")).startswith("linear"):
        return execution_score(planned, spent, execution_weight(policy))
    steps = scoring.get("exec_rate_alternative_steps", DEFAULT_STEPS)
    return execution_score_steps(planned, spent, completed=False, steps=steps)


def execution_weight(policy: Mapping[str, Any]) -> Decimal:
    """Return the points that the policy reserves for the execution rate."""
    weights = policy.get("weights", {}).get("without_cost_l1", {})
    return exact(weights.get("预算执行率", FULL))


def _typed_points(tier: Any, typed: Decimal | None, weight: Decimal, policy: Mapping[str, Any]) -> Points:
    """Accept typed points that lie in the chosen tier."""
    if typed is None or tier is None:
        return Points(None)
    inside = points_in_tier(str(tier), typed, weight, policy_tiers(policy))
    return Points(rounded(typed) if inside else None)
