"""Date rules: how a deadline follows from a year or from another day. Pure."""

from calendar import monthrange
from datetime import date

from engine.calendar.work_calendar import WorkCalendar

NEXT_WORKDAY = "next_workday"
PREVIOUS_WORKDAY = "previous_workday"
NO_ROLL = "none"
ROLLS = (NEXT_WORKDAY, PREVIOUS_WORKDAY, NO_ROLL)


def day_of_month(year: int, month: int, day: int) -> date:
    """Return that day, or the last day of the month if the month is shorter."""
    return date(year, month, min(day, monthrange(year, month)[1]))


def fixed(year: int, *, year_offset: int, month: int, day: int) -> date:
    """Return month and day in the year `year_offset` years from `year`; 29 February becomes 28 in common years."""
    return day_of_month(year + year_offset, month, day)


def end_of_month(year: int, month: int) -> date:
    """Return the last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def day_of_next_month(day: date, number: int) -> date:
    """Return day `number` of the month after `day`, clamped to that month's last day."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return day_of_month(year, month, number)


def roll(calendar: WorkCalendar, day: date, mode: str) -> date:
    """Move a deadline off a day off: forward, back, or not at all (one of ROLLS)."""
    if mode == NEXT_WORKDAY:
        return calendar.next_workday(day)
    if mode == PREVIOUS_WORKDAY:
        return calendar.previous_workday(day)
    if mode == NO_ROLL:
        return day
    raise ValueError(f"expected one of {ROLLS}, found {mode!r}")
