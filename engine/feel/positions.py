"""Where dates, times and durations stand among their kind, in whole nanoseconds: slower than Python's own, without its edges."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from engine.feel.shapes import shaped
from engine.feel.wide import CYCLE_DAYS, WideSpan, kind_of

DAY = 86_400 * 10**9
_MICRO = timedelta(microseconds=1)


def nanos_of(span: Any) -> int:
    """Return the nanoseconds of a duration."""
    return int(span.total if span.__class__ is WideSpan else span // _MICRO * 1000)


def offset_of(value: Any) -> timedelta | None:
    """Return a shape's offset from UTC; a named zone tells a time without a date its standard time."""
    if isinstance(value, time) and isinstance(value.tzinfo, ZoneInfo):
        return datetime(1970, 1, 1, tzinfo=value.tzinfo).utcoffset()
    return value.utcoffset() if isinstance(value, datetime | time) else None


def day_number(value: Any) -> int:
    """Return the days since the day before 0001-01-01; as `date.toordinal`, in any year."""
    cycles, shape, _ = shaped(value)
    return int(shape.toordinal() + CYCLE_DAYS * cycles)


def clock_of(value: Any) -> int:
    """Return the nanoseconds since midnight on the value's own clock; 0 for a date."""
    _, shape, nanos = shaped(value)
    if not isinstance(shape, datetime | time):
        return 0
    seconds = shape.hour * 3600 + shape.minute * 60 + shape.second
    return (seconds * 1_000_000 + shape.microsecond) * 1000 + nanos


def local_position(value: Any) -> int:
    """Return the place of a value on its own clock among its kind, in nanoseconds."""
    kind = kind_of(value)
    if kind is timedelta:
        return nanos_of(value)
    return clock_of(value) if kind is time else clock_of(value) + day_number(value) * DAY


def position(value: Any) -> tuple[bool, int]:
    """Return whether a value has an offset, and its place among its kind in nanoseconds, in UTC if it has."""
    place = local_position(value)
    kind = kind_of(value)
    offset = offset_of(shaped(value)[1]) if kind in (time, datetime) else None
    if offset is None:
        return False, place
    place -= nanos_of(offset)
    return True, place % DAY if kind is time else place
