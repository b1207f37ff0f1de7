"""Dates and times: comparing, adding and subtracting; Python's own way first, `positions` and `moving` where that has an edge."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine.feel.moving import difference, joined, moved, moved_by_months
from engine.feel.numbers import CONTEXT
from engine.feel.positions import clock_of, local_position, nanos_of, offset_of, position
from engine.feel.shapes import MOST_SECONDS, make_span, shaped
from engine.feel.values import Months
from engine.feel.wide import kind_of, year_of

_MIDNIGHT = time(0)
_DAY_SECONDS = Decimal(86400)
_MILLION, _BILLION = Decimal(1_000_000), Decimal(1_000_000_000)
_SECOND = 10**9


def instants(left: datetime, right: datetime) -> tuple[Any, Any]:
    """Return both on one scale; where only one has a zone the other takes its offset, so their clocks are compared."""
    if not _zoned_alike(left, right):
        return left.replace(tzinfo=None), right.replace(tzinfo=None)
    if left.tzinfo is None:
        return left, right
    try:
        return left.astimezone(UTC), right.astimezone(UTC)
    except OverflowError:
        return position(left)[1], position(right)[1]


def _zoned_alike(left: datetime, right: datetime) -> bool:
    return (left.tzinfo is None) is (right.tzinfo is None)


def places(left: Any, right: Any) -> tuple[int, int]:
    """Return two values of one kind on one scale, as `instants`, whichever they are."""
    one, two = position(left), position(right)
    return (one[1], two[1]) if one[0] is two[0] else (local_position(left), local_position(right))


def same_second(left: Any, right: Any) -> bool | None:
    """Say whether two times, or dates and times, are one to the second, as equality looks at them; null if one has no zone."""
    if left.__class__ is datetime and right.__class__ is datetime:
        if not _zoned_alike(left, right):
            return None
        pair = instants(left, right)
        if pair[0].__class__ is datetime:
            return bool(pair[0].replace(microsecond=0) == pair[1].replace(microsecond=0))
    one, two = position(left), position(right)
    return one[1] // _SECOND == two[1] // _SECOND if one[0] is two[0] else None


def midnight(value: Any) -> Any:
    """Return the start of a day, without a zone."""
    return joined(value, _MIDNIGHT)


def time_position(value: time) -> tuple[bool, timedelta]:
    """Return whether the time has a zone, and its place in the (UTC) day."""
    span = timedelta(0, value.second, value.microsecond, 0, value.minute, value.hour)
    offset = offset_of(value)
    return (False, span) if offset is None else (True, (span - offset) % timedelta(days=1))


def seconds(span: Any) -> Decimal:
    """Return the exact seconds of a duration."""
    if span.__class__ is not timedelta:
        return CONTEXT.divide(Decimal(span.total), _BILLION)
    whole = Decimal(span.days) * _DAY_SECONDS + span.seconds
    return CONTEXT.add(whole, CONTEXT.divide(Decimal(span.microseconds), _MILLION))


def span_of(total_seconds: Decimal) -> Any:
    """Return the duration of so many seconds, cut at a nanosecond; None if out of range."""
    if not total_seconds.is_finite() or abs(total_seconds) >= MOST_SECONDS:
        return None
    return make_span(int(CONTEXT.multiply(total_seconds, _BILLION)))


def opposite(span: Any) -> Any:
    """Turn a days and time duration round."""
    if span.__class__ is timedelta:
        try:
            return -span
        except OverflowError:
            pass
    return make_span(-nanos_of(span))


def add_spans(left: Any, right: Any) -> Any:
    """Add two days and time durations."""
    if left.__class__ is timedelta and right.__class__ is timedelta:
        try:
            return left + right
        except OverflowError:
            pass
    return make_span(nanos_of(left) + nanos_of(right))


def add_months(value: Any, months: int) -> Any:
    """Move a date (or date and time) by months, to the last day of the month where the day does not exist."""
    if isinstance(value, date):
        year, month = divmod(value.year * 12 + value.month - 1 + months, 12)
        if 1 <= year <= 9999:
            day = min(value.day, monthrange(year, month + 1)[1])
            return value.replace(year=year, month=month + 1, day=day)
    return moved_by_months(value, months)


def add_span(value: Any, span: Any) -> Any:
    """Move a date, a time or a date and time by a days and time duration; a zone keeps its instant."""
    if isinstance(value, date) and span.__class__ is timedelta:
        try:
            if not isinstance(value, datetime):
                return (datetime.combine(value, _MIDNIGHT) + span).date()
            zone = value.tzinfo
            return value + span if zone is None else (value.astimezone(UTC) + span).astimezone(zone)
        except OverflowError:
            pass
    return moved(value, nanos_of(span))


def between(later: Any, earlier: Any) -> Any:
    """Subtract two dates, times, or dates and times."""
    kind = later.__class__
    if kind is earlier.__class__ and (kind is date or (kind is datetime and _zoned_alike(later, earlier))):
        one, two = (later, earlier) if kind is date else instants(later, earlier)
        return one - two if one.__class__ is kind else make_span(one - two)
    return difference(later, earlier) if (kind_of(later) is time) is (kind_of(earlier) is time) else None


def months_between(start: Any, end: Any) -> Months:
    """Count the whole months from `start` to `end` on their own clocks, negative if `end` is earlier."""
    one, two = _months_and_rest(start), _months_and_rest(end)
    if two < one:
        return Months(-months_between(end, start).total)
    return Months(two[0] - one[0] - (two[1] < one[1]))


def _months_and_rest(value: Any) -> tuple[int, tuple[int, int]]:
    shape = shaped(value)[1]
    return year_of(value) * 12 + shape.month, (shape.day, clock_of(value))
