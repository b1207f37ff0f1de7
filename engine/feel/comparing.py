"""Equality and order of FEEL values: true, false, or null where the kinds do not match."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cmp_to_key
from itertools import pairwise
from operator import ge, gt, le, lt
from typing import Any

from engine.feel.state import Run
from engine.feel.temporal import instants, places, same_second, time_position
from engine.feel.values import Function, Months, Range, lift
from engine.feel.wide import ORDINARY, WideDate, WideDateTime, WideSpan, WideTime, kind_of

ORDER: dict[str, Callable[[Any, Any], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}
DIRECT = frozenset({Decimal, str, bool, timedelta, Months, date, WideDate, WideSpan})
_TEMPORAL = frozenset(ORDINARY.values())
_ORDERED = frozenset({Decimal, str, timedelta, Months, date, WideDate, WideSpan})


def equal(left: Any, right: Any, run: Run) -> bool | None:
    """Compare two values; null when their kinds differ (a list of one item stands for the item)."""
    kind = left.__class__
    if kind is right.__class__:
        if kind in DIRECT:
            return bool(left == right)
        return _equal_alike(left, right, run)
    if left is None or right is None:
        return False
    if kind is list and len(left) == 1:
        return equal(lift(left[0]), right, run)
    if right.__class__ is list and len(right) == 1:
        return equal(left, lift(right[0]), run)
    if kind in ORDINARY or right.__class__ in ORDINARY:
        return _equal_wide(left, right)
    return None


def _equal_wide(left: Any, right: Any) -> bool | None:
    """Compare a wide value with one of Python's own; dates and durations of these two classes are never the same."""
    kind = kind_of(left)
    if kind is not kind_of(right):
        return None
    return same_second(left, right) if kind in (time, datetime) else False


def _equal_alike(left: Any, right: Any, run: Run) -> bool | None:
    match left:
        case None:
            return True
        case list():
            return _equal_lists(left, right, run)
        case dict():
            return _equal_contexts(left, right, run)
        case datetime() | time():
            return same_second(left, right)
        case WideDateTime() | WideTime():
            run.charge(2)
            return same_second(left, right)
        case Range():
            return _equal_ranges(left, right, run)
        case Function():
            return left is right
    return bool(left == right)


def _equal_lists(left: list[Any], right: list[Any], run: Run) -> bool:
    run.charge(1)
    if len(left) != len(right):
        return False
    run.charge(len(left))
    return all(equal(lift(one), lift(two), run) for one, two in zip(left, right, strict=True))


def _equal_contexts(left: dict[str, Any], right: dict[str, Any], run: Run) -> bool:
    run.charge(1 + len(left))
    return left.keys() == right.keys() and all(equal(lift(left[key]), lift(right[key]), run) for key in left)


def _equal_ranges(left: Range, right: Range, run: Run) -> bool | None:
    if (left.low_included, left.high_included, left.point) != (
        right.low_included,
        right.high_included,
        right.point,
    ):
        return False
    low = equal(left.low, right.low, run)
    return low and equal(left.high, right.high, run)


def ordered(op: str, left: Any, right: Any) -> bool | None:
    """Compare two values by < <= > >=; null unless both are of one ordered kind.

    Where only one of two times has an offset, the other takes it (table 54 of the standard).
    """
    kind = left.__class__
    if kind is right.__class__:
        if kind in _ORDERED:
            return ORDER[op](left, right)
        if kind is datetime:
            return ORDER[op](*instants(left, right))
        if kind is time and (left.tzinfo is None) is (right.tzinfo is None):
            return ORDER[op](time_position(left)[1], time_position(right)[1])
    kind = kind_of(left)
    return ORDER[op](*places(left, right)) if kind in _TEMPORAL and kind is kind_of(right) else None


def inside(value: Any, interval: Range, run: Run) -> bool | None:
    """Say whether a value lies in a range; null if they cannot be compared."""
    low, high = interval.low, interval.high
    if value.__class__ is Decimal and low.__class__ is Decimal and high.__class__ is Decimal:
        above = value >= low if interval.low_included else value > low
        return above and (value <= high if interval.high_included else value < high)
    if low is high and interval.low_included and interval.high_included:
        return equal(value, low, run)
    return _inside_ordered(value, interval)


def _inside_ordered(value: Any, interval: Range) -> bool | None:
    low, high = interval.low, interval.high
    above = True if low is None else ordered(">=" if interval.low_included else ">", value, low)
    below = True if high is None else ordered("<=" if interval.high_included else "<", value, high)
    if above is False or below is False:
        return False
    return None if above is None or below is None else True


def same(left: Any, right: Any, run: Run) -> bool:
    """Say whether two items of lists are one value; a list of one item does not stand for the item here."""
    return kind_of(left) is kind_of(right) and equal(left, right, run) is True


def pay_to_compare(run: Run, values: list[Any]) -> None:
    """Pay for looking at each value, more for long texts."""
    run.charge(len(values) + sum(len(value) >> 12 for value in values if value.__class__ is str))


def ascending(values: list[Any], run: Run) -> list[Any] | None:
    """Sort values of one ordered kind; null if they are not."""
    pay_to_compare(run, values)
    if len({value.__class__ for value in values}) == 1 and values[0].__class__ in _ORDERED:
        return sorted(values)
    run.charge(2 * len(values) * len(values).bit_length())
    comparable = all(ordered("<=", one, two) is not None for one, two in pairwise(values))

    def compare(one: Any, two: Any) -> int:
        return -1 if ordered("<", one, two) else int(bool(ordered(">", one, two)))

    return sorted(values, key=cmp_to_key(compare)) if comparable else None
