"""Move dates and times by nanoseconds or months, and subtract them, in any year of the standard."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, tzinfo
from typing import Any

from engine.feel.positions import DAY, clock_of, day_number, position
from engine.feel.shapes import cycles_of, make_span, shaped, unshaped
from engine.feel.wide import CYCLE_DAYS, CYCLE_YEARS, kind_of

_FIRST_LATE = date(9200, 1, 1).toordinal()
_FIRST_EARLY = date(400, 1, 1).toordinal()
_LAST_PLAIN = date(9998, 12, 31).toordinal()
_FIRST_PLAIN = date(2, 1, 1).toordinal()


def date_of(number: int) -> Any:
    """Return the date of a day number; None outside the years of the standard."""
    cycles, shape = _shape_of(number)
    return unshaped(cycles, shape)


def _shape_of(number: int) -> tuple[int, date]:
    if _FIRST_PLAIN <= number <= _LAST_PLAIN:
        return 0, date.fromordinal(number)
    first = _FIRST_EARLY if number < _FIRST_PLAIN else _FIRST_LATE
    cycles, rest = divmod(number - first, CYCLE_DAYS)
    return cycles, date.fromordinal(first + rest)


def _clock(nanos: int, zone: tzinfo | None) -> tuple[time, int]:
    seconds, rest = divmod(nanos, 10**9)
    minutes, second = divmod(seconds, 60)
    return time(minutes // 60, minutes % 60, second, rest // 1000, tzinfo=zone), rest % 1000


def moved(value: Any, nanos: int) -> Any:
    """Move a date, a time, or a date and time; one with a zone by its instant. None outside the years of the standard."""
    kind = kind_of(value)
    if kind is date:
        return date_of(day_number(value) + nanos // DAY)
    zone = shaped(value)[1].tzinfo
    if kind is time:
        return unshaped(0, *_clock((clock_of(value) + nanos) % DAY, zone))
    days, rest = divmod(position(value)[1] + nanos, DAY)
    cycles, day = _shape_of(days)
    clock, below = _clock(rest, None if zone is None else UTC)
    shape = datetime.combine(day, clock)
    return unshaped(cycles, shape if zone is None else shape.astimezone(zone), below)


def joined(day: Any, at: Any) -> Any:
    """Put a date (or that of a date and time) and a time together."""
    cycles, shape, _ = shaped(day)
    _, clock, nanos = shaped(at)
    return unshaped(cycles, datetime.combine(shape, clock, clock.tzinfo), nanos)


def time_of(value: Any) -> Any:
    """Return the time of day of a date and time, with its zone."""
    _, shape, nanos = shaped(value)
    return unshaped(0, shape.timetz(), nanos)


def moved_by_months(value: Any, months: int) -> Any:
    """Move a date or a date and time by months, to the last day of the month where the day does not exist."""
    cycles, shape, nanos = shaped(value)
    year, month = divmod((shape.year + CYCLE_YEARS * cycles) * 12 + shape.month - 1 + months, 12)
    cycles = cycles_of(year)
    year -= CYCLE_YEARS * cycles
    day = min(shape.day, monthrange(year, month + 1)[1])
    return unshaped(cycles, shape.replace(year=year, month=month + 1, day=day), nanos)


def difference(later: Any, earlier: Any) -> Any:
    """Subtract two dates, dates and times, or times, if both or neither have an offset; a date is its midnight in UTC."""
    one, two = position(later), position(earlier)
    zoned = (one[0] or kind_of(later) is date) is (two[0] or kind_of(earlier) is date)
    return make_span(one[1] - two[1]) if zoned else None
