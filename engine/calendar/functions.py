"""The calendar functions that expressions of a diagram may call."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from engine.calendar.local_time import local_date
from engine.calendar.work_calendar import CalendarRange, WorkCalendar

_LARGEST_COUNT = 1_000_000


def expression_functions(calendar: WorkCalendar) -> dict[str, Callable[..., Any]]:
    """Return the functions by the names expressions use; a wrong argument gives null, as FEEL does."""

    def workdays_after(day: object, count: object) -> date | None:
        start, number = _day(day), _whole(count)
        if start is None or number is None:
            return None
        try:
            return calendar.workdays_after(start, number)
        except CalendarRange:
            return None

    def next_workday(day: object) -> date | None:
        start = _day(day)
        return None if start is None else calendar.next_workday(start)

    def is_workday(day: object) -> bool | None:
        start = _day(day)
        return None if start is None else calendar.is_workday(start)

    return {"workdays_after": workdays_after, "next_workday": next_workday, "is_workday": is_workday}


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return local_date(value) if value.tzinfo is not None else value.date()
    return value if isinstance(value, date) else None


def _whole(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    number = Decimal(value)
    if not number.is_finite() or abs(number) > _LARGEST_COUNT:
        return None
    return int(number) if number == int(number) else None
