"""Dates, times and durations that Python's own cannot hold: years outside 1–9999, fractions below a microsecond.

The Gregorian calendar repeats every 400 years, and these are whole weeks. So a wide date is a `shape`, a date of Python's
own in years far from the edge, and the number of cycles by which it is moved; what the calendar or a time zone says of
the shape holds for it too. Years before 1 count as XML Schema 1.1 counts them: 0000 is the year before 0001.
What Python can hold is always Python's own, so that one value has one class.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

CYCLE_YEARS = 400
CYCLE_DAYS = 146_097
MOST_MONTHS = 12 * 2_000_000_000  # between any two dates


@dataclass(frozen=True, slots=True, order=True)
class WideDate:
    """A date outside the years 1–9999; shape: the same day of a year 400–799 or 9200–9599."""

    cycles: int
    shape: date

    def __str__(self) -> str:
        return iso_year(year_of(self)) + self.shape.isoformat()[4:]


@dataclass(frozen=True, slots=True)
class WideDateTime:
    """A date and time outside the years 1–9999, or with `nanos`: 0–999 nanoseconds below the microsecond of its shape."""

    cycles: int
    shape: datetime
    nanos: int

    def __str__(self) -> str:
        return iso_year(year_of(self)) + self.shape.isoformat()[4:]


@dataclass(frozen=True, slots=True)
class WideTime:
    """A time with 1–999 nanoseconds below the microsecond of its shape."""

    shape: time
    nanos: int


@dataclass(frozen=True, slots=True, order=True)
class WideSpan:
    """A days and time duration in nanoseconds: longer than 999,999,999 days, or not whole in microseconds."""

    total: int


ORDINARY: dict[type, type] = {WideDate: date, WideDateTime: datetime, WideTime: time, WideSpan: timedelta}


def kind_of(value: Any) -> type:
    """Return the class that stands for the FEEL type of a value: that of Python's own for a wide one."""
    kind: type = value.__class__
    return ORDINARY.get(kind, kind)


def year_of(value: Any) -> int:
    """Return the year of a date or a date and time."""
    wide = value.__class__ in ORDINARY
    return int(value.shape.year + CYCLE_YEARS * value.cycles if wide else value.year)


def iso_year(year: int) -> str:
    """Write a year with at least four digits."""
    return f"{'-' if year < 0 else ''}{abs(year):04}"
