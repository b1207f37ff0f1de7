"""Say what a project came to, in the words of a citizen; nothing personal leaves."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ledger.disclosing.reading import Row
from ledger.measures.measure import NOTHING, printed

PERSONAL = re.compile(
    r"(?<!\d)(?:1[3-9]\d{9}|\d{17}[\dXx]|0\d{2,3}[- ]?\d{7,8})(?!\d)|[\w.+-]+@[\w-]+\.[\w.]+"
)
"""Numbers of mobile phones, identity cards, telephones; addresses of mail."""
LEFT_OUT = "（已隐去）"
SATISFACTION = "满意度"
QUALITATIVE = "定性"
SIGNS = {">=": "≥", "<=": "≤", "=": "", ">": ">", "<": "<"}
YUAN_PER_WAN = Decimal(10_000)


@dataclass(frozen=True)
class Line:
    """An indicator: what was promised, what came, whether all points were given, and why not."""

    name: str
    target: str
    actual: str
    reached: bool
    reason: str


def without_persons(text: Any) -> str:
    """Return a text in which numbers and addresses of people are left out."""
    return PERSONAL.sub(LEFT_OUT, str(text or "")).strip()


def wan(amount: Any) -> str:
    """Return yuan as 万元 with separators."""
    return NOTHING if amount is None else f"{Decimal(printed(Decimal(amount) / YUAN_PER_WAN, 2)):,}"


def number(value: Any, decimals: int = 2) -> str:
    """Return a number half-up; a dash for none."""
    return NOTHING if value is None else f"{Decimal(printed(Decimal(value), decimals)):,}"


def rate(part: Any, whole: Any) -> str:
    """Return a percentage of two sums; a dash of nothing."""
    return f"{number(Decimal(100) * part / whole)}%" if whole else NOTHING


def lines(rows: Sequence[Row]) -> list[Line]:
    """Return the indicators of a project."""
    return [
        Line(
            without_persons(row["name"] or row["level2"] or row["level1"]),
            _target(row),
            _with_unit(row, row.get("actual")),
            row.get("points") is None or row["points"] >= row["weight"],
            without_persons(row.get("reason")),
        )
        for row in rows
    ]


def satisfaction(rows: Sequence[Row]) -> list[Line]:
    """Return the indicators that say whether people were content."""
    return lines([row for row in rows if SATISFACTION in f"{row['level1']}{row['level2']}{row['name']}"])


def _target(row: Row) -> str:
    if row["op"] == QUALITATIVE:
        return without_persons(row["target_value"])
    if row["target_high"]:
        return f"{row['target_value']}–{_with_unit(row, row['target_high'])}"
    return f"{SIGNS.get(row['op'] or '', '')}{_with_unit(row, row['target_value'])}"


def _with_unit(row: Row, value: Any) -> str:
    unit = "" if row["op"] == QUALITATIVE else row["unit"] or ""
    return without_persons(f"{value}{unit}") if value not in (None, "") else NOTHING
