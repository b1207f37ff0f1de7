"""`+ - * / **` over numbers, texts, dates, times and durations; null where the kinds do not fit."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine.feel.numbers import CONTEXT, ONE, finite, whole
from engine.feel.state import Run
from engine.feel.temporal import add_months, add_span, add_spans, between, opposite, seconds, span_of
from engine.feel.values import Months
from engine.feel.wide import MOST_MONTHS, kind_of

_SPANS = frozenset({timedelta, Months})
_MOMENTS = frozenset({date, datetime, time})


def _months(total: int | None) -> Months | None:
    return None if total is None or abs(total) > MOST_MONTHS else Months(total)


def _size(span: Any) -> Decimal:
    return Decimal(span.total) if span.__class__ is Months else seconds(span)


def _scaled(span: Any, factor: Decimal, by: Callable[[Decimal, Decimal], Decimal]) -> Any:
    size = by(_size(span), factor)
    return _months(whole(size)) if span.__class__ is Months else span_of(size)


_MOVES: dict[tuple[type, type], Callable[[Any, Any], Any]] = {
    **{(kind, Months): lambda value, span: add_months(value, span.total) for kind in (date, datetime)},
    **{(kind, timedelta): add_span for kind in (date, datetime, time)},
}
_SUMS = _MOVES | {
    (Months, Months): lambda left, right: _months(left.total + right.total),
    (timedelta, timedelta): add_spans,
}


def add(left: Any, right: Any, run: Run) -> Any:
    """Add numbers, join texts, move a date by a duration."""
    kind = left.__class__
    if kind is right.__class__:
        if kind is Decimal:
            return finite(CONTEXT.add(left, right))
        if kind is str:
            return run.text(left + right)
    one, two = kind_of(left), kind_of(right)
    work = _SUMS.get((one, two))
    if work is not None:
        return work(left, right)
    work = _MOVES.get((two, one))
    return None if work is None else work(right, left)


def subtract(left: Any, right: Any, run: Run) -> Any:
    """Subtract numbers, dates (giving a duration), or a duration from a date."""
    if left.__class__ is Decimal and right.__class__ is Decimal:
        return finite(CONTEXT.subtract(left, right))
    one, two = kind_of(left), kind_of(right)
    if two is Months or two is timedelta:
        work = _SUMS.get((one, two))
        return None if work is None else work(left, negate(right))
    return between(left, right) if one in _MOMENTS and two in _MOMENTS else None


def multiply(left: Any, right: Any, run: Run) -> Any:
    """Multiply numbers, or a duration by a number."""
    one, two = kind_of(left), kind_of(right)
    if two is not Decimal:
        left, one, right, two = right, two, left, one
    if one is Decimal and two is Decimal:
        return finite(CONTEXT.multiply(left, right))
    return _scaled(left, right, CONTEXT.multiply) if one in _SPANS and two is Decimal else None


def divide(left: Any, right: Any, run: Run) -> Any:
    """Divide numbers, a duration by a number, or two durations of one kind; by zero gives null."""
    one, two = kind_of(left), kind_of(right)
    if one is Decimal and two is Decimal:
        return finite(CONTEXT.divide(left, right)) if right else None
    if one in _SPANS and two is Decimal:
        return _scaled(left, right, CONTEXT.divide) if right else None
    if one in _SPANS and one is two and (divisor := _size(right)):
        return finite(CONTEXT.divide(_size(left), divisor))
    return None


def power(left: Any, right: Any, run: Run) -> Any:
    """Raise a number to a power."""
    if left.__class__ is Decimal and right.__class__ is Decimal:
        run.charge(8)
        if not right:
            return ONE
        return finite(CONTEXT.power(left, right))
    return None


def negate(value: Any) -> Any:
    """Negate a number or a duration."""
    kind = kind_of(value)
    if kind is Decimal:
        return finite(CONTEXT.minus(value))
    if kind is Months:
        return Months(-value.total)
    return opposite(value) if kind is timedelta else None


OPERATORS: dict[str, Callable[[Any, Any, Run], Any]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "**": power,
}
