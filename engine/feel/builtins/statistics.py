"""Figures over a list, or over several arguments."""

from decimal import Decimal
from functools import partial
from typing import Any

from engine.feel.arithmetic import add, divide
from engine.feel.builtins.declaring import built_in
from engine.feel.comparing import ascending, ordered, pay_to_compare
from engine.feel.numbers import CONTEXT, ONE, finite
from engine.feel.state import Run
from engine.feel.values import Function

FUNCTIONS: dict[str, Function] = {}
declare = partial(built_in, FUNCTIONS)


def _values(run: Run, items: tuple[Any, ...]) -> list[Any]:
    values = items[0] if len(items) == 1 and isinstance(items[0], list) else list(items)
    pay_to_compare(run, values)
    return [run.lift(value) for value in values]


def _numbers(run: Run, items: tuple[Any, ...]) -> list[Decimal] | None:
    """Return the numbers; None if there is none, or something else among them."""
    values = _values(run, items)
    return values if values and all(value.__class__ is Decimal for value in values) else None


def _extreme(run: Run, items: tuple[Any, ...], op: str) -> Any:
    values = _values(run, items)
    if not values:
        return None
    best = values[0]
    for value in values:
        better = ordered(op, value, best)
        if better is None:
            return None
        best = value if better else best
    return best


@declare("min", "list:list", "list, *list")
def smallest(run: Run, *items: Any) -> Any:
    """Return the smallest value; null of nothing, or of values that cannot be compared."""
    return _extreme(run, items, "<")


@declare("max", "list:list", "list, *list")
def largest(run: Run, *items: Any) -> Any:
    """Return the largest value; null of nothing, or of values that cannot be compared."""
    return _extreme(run, items, ">")


def _total(values: list[Any], run: Run) -> Any:
    total = values[0]
    for value in values[1:]:
        total = add(total, value, run)
    return total if total.__class__ is not str else None


@declare("sum", "list:list", "list, *list")
def total(run: Run, *items: Any) -> Any:
    """Add numbers (or durations of one kind); null of an empty list."""
    values = _values(run, items)
    return _total(values, run) if values else None


@declare("mean", "list:list", "list, *list")
def mean(run: Run, *items: Any) -> Any:
    """Return the average."""
    values = _values(run, items)
    return divide(_total(values, run), Decimal(len(values)), run) if values else None


@declare("median", "list:list", "list, *list")
def median(run: Run, *items: Any) -> Decimal | None:
    """Return the middle number, or the mean of the middle two."""
    values = ascending(_numbers(run, items) or [], run) or []
    half, odd = divmod(len(values), 2)
    if not values:
        return None
    return (
        values[half]
        if odd
        else finite(CONTEXT.divide(CONTEXT.add(values[half - 1], values[half]), Decimal(2)))
    )


@declare("mode", "list:list", "list, *list")
def mode(run: Run, *items: Any) -> list[Decimal] | None:
    """Return the most frequent numbers in ascending order; an empty list of an empty list."""
    if not _values(run, items):
        return []
    values = _numbers(run, items)
    if values is None:
        return None
    counts: dict[Decimal, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    most = max(counts.values())
    return ascending([value for value, times in counts.items() if times == most], run)


@declare("stddev", "list:list", "list, *list")
def standard_deviation(run: Run, *items: Any) -> Decimal | None:
    """Return the standard deviation of a sample; null of fewer than two numbers."""
    values = _numbers(run, items)
    if values is None or len(values) < 2:
        return None
    run.charge(3 * len(values))
    average = mean(run, values)
    squares = [CONTEXT.power(CONTEXT.subtract(value, average), Decimal(2)) for value in values]
    return finite(CONTEXT.sqrt(CONTEXT.divide(_total(squares, run), Decimal(len(values) - 1))))


@declare("product", "list:list", "list, *list")
def product(run: Run, *items: Any) -> Decimal | None:
    """Multiply numbers."""
    result: Decimal | None = ONE
    for value in (values := _numbers(run, items)) or []:
        result = finite(CONTEXT.multiply(result, value)) if result is not None else None
    return result if values else None
