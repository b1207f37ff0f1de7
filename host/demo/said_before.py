"""The figures of the year before: close to this year's, a few targets lower, most of them reached."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from ledger.indicator_points import QUALITATIVE, as_number, execution_points, line_points
from ledger.scoring import grade, policy_tiers

LOWER = Decimal("0.95")
REASON = "年中招标推迟,年底前已补齐。"
Row = Mapping[str, Any]


def last_target(line: Row) -> str:
    """Return last year's target of an indicator: the first of a project grew since, the others stayed."""
    number = as_number(line["target_value"])
    if line["line_no"] != 1 or number is None or line["unit"] == "%":
        return str(line["target_value"])
    return _like(number, number * LOWER)


def evaluated(project: Row, lines: Sequence[Row], policy: Row) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return a self-evaluation and its lines, scored by the policy. project: this year's; lines: its indicators."""
    rows = [_line(project["id"], line, policy) for line in lines]
    budget = (project["budget_amount"] * Decimal("0.96")).quantize(Decimal(100))
    executed = (budget * Decimal("0.985")).quantize(Decimal(100))
    execution = execution_points(budget, executed, policy).score or Decimal(0)
    points = sum((row["points"] for row in rows), Decimal(0))
    sums = {
        "budget_amount": budget,
        "executed_amount": executed,
        "goal_result": f"{project['name']}上一年度的目标基本完成。",
        "execution_score": execution,
        "points_total": points,
        "weight_total": sum((row["weight"] for row in rows), Decimal(0)),
        "self_score": execution + points,
    }
    return sums, rows


def judged(project_id: int, own: Decimal, policy: Row) -> dict[str, Any]:
    """Return what finance made of a self-evaluation: a little less than it gave itself, and the grade by the policy's bands."""
    score = own - Decimal(project_id % 7) / 2
    return {"finance_score": score, "graded_score": score, "grade": grade(score, policy["grading"]["bands"])}


def _line(project_id: int, line: Row, policy: Row) -> dict[str, Any]:
    kept = ("line_no", "level1", "level2", "name", "op", "target_high", "unit", "weight")
    row = {name: line[name] for name in kept} | {"target_value": last_target(line)}
    target = as_number(row["target_value"])
    if row["op"] == QUALITATIVE or target is None:
        row |= {"actual": "完成", "tier": policy_tiers(policy)[0][0], "points": row["weight"]}
    else:
        row["actual"] = _actual(project_id, row, target)
        asked = {name: row[name] for name in ("op", "target_high", "weight", "actual")}
        scored = line_points(asked | {"target": target}, policy).score
        row["points"] = row["weight"] if scored is None else scored
    return row | {"reason": REASON if row["points"] < row["weight"] else None}


def _actual(project_id: int, row: Row, target: Decimal) -> str:
    """Return what was reached: between 95 and 103 in a hundred, by the project and the line."""
    share = Decimal(95 + (project_id * 7 + row["line_no"] * 5) % 9) / 100
    if row["op"] in ("<=", "<"):
        share = min(share, Decimal(1))
    reached = min(target * share, Decimal(100)) if row["unit"] == "%" else target * share
    return _like(target, reached)


def _like(pattern: Decimal, value: Decimal) -> str:
    """Write a number with as many decimals as another."""
    return str(value.quantize(Decimal(1).scaleb(int(pattern.as_tuple().exponent)), ROUND_HALF_UP))
