"""Making dates, times and durations, and asking about them."""

from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from engine.feel.builtins.declaring import built_in
from engine.feel.numbers import whole
from engine.feel.reading import read_date, read_date_time, read_duration, read_time
from engine.feel.state import Run
from engine.feel.temporal import midnight, months_between
from engine.feel.values import Function, Months

FUNCTIONS: dict[str, Function] = {}
declare = partial(built_in, FUNCTIONS)
LOCAL = ZoneInfo("Asia/Shanghai")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
)  # fmt: skip


@declare("date", "from:text", "from:date", "year:number, month:number, day:number")
def to_date(run: Run, value: Any, month: Decimal | None = None, day: Decimal | None = None) -> date | None:
    """Read a date, take the date part, or put one together."""
    if isinstance(value, str):
        return read_date(value)
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date) or month is None or day is None:
        return value if isinstance(value, date) else None
    numbers = [whole(part) for part in (value, month, day)]
    if None in numbers or any(
        part != number for part, number in zip((value, month, day), numbers, strict=True)
    ):
        return None
    try:
        return date(*(number for number in numbers if number is not None))
    except ValueError:
        return None


@declare(
    "time", "from:text", "from:time", "from:date", "hour:number, minute:number, second:number, =offset:span?"
)
def to_time(
    run: Run,
    value: Any,
    minute: Decimal | None = None,
    second: Decimal | None = None,
    offset: timedelta | None = None,
) -> time | None:
    """Read a time, take the time part, or put one together."""
    if isinstance(value, str):
        return read_time(value)
    if isinstance(value, datetime):
        return value.timetz()
    if isinstance(value, date):
        return time(0, tzinfo=timezone(timedelta(0)))
    if isinstance(value, time) or minute is None or second is None:
        return value if isinstance(value, time) else None
    parts = (whole(value), whole(minute), whole(second))
    if None in parts or value != parts[0] or minute != parts[1]:
        return None
    micros = int((second - (parts[2] or 0)).scaleb(6)) if second >= 0 else -1
    try:
        zone = timezone(offset) if offset is not None else None
        return time(parts[0] or 0, parts[1] or 0, parts[2] or 0, micros, tzinfo=zone)
    except ValueError:
        return None


@declare("date and time", "from:text", "from:date", "date:date, time:time")
def to_date_time(run: Run, value: Any, at: time | None = None) -> datetime | None:
    """Read a date and time, or put a date and a time together."""
    if isinstance(value, str):
        return read_date_time(value)
    if at is not None:
        return datetime(
            value.year, value.month, value.day, at.hour, at.minute, at.second, at.microsecond, at.tzinfo
        )
    return value if isinstance(value, datetime) else midnight(value)


@declare("duration", "from:text", "from:duration")
def to_duration(run: Run, value: Any) -> Any:
    """Read a duration of either kind."""
    return read_duration(value) if isinstance(value, str) else value


@declare("years and months duration", "from:date, to:date")
def whole_months(run: Run, start: date, end: date) -> Months | None:
    """Return the whole months between two dates."""
    if isinstance(start, datetime) is not isinstance(end, datetime):
        start, end = (midnight(value) for value in (start, end))
    if isinstance(start, datetime) and isinstance(end, datetime) and start.tzinfo != end.tzinfo:
        start, end = start.replace(tzinfo=None), end.replace(tzinfo=None)
    return months_between(start, end)


@declare("now", "")
def now(run: Run) -> datetime | None:
    """Return the instant of the evaluation in Chinese time; null if the caller gave none."""
    instant = run.instant()
    return None if instant is None else instant.astimezone(LOCAL)


@declare("today", "")
def today(run: Run) -> date | None:
    """Return the local day of the evaluation; null if the caller gave no instant."""
    instant = run.instant()
    return None if instant is None else instant.astimezone(LOCAL).date()


@declare("day of year", "date:date")
def day_of_year(run: Run, value: date) -> Decimal:
    """Return 1 to 366."""
    return Decimal(value.timetuple().tm_yday)


@declare("day of week", "date:date")
def day_of_week(run: Run, value: date) -> str:
    """Return the English name of the day."""
    return _DAYS[value.weekday()]


@declare("month of year", "date:date")
def month_of_year(run: Run, value: date) -> str:
    """Return the English name of the month."""
    return _MONTHS[value.month - 1]


@declare("week of year", "date:date")
def week_of_year(run: Run, value: date) -> Decimal:
    """Return the ISO week."""
    return Decimal(value.isocalendar().week)


@declare("last day of month", "date:date")
def last_day_of_month(run: Run, value: date) -> Decimal:
    """Return 28 to 31."""
    following = date(value.year + value.month // 12, value.month % 12 + 1, 1) if value.year < 9999 else None
    return Decimal(31) if following is None else Decimal((following - timedelta(days=1)).day)
