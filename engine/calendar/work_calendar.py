"""Working days of a country: weekends, public holidays and make-up working days (调休)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from engine.errors import InvalidInput

LONGEST_SPAN = 10_000
_DAY = timedelta(days=1)
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

    def __init__(
        self, holidays: Iterable[date], workdays: Iterable[date], known_years: Iterable[int] = ()
    ) -> None:
        object.__setattr__(self, "holidays", frozenset(holidays))
        object.__setattr__(self, "workdays", frozenset(workdays))
        object.__setattr__(self, "known_years", frozenset(known_years))

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
        step = 1 if count > 0 else -1
        left = abs(count)
        while left:
            day = _shift(day, step)
            left -= self.is_workday(day)
        return day

    def workdays_between(self, first: date, last: date) -> int:
        """Count the working days after `first` up to and including `last`; negative if `last` is earlier."""
        if last < first:
            return -self.workdays_between(last - _DAY, first - _DAY)
        if (last - first).days > 2 * LONGEST_SPAN:
            raise CalendarRange(f"{first} 到 {last} 相隔太久,无法逐日计算工作日;请检查日期。")
        return sum(self.is_workday(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))


def _shift(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        raise CalendarRange(f"日期 {day} 已到日历的尽头,无法继续推算;请检查日期。") from None
