"""Pages of rows: people count, so there are pages of fifty and a total."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask import request

PAGE = 50
NOT_COUNTED = frozenset({"year", "round", "line_no"})


def page_number() -> int:
    """Return which page is asked for, counted from 1."""
    return min(max(request.args.get("page", 1, type=int), 1), 100_000)


def is_numeric(rows: Sequence[Sequence[Any]], at: int, name: str) -> bool:
    """Tell whether a column holds numbers to be compared."""
    values = [row[at] for row in rows]
    return name not in NOT_COUNTED and any(
        isinstance(one, int | Decimal) and not isinstance(one, bool) for one in values
    )
