"""Making dates, times and durations, and asking about them."""

from calendar import monthrange
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from engine.feel.builtins.declaring import built_in
from engine.feel.moving import date_of, joined, time_of
from engine.feel.numbers import whole
from engine.feel.positions import day_number
from engine.feel.reading import read_date, read_date_time, read_duration, read_time
from engine.feel.shapes import make_date, shaped, unshaped
from engine.feel.state import Run
from engine.feel.temporal import midnight, months_between
from engine.feel.values import Function, Months
from engine.feel.wide import kind_of

FUNCTIONS: dict[str, Function] = {}
declare = partial(built_in, FUNCTIONS)
LOCAL = ZoneInfo("Asia/Shanghai")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
)  # fmt: skip


def readable(run: Run, text: str, value: Any) -> Any:
    """Return what was read, with a warning if it is nothing."""
    if value is None:
        run.warn(
            "bad_text",
            run.at,
            f"“{text[:40]}”不是这种日期、时间或时长，或年份不在 ±999999999 之内；按 null 处理",
        )
    return value


@declare("date", "from:text", "from:date", "year:number, month:number, day:number")
def to_date(run: Run, value: Any, month: Decimal | None = None, day: Decimal | None = None) -> Any:
    """Read a date, take the date part, or put one together."""
    if isinstance(value, str):
        return readable(run, value, read_date(value))
    if month is None or day is None:
        return value if kind_of(value) is date else date_of(day_number(value))
    numbers = [whole(part) for part in (value, month, day)]
    if any(part != number for part, number in zip((value, month, day), numbers, strict=True)):
        return None
    return make_date(*(number or 0 for number in numbers))


@declare(
    "time", "from:text", "from:time", "from:date", "hour:number, minute:number, second:number, =offset:span?"
)
def to_time(
    run: Run, value: Any, minute: Decimal | None = None, second: Decimal | None = None, offset: Any = None
) -> Any:
    """Read a time, take the time part, or put one together."""
    if isinstance(value, str):
        return readable(run, value, read_time(value))
    kind = kind_of(value)
    if kind is date:
        return time(0, tzinfo=timezone(timedelta(0)))
    if minute is None or second is None:
        return value if kind is time else time_of(value)
    parts = (whole(value), whole(minute), whole(second))
    if None in parts or value != parts[0] or minute != parts[1]:
        return None
    micros, nanos = divmod(int((second - (parts[2] or 0)).scaleb(9)), 1000) if second >= 0 else (-1, 0)
    try:
        zone = timezone(offset) if offset is not None else None
        shape = time(parts[0] or 0, parts[1] or 0, parts[2] or 0, micros, tzinfo=zone)
    except (ValueError, TypeError):
        return None
    return unshaped(0, shape, nanos)


@declare("date and time", "from:text", "from:date", "date:date, time:time")
def to_date_time(run: Run, value: Any, at: Any = None) -> Any:
    """Read a date and time, or put a date and a time together."""
    if isinstance(value, str):
        return readable(run, value, read_date_time(value))
    if at is not None:
        return joined(value, at)
    return value if kind_of(value) is datetime else midnight(value)


@declare("duration", "from:text", "from:duration")
def to_duration(run: Run, value: Any) -> Any:
    """Read a duration of either kind."""
    return readable(run, value, read_duration(value)) if isinstance(value, str) else value


@declare("years and months duration", "from:date, to:date")
def whole_months(run: Run, start: Any, end: Any) -> Months:
    """Return the whole months between two dates; a date beside a date and time is its midnight."""
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
def day_of_year(run: Run, value: Any) -> Decimal:
    """Return 1 to 366."""
    return Decimal(shaped(value)[1].timetuple().tm_yday)


@declare("day of week", "date:date")
def day_of_week(run: Run, value: Any) -> str:
    """Return the English name of the day."""
    return str(_DAYS[shaped(value)[1].weekday()])


@declare("month of year", "date:date")
def month_of_year(run: Run, value: Any) -> str:
    """Return the English name of the month."""
    return str(_MONTHS[shaped(value)[1].month - 1])


@declare("week of year", "date:date")
def week_of_year(run: Run, value: Any) -> Decimal:
    """Return the ISO week."""
    return Decimal(shaped(value)[1].isocalendar().week)


@declare("last day of month", "date:date")
def last_day_of_month(run: Run, value: Any) -> Decimal:
    """Return 28 to 31."""
    shape = shaped(value)[1]
    return Decimal(monthrange(shape.year, shape.month)[1])
