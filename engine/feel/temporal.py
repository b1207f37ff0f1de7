"""Dates and times: comparing, adding, subtracting, and their properties."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from engine.feel.numbers import CONTEXT
from engine.feel.values import Months

_MIDNIGHT = time(0)
_DAY_SECONDS = Decimal(86400)
_MILLION = Decimal(1_000_000)


def instants(left: datetime, right: datetime) -> tuple[datetime, datetime] | None:
    """Return both on one scale; None if only one of them has a zone."""
    if left.tzinfo is None and right.tzinfo is None:
        return left, right
    if left.tzinfo is None or right.tzinfo is None:
        return None
    try:
        return left.astimezone(UTC), right.astimezone(UTC)
    except OverflowError:
        return None


def midnight(value: date) -> datetime:
    """Return the start of a day, without a zone."""
    return datetime.combine(value, _MIDNIGHT)


def to_second(value: datetime) -> datetime:
    """Cut the fraction: equality of times looks at whole seconds."""
    return value.replace(microsecond=0)


def time_offset(value: time) -> timedelta | None:
    """Return the offset from UTC; a named zone is asked for its standard time."""
    if isinstance(value.tzinfo, ZoneInfo):
        return datetime(1970, 1, 1, tzinfo=value.tzinfo).utcoffset()
    return value.utcoffset()


def time_position(value: time) -> tuple[bool, timedelta]:
    """Return whether the time has a zone, and its place in the (UTC) day."""
    span = timedelta(0, value.second, value.microsecond, 0, value.minute, value.hour)
    offset = time_offset(value)
    return (False, span) if offset is None else (True, (span - offset) % timedelta(days=1))


def seconds(span: timedelta) -> Decimal:
    """Return the exact seconds of a duration."""
    whole = Decimal(span.days) * _DAY_SECONDS + span.seconds
    return CONTEXT.add(whole, CONTEXT.divide(Decimal(span.microseconds), _MILLION))


def span_of(total_seconds: Decimal) -> timedelta | None:
    """Return the duration of so many seconds, cut at a microsecond; None if out of range."""
    micros = CONTEXT.multiply(total_seconds, _MILLION)
    if not micros.is_finite() or micros.adjusted() > 20:
        return None
    try:
        return timedelta(microseconds=int(micros))
    except OverflowError:
        return None


def add_months(value: date, months: int) -> date | None:
    """Move a date (or date and time) by months, to the last day of the month where the day does not exist."""
    year, month = divmod(value.year * 12 + value.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        return None
    return value.replace(year=year, month=month + 1, day=min(value.day, monthrange(year, month + 1)[1]))


def add_span(value: Any, span: timedelta) -> Any:
    """Move a date, a time or a date and time by a days and time duration; a zone keeps its instant."""
    try:
        match value:
            case datetime():
                zone = value.tzinfo
                return value + span if zone is None else (value.astimezone(UTC) + span).astimezone(zone)
            case date():
                return (datetime.combine(value, _MIDNIGHT) + span).date()
            case time():
                moved = datetime.combine(date(2000, 1, 3), value.replace(tzinfo=None)) + span % timedelta(
                    days=1
                )
                return moved.time().replace(tzinfo=value.tzinfo)
    except OverflowError:
        return None
    return None


def between(later: Any, earlier: Any) -> timedelta | None:
    """Subtract two dates, times, or dates and times."""
    if isinstance(later, time) and isinstance(earlier, time):
        one, two = time_position(later), time_position(earlier)
        return one[1] - two[1] if one[0] is two[0] else None
    if not isinstance(later, date) or not isinstance(earlier, date):
        return None
    zone = _zone(later) or _zone(earlier)
    pair = instants(_full(later, zone), _full(earlier, zone))
    return None if pair is None else pair[0] - pair[1]


def _zone(value: date) -> tzinfo | None:
    return value.tzinfo if isinstance(value, datetime) else None


def _full(value: date, zone: tzinfo | None) -> datetime:
    """Return a date as its midnight, in UTC where the other side has a zone."""
    return value if isinstance(value, datetime) else datetime.combine(value, _MIDNIGHT, UTC if zone else None)


def months_between(start: date, end: date) -> Months:
    """Count the whole months from `start` to `end`, negative if `end` is earlier."""
    if end < start:
        return Months(-months_between(end, start).total)
    total = (end.year - start.year) * 12 + end.month - start.month
    return Months(total - 1 if _rest(end) < _rest(start) else total)


def _rest(value: date) -> tuple[int, time]:
    return value.day, value.time() if isinstance(value, datetime) else _MIDNIGHT
