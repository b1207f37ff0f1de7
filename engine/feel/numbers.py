"""Arithmetic of FEEL numbers: 34 significant digits, half even, never an exception (null instead)."""

from decimal import ROUND_HALF_EVEN, Context, Decimal

CONTEXT = Context(
    prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144, capitals=1, clamp=0, flags=[], traps=[]
)
ZERO = Decimal(0)
ONE = Decimal(1)
_LARGEST_WHOLE = 15


def number(text: str) -> Decimal | None:
    """Read a plain number, rounded to 34 digits; None if it is none or too large."""
    return finite(CONTEXT.create_decimal(text))


def finite(value: Decimal) -> Decimal | None:
    """Return the number, or None for an infinity or a NaN; negative zero is zero."""
    if not value.is_finite():
        return None
    return value if value else ZERO


def whole(value: Decimal) -> int | None:
    """Return the integer part as int; None if it is absurdly large (15 digits are enough for any index)."""
    return int(value) if value.is_finite() and value.adjusted() < _LARGEST_WHOLE else None


def plain(value: Decimal) -> str:
    """Write a number as FEEL does: no exponent where it stays readable, no trailing zeros."""
    if not value:
        return "0"
    value = CONTEXT.normalize(value)
    if -40 < value.adjusted() < 40:
        return format(value, "f")
    return str(value)
