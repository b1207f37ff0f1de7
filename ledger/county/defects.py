"""Defects of known kinds, put in at known rates, each with its label: something for the checks to find."""

from collections.abc import Callable
from random import Random
from typing import Any, Final

Row = dict[str, Any]
Project = dict[str, Any]


def _cost_at_least(project: Project, rng: Random) -> bool:
    """Turn the operator of a cost indicator round (L08)."""
    rows = [row for row in project["indicators"] if "成本指标" in row["l1"] + row["l2"] and row["op"] == "<="]
    if rows:
        rng.choice(rows).update(op=">=", polarity="higher")
    return bool(rows)


def _duplicate(project: Project, rng: Random) -> bool:
    """Give two indicators the same name (L13)."""
    first, second = rng.sample(project["indicators"], 2)
    second["l3"] = first["l3"]
    return True


def _placeholder(project: Project, rng: Random) -> bool:
    """Fill three indicator names with a placeholder (L01)."""
    for row in rng.sample(project["indicators"], 3):
        row["l3"] = "待定"
    return True


def _unit_slip(project: Project, rng: Random) -> bool:
    """State a target in yuan where the unit says 万元, or ten thousand times too large (L03)."""
    rows = [row for row in project["indicators"] if row["quantified"] and "元" in row["unit"]]
    if rows:
        row = rng.choice(rows)
        row["value"] = round(row["value"] * 10_000)
    return bool(rows)


def _over_a_hundred(project: Project, rng: Random) -> bool:
    """Ask for at least 100 `百分比` of a rate that cannot exceed 100 (L07)."""
    rows = [row for row in project["indicators"] if row["op"] == ">=" and row["unit"] == "%"]
    if rows:
        rng.choice(rows).update(value=100, unit="百分比")
    return bool(rows)


def _target_is_money(project: Project, rng: Random) -> bool:
    """Make an output indicator of the money spent (L10)."""
    rows = [row for row in project["indicators"] if row["l2"] == "数量指标" and row["quantified"]]
    if rows:
        rng.choice(rows).update(l3="资金支付额", value=project["budget"] / 100, unit="万元")
    return bool(rows)


def _hidden_number(project: Project, rng: Random) -> bool:
    """Hide a number in words (L09)."""
    rows = [row for row in project["indicators"] if not row["quantified"]]
    if rows:
        rng.choice(rows)["value"] = f"约{rng.randint(2, 30) * 50}人"
    return bool(rows)


def _empty_words(project: Project, rng: Random) -> bool:
    """Name a benefit by empty words (L14)."""
    rows = [row for row in project["indicators"] if row["l1"] == "效益指标"]
    rng.choice(rows)["l3"] = "进一步加强和完善"
    return True


def _no_evidence(project: Project, rng: Random) -> bool:
    """Leave out the evidence of half the indicators (L18)."""
    for row in rng.sample(project["indicators"], len(project["indicators"]) // 2):
        row["evidence"] = ""
    return True


KINDS: Final[dict[str, tuple[float, Callable[[Project, Random], bool]]]] = {
    "COST_AT_LEAST": (0.02, _cost_at_least),
    "DUPLICATE_INDICATOR": (0.015, _duplicate),
    "PLACEHOLDER_TEXT": (0.01, _placeholder),
    "UNIT_SLIP": (0.02, _unit_slip),
    "PERCENT_OVER_100": (0.03, _over_a_hundred),
    "TARGET_IS_MONEY": (0.02, _target_is_money),
    "HIDDEN_NUMBER": (0.02, _hidden_number),
    "EMPTY_WORDS": (0.02, _empty_words),
    "NO_EVIDENCE": (0.03, _no_evidence),
}
"""Label → (share of projects, how it is put in); a project that offers no place for a kind goes without."""

OVERSPENT: Final = "EXEC_OVER_BUDGET"
OVERSPENT_SHARE: Final = 0.01


def put_defect(project: Project, rng: Random) -> None:
    """Put at most one textual defect into a project and append its label."""
    drawn = rng.random()
    for label, (share, put) in KINDS.items():
        if drawn < share:
            if put(project, rng):
                project["defects"].append(label)
            return
        drawn -= share


def overspend(project: Project, rng: Random) -> None:
    """Let a fully executed project spend more than its budget, at the known rate (L35)."""
    if rng.random() < OVERSPENT_SHARE and project["exec"] == project["budget"]:
        project["exec"] += max(1, round(project["budget"] * rng.uniform(0.01, 0.08)))
        project["defects"].append(OVERSPENT)
