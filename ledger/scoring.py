"""Scoring of execution, indicators and totals: pure, decimal, half-up to two decimals.

Sources: 财预〔2020〕10号 and 财预〔2021〕101号 as laid down in the policy values `scoring.*`, `grading.*`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Any

CENT = Decimal("0.01")
FULL = Decimal(10)
EXACT = Context(prec=50, rounding=ROUND_HALF_UP)

EXEC_GT_BUDGET = "EXEC_GT_BUDGET"
BUDGET_ZERO = "BUDGET_ZERO"
TARGET_ZERO = "TARGET_ZERO"
OVERSHOOT_EXPLAIN = "OVERSHOOT_EXPLAIN"
DEFAULT_OVERSHOOT_OVER = Decimal("0.3")
DEFAULT_DEDUCTIONS: tuple[tuple[str, str], ...] = (
    ("0.3", "0"),
    ("0.5", "0.1"),
    ("1.0", "0.2"),
    ("9.99", "0.3"),
)
DEFAULT_STEPS: tuple[tuple[str, str], ...] = (("0.8", "7"), ("0.6", "5"), ("0", "0"))
SATISFACTION_STEPS: tuple[tuple[str, str], ...] = (("0.9", "10"), ("0.8", "8"), ("0.6", "5"), ("0", "0"))

Number = Decimal | int | float | str


@dataclass(frozen=True, slots=True)
class Points:
    """A score rounded to two decimals (null: cannot be scored) and what a reader should notice."""

    score: Decimal | None
    flag: str = ""


def exact(value: Number) -> Decimal:
    """Return the decimal a person typed; a float stands for its shortest text."""
    return value if isinstance(value, Decimal) else Decimal(str(value))


def rounded(value: Number) -> Decimal:
    """Round half-up to two decimals, as every score is."""
    return exact(value).quantize(CENT, rounding=ROUND_HALF_UP, context=EXACT)


def execution_score(budget: Number, executed: Number, weight: Number = FULL) -> Points:
    """Score the execution rate linearly: weight·min(1, executed/budget)."""
    planned, spent, full = exact(budget), exact(executed), exact(weight)
    if planned <= 0:
        return Points(None, BUDGET_ZERO)
    if spent > planned:
        return Points(rounded(full), EXEC_GT_BUDGET)
    return Points(rounded(EXACT.divide(full * spent, planned)))


def execution_score_steps(
    budget: Number, executed: Number, *, completed: bool, steps: Sequence[Sequence[Number]] = DEFAULT_STEPS
) -> Points:
    """Score the execution rate by steps: finished within the budget 10, else by the share spent."""
    planned, spent = exact(budget), exact(executed)
    if planned <= 0:
        return Points(None, BUDGET_ZERO)
    if spent > planned:
        return Points(rounded(FULL), EXEC_GT_BUDGET)
    if completed or spent == planned:
        return Points(rounded(FULL))
    return Points(rounded(_step(EXACT.divide(spent, planned), steps)))


def quantitative(
    op: str,
    target: Number,
    actual: Number,
    weight: Number,
    *,
    target_too_low: bool = False,
    overshoot_over: Number = DEFAULT_OVERSHOOT_OVER,
    deductions: Sequence[Sequence[Number]] = DEFAULT_DEDUCTIONS,
) -> Points:
    """Score a number against a target by `>=`, `>`, `<=`, `<` or `=`; short of it in proportion.

    An overshoot of a `>=` target beyond `overshoot_over` asks for an explanation, and loses points
    by `deductions` ([deviation up to, share lost]) when the target was clearly set too low.
    """
    goal, found, full = exact(target), exact(actual), exact(weight)
    if goal <= 0:
        return _without_proportion(op, goal, found, full)
    rising, falling = op in (">=", ">"), op in ("<=", "<")
    if rising and found >= goal:
        return _at_least(goal, found, full, target_too_low, exact(overshoot_over), deductions)
    if (falling and found <= goal) or found == goal:
        return Points(rounded(full))
    below = rising or (not falling and found < goal)
    return Points(_in_proportion(full, found, goal) if below else _in_proportion(full, goal, found))


def in_range(low: Number, high: Number, actual: Number, weight: Number) -> Points:
    """Score a number that should lie between `low` and `high`, both included."""
    lower, upper, found, full = exact(low), exact(high), exact(actual), exact(weight)
    if lower <= found <= upper:
        return Points(rounded(full))
    if found < lower:
        return Points(_in_proportion(full, found, lower))
    return Points(_in_proportion(full, upper, found), TARGET_ZERO if upper == 0 else "")


def timeliness(plan_days: Number, late_days: Number, weight: Number) -> Points:
    """Score a date: on time full, late weight·max(0, 1 − late/plan)."""
    planned, late, full = exact(plan_days), exact(late_days), exact(weight)
    if late <= 0:
        return Points(rounded(full))
    if planned <= 0:
        return Points(rounded(0))
    return Points(rounded(full * max(Decimal(0), 1 - EXACT.divide(late, planned))))


def satisfaction_steps(share: Number, steps: Sequence[Sequence[Number]] = SATISFACTION_STEPS) -> Points:
    """Score a satisfaction share (0–1) by steps; full is 10."""
    return Points(rounded(_step(exact(share), steps)))


def points_in_tier(tier: str, points: Number, weight: Number, tiers: Sequence[Sequence[Any]]) -> bool:
    """Tell whether typed points lie in a qualitative tier [label, from, to); the top includes its end."""
    typed, full = exact(points), exact(weight)
    top = max(exact(high) for _, _, high in tiers)
    for label, low, high in tiers:
        if label == tier:
            under = typed <= exact(high) * full if exact(high) == top else typed < exact(high) * full
            return typed >= exact(low) * full and under
    return False


def tier_for_points(points: Number, weight: Number, tiers: Sequence[Sequence[Any]]) -> str | None:
    """Return the label of the tier in which the points lie; null if they lie in none."""
    return next((str(tier[0]) for tier in tiers if points_in_tier(tier[0], points, weight, tiers)), None)


def total_score(execution: Number | None, points: Sequence[Number], correction: Number = 0) -> Decimal:
    """Add rounded points to the execution score and the correction."""
    lines = sum((rounded(each) for each in points), Decimal(0))
    return rounded(execution or 0) + lines + rounded(correction)


def completion_share(points: Sequence[Number], weights: Sequence[Number]) -> Decimal | None:
    """Return Σ points / Σ weights of one project's indicators, unrounded; null without weights."""
    full = sum((exact(each) for each in weights), Decimal(0))
    return EXACT.divide(sum((exact(each) for each in points), Decimal(0)), full) if full > 0 else None


def grade(score: Number, bands: Sequence[Sequence[Any]]) -> str | None:
    """Return the label of the band [label, from, to) that holds the *rounded* score; the top includes its end."""
    total = rounded(score)
    top = max(exact(high) for _, _, high in bands)
    for label, low, high in bands:
        if exact(low) <= total < exact(high) or total == exact(high) == top:
            return str(label)
    return None


def overshoot_share(target: Number, actual: Number) -> Decimal:
    """Return (actual − target)/target; 0 for a target of zero."""
    goal = exact(target)
    return EXACT.divide(exact(actual) - goal, goal) if goal else Decimal(0)


def deduction_share(deviation: Decimal, deductions: Sequence[Sequence[Number]]) -> Decimal:
    """Return the share of points lost for an overshoot: the first row reaching it, else the last row."""
    ordered = sorted(((exact(upto), exact(lost)) for upto, lost in deductions), key=lambda row: row[0])
    return next(
        (lost for upto, lost in ordered if deviation <= upto), ordered[-1][1] if ordered else Decimal(0)
    )


def actual_for_points(
    op: str, target: Number, weight: Number, points: Number, *, target_high: Number | None = None
) -> Decimal | None:
    """Return the shortest actual value that scores exactly `points`; null if no value does.

    The inverse of `quantitative` and, for op 区间, of `in_range`. Full points give the target itself.
    """
    goal, full, wanted = exact(target), exact(weight), exact(points)
    if wanted < 0 or wanted > full or op not in (">=", ">", "<=", "<", "=", "区间"):
        return None
    high = exact(target_high) if target_high is not None else goal

    def scores(actual: Decimal) -> bool:
        found = in_range(goal, high, actual, full) if op == "区间" else quantitative(op, goal, actual, full)
        return found.score == rounded(wanted)

    if scores(goal):
        return goal
    for ideal in _ideals(op, goal, high, full, wanted):
        for places in range(13):
            actual = ideal.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP, context=EXACT)
            if scores(actual):
                return actual
    return None


def _ideals(op: str, goal: Decimal, high: Decimal, full: Decimal, wanted: Decimal) -> list[Decimal]:
    """Return unrounded candidates, the natural one first."""
    if wanted == full or full == 0:
        return [goal + 1, goal - 1]
    with localcontext(EXACT):
        below = [goal * wanted / full]
        # Nothing scores 0.00 above a target but a value so far off that the proportion rounds away.
        far = high * full / max(wanted, Decimal("0.0025"))
    above = [far] if wanted or goal > 0 else [goal + 1]
    if op in (">=", ">"):
        return [*below, goal - 1]
    return [*above, goal + 1] if op in ("<=", "<") else [*below, *above, goal + 1]


def policy_tiers(policy: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
    """Return the qualitative tiers of a resolved policy."""
    tiers: Sequence[Sequence[Any]] = policy["scoring"]["qualitative_tiers"]
    return tiers


def _in_proportion(full: Decimal, part: Decimal, whole: Decimal) -> Decimal:
    """Return full·part/whole, rounded, kept within 0 and full."""
    if whole == 0:
        return rounded(0)
    with localcontext(EXACT):
        return rounded(min(full, max(Decimal(0), full * part / whole)))


def _without_proportion(op: str, goal: Decimal, found: Decimal, full: Decimal) -> Points:
    """Score against a target that is not positive: met or not, for no proportion exists."""
    met = {">=": found >= goal, ">": found > goal, "<=": found <= goal, "<": found < goal}.get(
        op, found == goal
    )
    quiet = goal < 0 or (met and op in ("<=", "<"))
    return Points(rounded(full if met else 0), "" if quiet else TARGET_ZERO)


def _at_least(
    goal: Decimal,
    found: Decimal,
    full: Decimal,
    target_too_low: bool,
    overshoot_over: Decimal,
    deductions: Sequence[Sequence[Number]],
) -> Points:
    """Score a reached `>=` target: full, less the deduction for a target set too low."""
    deviation = overshoot_share(goal, found)
    if deviation <= overshoot_over:
        return Points(rounded(full))
    lost = deduction_share(deviation, deductions) if target_too_low else Decimal(0)
    return Points(rounded(full * (1 - lost)), OVERSHOOT_EXPLAIN)


def _step(share: Decimal, steps: Sequence[Sequence[Number]]) -> Decimal:
    """Return the points of the highest step that `share` reaches."""
    ordered = sorted(
        ((exact(low), exact(points)) for low, points in steps), key=lambda row: row[0], reverse=True
    )
    return next((points for low, points in ordered if share >= low), Decimal(0))
