"""From ledger units to ours and back: money in 0.01 万元, scores and points ×100."""

from decimal import Decimal

YUAN_PER_UNIT = 100


def amount(units: int) -> Decimal:
    """Return yuan."""
    return Decimal(units * YUAN_PER_UNIT).quantize(Decimal("0.01"))


def wan(units: int) -> Decimal:
    """Return 万元 with two decimals, as forms take it."""
    return Decimal(units).scaleb(-2)


def score(points: int) -> Decimal:
    """Return a score of 0 to 100, or points, with two decimals."""
    return Decimal(points).scaleb(-2)
