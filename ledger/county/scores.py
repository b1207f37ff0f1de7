"""Outcomes of a made-up project: execution, scores within its grade band, points that add up to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from ledger.county.apportion import apportion
from ledger.county.plan import GRADE_SHARES, Band, Plan, execution_score

PERFECT = "ALL_PERFECT_SELF"
GAP = "SELF_FIN_GAP_GE_15"
PERFECT_SHARE = 0.035
GAP_LEAST = 1_500


@dataclass(frozen=True, slots=True)
class Graded:
    """Which band a project falls into; place 0 is the best."""

    place: int
    band: Band


def draw_grades(budgets: Sequence[int], plan: Plan, rng: Random) -> list[Graded]:
    """Return a grade for each project; the lower ones go to small projects."""
    fractions = [*GRADE_SHARES, *[0.01] * len(plan.bands)][: len(plan.bands)]
    counts = apportion(len(budgets), fractions)
    order = sorted(range(len(budgets)), key=lambda i: (budgets[i], i))
    small = order[: max(sum(counts[2:]), len(order) // 2)]
    low = rng.sample(small, sum(counts[2:]))
    taken = set(low)
    rest = [i for i in order if i not in taken]
    rng.shuffle(rest)
    grades = [Graded(0, plan.bands[0])] * len(budgets)
    queue = rest[: sum(counts[:2])] + low
    for place, count in enumerate(counts):
        for i in queue[:count]:
            grades[i] = Graded(place, plan.bands[place])
        queue = queue[count:]
    return grades


def executed(budget: int, graded: Graded, number: int, rng: Random) -> int:
    """Return the executed money: full or nearly so above, little or nothing in the fourth band."""
    if graded.place >= 3:
        return 0 if number % 5 == 0 else round(budget * rng.uniform(0.01, 0.28))
    if graded.place == 0 and rng.random() < 0.6:
        return budget
    low, high = ((0.97, 1.0), (0.85, 0.995), (0.6, 0.97))[graded.place]
    return round(budget * rng.uniform(low, high))


def add_outcomes(project: dict[str, Any], graded: Graded, number: int, plan: Plan, rng: Random) -> None:
    """Set execution, scores and points of a project with indicators; append the labels it earns."""
    budget, rows = project["budget"], project["indicators"]
    spent = executed(budget, graded, number, rng)
    if execution_score(spent, budget, plan.execution_points) + plan.weight_total < graded.band.low:
        spent = budget
    execution = execution_score(spent, budget, plan.execution_points)
    most = min(graded.band.most, execution + plan.weight_total)
    least = max(graded.band.low, round(graded.band.high * 0.65), execution)
    finance = round(rng.triangular(min(least, most), most, least + (most - least) * 0.55))
    perfect = graded.place == 0 and rng.random() < PERFECT_SHARE
    own = execution + plan.weight_total if perfect else _self_score(finance, execution, graded, plan, rng)
    _share_out(rows, "fin_pts", finance - execution, rng)
    _share_out(rows, "self_pts", own - execution, rng)
    project |= {"exec": spent, "unspent": budget - spent, "band": graded.band.label}
    project |= {"exec_score": execution, "self_score": own, "fin_score": finance}
    project["defects"] += [PERFECT] * perfect + [GAP] * (own - finance >= GAP_LEAST)


def _self_score(finance: int, execution: int, graded: Graded, plan: Plan, rng: Random) -> int:
    """Return the unit's own score: mostly above the reviewer's, far above where the grade is low."""
    drawn = rng.random()
    if drawn < 0.12:
        return finance
    if drawn < 0.15:
        return max(execution, finance - rng.randint(1, 120))
    gap = rng.randint(300, 2_400) if graded.place >= 2 else round(rng.expovariate(1 / 320))
    return min(execution + plan.weight_total, finance + gap)


def _share_out(rows: list[dict[str, Any]], field: str, points: int, rng: Random) -> None:
    """Spread what is lost over some indicators, none below zero, so that the points sum to `points`."""
    weights = [row["weight"] for row in rows]
    lost = apportion(sum(weights) - points, [weight * rng.random() ** 3 for weight in weights], caps=weights)
    for row, weight, loss in zip(rows, weights, lost, strict=True):
        row[field] = weight - loss
