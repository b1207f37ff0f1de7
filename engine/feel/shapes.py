"""Take dates and times apart into cycles, shape and nanoseconds, and put them together again, in Python's own class if it can."""

from datetime import date, datetime, time, timedelta
from typing import Any

from engine.feel.wide import CYCLE_YEARS, ORDINARY, WideDate, WideDateTime, WideSpan, WideTime

LAST_YEAR = 999_999_999
MOST_SECONDS = 2**63
_EARLY, _LATE = 400, 9200
_LEAST_MICROS, _MOST_MICROS = (end // timedelta(microseconds=1) for end in (timedelta.min, timedelta.max))


def cycles_of(year: int) -> int:
    """Return by how many cycles a year's shape is away; the first and last of Python's years get one too, as room for zones."""
    return 0 if 1 < year < 9999 else (year - (_EARLY if year <= 1 else _LATE)) // CYCLE_YEARS


def shaped(value: Any) -> tuple[int, Any, int]:
    """Return cycles, shape and nanoseconds of a date, a time, or a date and time; the shape is far from Python's edges."""
    kind = value.__class__
    if kind is WideTime:
        return 0, value.shape, value.nanos
    if kind in ORDINARY:
        return value.cycles, value.shape, getattr(value, "nanos", 0)
    cycles = 0 if kind is time else cycles_of(value.year)
    return cycles, value.replace(year=value.year - CYCLE_YEARS * cycles) if cycles else value, 0


def unshaped(cycles: int, shape: Any, nanos: int = 0) -> Any:
    """Return the value of a shape, Python's own if that can hold it; None outside the years of the standard."""
    if isinstance(shape, time):
        return WideTime(shape, nanos) if nanos else shape
    year = shape.year + CYCLE_YEARS * cycles
    if not nanos and 1 <= year <= 9999:
        return shape.replace(year=year)
    if abs(year) > LAST_YEAR:
        return None
    more = cycles_of(year) - cycles
    shape = shape.replace(year=shape.year - CYCLE_YEARS * more)
    if isinstance(shape, datetime):
        return WideDateTime(cycles + more, shape, nanos)
    return WideDate(cycles + more, shape)


def make_date(year: int, month: int, day: int) -> Any:
    """Return a date; None if there is no such day, or no such year in the standard."""
    cycles = cycles_of(year)
    try:
        if not cycles:
            return date(year, month, day)
        return unshaped(cycles, date(year - CYCLE_YEARS * cycles, month, day))
    except ValueError:
        return None


def make_span(nanos: int) -> Any:
    """Return the duration of so many nanoseconds; None from 2⁶³ seconds on, some 292,000 million years."""
    micros, rest = divmod(nanos, 1000)
    if not rest and _LEAST_MICROS <= micros <= _MOST_MICROS:
        return timedelta(microseconds=micros)
    return WideSpan(nanos) if abs(nanos) < MOST_SECONDS * 10**9 else None


def coarse(value: Any) -> Any:
    """Cut a wide value at its microsecond, where that makes it Python's own; any other value stays as it is."""
    kind = value.__class__
    if kind is WideSpan:
        return make_span(value.total // 1000 * 1000)
    return unshaped(*shaped(value)[:2]) if kind in (WideTime, WideDateTime) else value
