"""Working days of a country: weekends, public holidays and make-up working days (调休)."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from engine.errors import InvalidInput

LONGEST_SPAN = 10_000
_SATURDAY = 5


class CalendarRange(InvalidInput):
    """A day or span lies outside what a calendar can answer."""

    code = "calendar.range"


@dataclass(frozen=True)
class WorkCalendar:
    """Answer which days are working days.

    holidays: days off, weekends inside a holiday may be named too.
    workdays: weekend days on which people work; they win over everything else.
    known_years: years whose arrangement is published; other years know weekends only.
    """

    holidays: frozenset[date]
    workdays: frozenset[date]
    known_years: frozenset[int] = frozenset()
    _off: list[date] = field(init=False, repr=False, compare=False)
    _on: list[date] = field(init=False, repr=False, compare=False)

    def __init__(
        self, holidays: Iterable[date], workdays: Iterable[date], known_years: Iterable[int] = ()
    ) -> None:
        object.__setattr__(self, "holidays", frozenset(holidays))
        object.__setattr__(self, "workdays", frozenset(workdays))
        object.__setattr__(self, "known_years", frozenset(known_years))
        off = (day for day in self.holidays - self.workdays if day.weekday() < _SATURDAY)
        object.__setattr__(self, "_off", sorted(off))
        object.__setattr__(self, "_on", sorted(day for day in self.workdays if day.weekday() >= _SATURDAY))

    def is_known(self, year: int) -> bool:
        """Tell whether the holiday arrangement of `year` is part of this calendar."""
        return year in self.known_years

    def is_workday(self, day: date) -> bool:
        """Tell whether people work on `day`."""
        if day in self.workdays:
            return True
        return day.weekday() < _SATURDAY and day not in self.holidays

    def next_workday(self, day: date) -> date:
        """Return `day` itself if it is a working day, else the first one after it."""
        while not self.is_workday(day):
            day = _shift(day, 1)
        return day

    def previous_workday(self, day: date) -> date:
        """Return `day` itself if it is a working day, else the last one before it."""
        while not self.is_workday(day):
            day = _shift(day, -1)
        return day

    def workdays_after(self, day: date, count: int) -> date:
        """Return the `count`-th working day after `day`, which itself is not counted.

        0 gives `day` unchanged; a negative count goes back.
        Raises CalendarRange beyond LONGEST_SPAN working days or the year 9999.
        """
        if abs(count) > LONGEST_SPAN:
            raise CalendarRange(
                f"工作日天数应在 -{LONGEST_SPAN} 到 {LONGEST_SPAN} 之间,实际为 {count};请改小天数。",
                count=count,
            )
        counted = self._workdays_until if count > 0 else self._workdays_before
        wanted, left = counted(day) + count, count
        while left:
            day = _shift(day, left)  # so many days hold no more working days than that
            left = wanted - counted(day)
        return day

    def workdays_between(self, first: date, last: date) -> int:
        """Count the working days after `first` up to and including `last`; negative if `last` is earlier."""
        if last < first:
            return self._workdays_before(last) - self._workdays_before(first)
        return self._workdays_until(last) - self._workdays_until(first)

    def _workdays_before(self, day: date) -> int:
        return self._workdays_until(day) - self.is_workday(day)

    def _workdays_until(self, day: date) -> int:
        """Count the working days from the year 1, which begins on a Monday."""
        weeks, rest = divmod(day.toordinal(), 7)
        weekdays = weeks * _SATURDAY + min(rest, _SATURDAY)
        return weekdays - bisect_right(self._off, day) + bisect_right(self._on, day)


def _shift(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        raise CalendarRange(f"日期 {day} 已到日历的尽头,无法继续推算;请检查日期。") from None
