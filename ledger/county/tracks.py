"""The special tracks of a made-up county, in small numbers, and the new projects to evaluate beforehand."""

from random import Random
from typing import Any

from ledger.county.departments import Made
from ledger.county.plan import Plan

Row = dict[str, Any]
PREFIX = {"direct": "DIR", "rural": "RUR", "ssf": "SSF", "ppp": "PPP", "bond": "BND", "pre_eval": "PRE"}
AVERAGE = {
    "direct": 16_000,
    "rural": 290_000,
    "ssf": 210_000,
    "ppp": 560_000,
    "bond": 640_000,
    "pre_eval": 16_000,
}
EXCLUDED_SHARE = 0.59


def excluded_rows(count: int, year: int, owners: list[Made], plan: Plan, rng: Random) -> list[Row]:
    """Return the projects of central transfers that are not evaluated; none where the policy excludes none."""
    if not plan.excludes_transfers:
        return []
    return [
        {
            "id": f"T{year}-{number:04d}",
            "dept": rng.choice(owners).code,
            "class73": True,
            "budget": 300 + round(16_000 * rng.lognormvariate(-0.5, 1)),
        }
        for number in range(1, round(count * EXCLUDED_SHARE) + 1)
    ]


def pre_evaluation_rows(count: int, owners: list[Made], rng: Random) -> list[Row]:
    """Return new projects; about half reach the amount at which a third party must evaluate."""
    rows = _rows("pre_eval", max(2, count // 100), owners, rng)
    for row in rows:
        row["total_investment"] = round(row["budget"] * rng.uniform(1, 1.8))
        row["specialised"] = rng.random() < 0.15
    return rows


def track_rows(count: int, owners: list[Made], plan: Plan, rng: Random) -> dict[str, list[Row]]:
    """Return the rows of each track the policy runs."""
    rows: dict[str, list[Row]] = {}
    for track in plan.tracks:
        plain = _rows(track, max(2, count // 60) if track == "direct" else 3, owners, rng)
        rows[track] = [row | _special(track, row["budget"], rng) for row in plain]
    return rows


def _rows(track: str, count: int, owners: list[Made], rng: Random) -> list[Row]:
    return [
        {
            "id": f"{PREFIX[track]}-{number:02d}",
            "dept": rng.choice(owners).code,
            "budget": 1_000 + round(AVERAGE[track] * rng.lognormvariate(-0.5, 1)),
        }
        for number in range(1, count + 1)
    ]


def _special(track: str, budget: int, rng: Random) -> Row:
    if track == "direct":
        return {"region_pass": rng.random() < 0.95}
    if track == "ssf":
        return {}
    indicators = rng.randint(8, 15)
    counts = {"n": indicators, "q": indicators - rng.randint(0, 3)}
    if track == "ppp":
        return counts | {"monitored": round(budget * rng.uniform(0.8, 1))}
    if track == "bond":
        spent = round(budget * rng.uniform(0.7, 0.95))
        return counts | {"self_budget": spent, "self_exec": spent, "self_score": rng.randint(9_500, 9_990)}
    return counts
