"""`+ - * / **` over numbers, texts, dates, times and durations; null where the kinds do not fit."""

from collections.abc import Callable
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from engine.feel.numbers import CONTEXT, finite, whole
from engine.feel.state import Run
from engine.feel.temporal import add_months, add_span, between, seconds, span_of
from engine.feel.values import Months

_MOST_MONTHS = 12 * 999_999_999


def _months(total: int | None) -> Months | None:
    return None if total is None or abs(total) > _MOST_MONTHS else Months(total)


def _scaled(span: Any, factor: Decimal, by: Callable[[Decimal, Decimal], Decimal]) -> Any:
    if isinstance(span, Months):
        return _months(whole(by(Decimal(span.total), factor)))
    return span_of(by(seconds(span), factor))


def _add_spans(left: timedelta, right: timedelta) -> timedelta | None:
    try:
        return left + right
    except OverflowError:
        return None


def add(left: Any, right: Any, run: Run) -> Any:
    """Add numbers, join texts, move a date by a duration."""
    match left, right:
        case Decimal(), Decimal():
            return finite(CONTEXT.add(left, right))
        case str(), str():
            return run.text(left + right)
        case date(), Months():
            return add_months(left, right.total)
        case Months(), date():
            return add_months(right, left.total)
        case ((date() | time()), timedelta()):
            return add_span(left, right)
        case timedelta(), (date() | time()):
            return add_span(right, left)
        case Months(), Months():
            return _months(left.total + right.total)
        case timedelta(), timedelta():
            return _add_spans(left, right)
    return None


def subtract(left: Any, right: Any, run: Run) -> Any:
    """Subtract numbers, dates (giving a duration), or a duration from a date."""
    match left, right:
        case Decimal(), Decimal():
            return finite(CONTEXT.subtract(left, right))
        case date(), Months():
            return add_months(left, -right.total)
        case ((date() | time()), timedelta()):
            return add_span(left, -right)
        case ((date() | time()), (date() | time())):
            return between(left, right)
        case Months(), Months():
            return _months(left.total - right.total)
        case timedelta(), timedelta():
            return _add_spans(left, -right)
    return None


def multiply(left: Any, right: Any, run: Run) -> Any:
    """Multiply numbers, or a duration by a number."""
    match left, right:
        case Decimal(), Decimal():
            return finite(CONTEXT.multiply(left, right))
        case ((Months() | timedelta()), Decimal()):
            return _scaled(left, right, CONTEXT.multiply)
        case Decimal(), (Months() | timedelta()):
            return _scaled(right, left, CONTEXT.multiply)
    return None


def divide(left: Any, right: Any, run: Run) -> Any:
    """Divide numbers, a duration by a number, or two durations of one kind; by zero gives null."""
    match left, right:
        case Decimal(), Decimal():
            return finite(CONTEXT.divide(left, right)) if right else None
        case ((Months() | timedelta()), Decimal()):
            return _scaled(left, right, CONTEXT.divide) if right else None
        case Months(), Months():
            return finite(CONTEXT.divide(Decimal(left.total), Decimal(right.total))) if right.total else None
        case timedelta(), timedelta():
            return finite(CONTEXT.divide(seconds(left), seconds(right))) if right else None
    return None


def power(left: Any, right: Any, run: Run) -> Any:
    """Raise a number to a power."""
    if left.__class__ is Decimal and right.__class__ is Decimal:
        run.charge(8)
        return finite(CONTEXT.power(left, right))
    return None


def negate(value: Any) -> Any:
    """Negate a number or a duration."""
    match value:
        case Decimal():
            return finite(CONTEXT.minus(value))
        case Months():
            return Months(-value.total)
        case timedelta():
            return span_of(-seconds(value))
    return None


OPERATORS: dict[str, Callable[[Any, Any, Run], Any]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "**": power,
}
