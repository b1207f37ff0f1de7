"""Rounding and other functions of one or two numbers."""

from datetime import timedelta
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
)
from functools import partial
from typing import Any

from engine.feel.builtins.declaring import built_in
from engine.feel.numbers import CONTEXT, finite, whole
from engine.feel.positions import nanos_of
from engine.feel.state import Run
from engine.feel.temporal import opposite
from engine.feel.values import Function, Months
from engine.feel.wide import kind_of

FUNCTIONS: dict[str, Function] = {}
declare = partial(built_in, FUNCTIONS)
_LOWEST_SCALE, _HIGHEST_SCALE = -6111, 6176
_WIDE = Context(prec=12_400, Emin=-6200, Emax=6200, traps=[])


def rounded(value: Decimal, scale: Decimal | None, mode: str) -> Decimal | None:
    """Round to `scale` decimal places (negative: tens, hundreds); null if the scale is out of range."""
    places = 0 if scale is None else whole(scale)
    if places is None or not _LOWEST_SCALE <= places <= _HIGHEST_SCALE:
        return None
    return finite(CONTEXT.plus(value.quantize(Decimal(1).scaleb(-places), mode, _WIDE)))


_MODES = {
    "floor": ROUND_FLOOR,
    "ceiling": ROUND_CEILING,
    "round up": ROUND_UP,
    "round down": ROUND_DOWN,
    "round half up": ROUND_HALF_UP,
    "round half down": ROUND_HALF_DOWN,
}


def _rounding(mode: str) -> Any:
    def apply(run: Run, value: Decimal, scale: Decimal | None = None) -> Decimal | None:
        return rounded(value, scale, mode)

    return apply


for _name, _mode in _MODES.items():
    declare(_name, "n:number, scale:number" if _name.startswith("round") else "n:number, =scale:number")(
        _rounding(_mode)
    )


@declare("decimal", "n:number, scale:number")
def to_scale(run: Run, value: Decimal, scale: Decimal) -> Decimal | None:
    """Round half even to a number of decimal places."""
    return rounded(value, scale, ROUND_HALF_EVEN)


@declare("abs", "n:number", "n:duration")
def absolute(run: Run, value: Any) -> Any:
    """Return the size of a number or a duration."""
    if kind_of(value) is timedelta:
        return opposite(value) if nanos_of(value) < 0 else value
    return Months(abs(value.total)) if isinstance(value, Months) else abs(value)


@declare("modulo", "dividend:number, divisor:number")
def modulo(run: Run, dividend: Decimal, divisor: Decimal) -> Decimal | None:
    """Return dividend − divisor × floor(dividend ÷ divisor)."""
    if not divisor:
        return None
    rest = finite(CONTEXT.plus(_WIDE.remainder(dividend, divisor)))
    return CONTEXT.add(rest, divisor) if rest and (rest < 0) is not (divisor < 0) else rest


@declare("sqrt", "number:number")
def square_root(run: Run, value: Decimal) -> Decimal | None:
    """Return the square root; null of a negative number."""
    return finite(CONTEXT.sqrt(value))


@declare("log", "number:number")
def logarithm(run: Run, value: Decimal) -> Decimal | None:
    """Return the natural logarithm; null unless positive."""
    return finite(CONTEXT.ln(value)) if value > 0 else None


@declare("exp", "number:number")
def exponential(run: Run, value: Decimal) -> Decimal | None:
    """Return e to the power of the number."""
    return finite(CONTEXT.exp(value))


def _is_odd(value: Decimal) -> bool | None:
    rest = _WIDE.remainder(value, Decimal(2))
    return None if not rest.is_finite() else rest not in (0,)


@declare("odd", "number:number")
def odd(run: Run, value: Decimal) -> bool | None:
    """Say whether a whole number is odd."""
    return _is_odd(value) if value == value.to_integral_value() else False


@declare("even", "number:number")
def even(run: Run, value: Decimal) -> bool | None:
    """Say whether a whole number is even."""
    is_odd = _is_odd(value)
    return not is_odd if value == value.to_integral_value() and is_odd is not None else False
