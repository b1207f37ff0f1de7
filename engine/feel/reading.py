"""Read dates, times and durations from their ISO texts; None for anything that is none."""

import re
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.feel.values import Months, lift

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(
    r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,30}))?(Z|[+-][0-9]{2}:[0-9]{2}(?::[0-9]{2})?|@[A-Za-z0-9_+/-]{1,60})?",
    re.IGNORECASE,
)
_DURATION = re.compile(
    r"(-)?P(?:([0-9]{1,12})Y)?(?:([0-9]{1,12})M)?(?:([0-9]{1,12})D)?"
    r"(?:T(?:([0-9]{1,15})H)?(?:([0-9]{1,15})M)?(?:([0-9]{1,15})(?:\.([0-9]{0,30}))?S)?)?"
)
_MOST_MONTHS = 12 * 999_999_999


def read_date(text: str) -> date | None:
    """Read `2021-02-15`."""
    found = _DATE.fullmatch(text)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def read_zone(text: str | None) -> tzinfo | None:
    """Read `Z`, `+08:00` or `@Asia/Shanghai`; raises ValueError for an unknown one."""
    if not text:
        return None
    if text.startswith("@"):
        try:
            return ZoneInfo(text[1:])
        except (ZoneInfoNotFoundError, OSError) as error:
            raise ValueError(text) from error
    if text in "Zz":
        return timezone(timedelta(0))
    hours, minutes, *seconds = (int(part) for part in text[1:].split(":"))
    if hours > 14 or minutes > 59 or sum(seconds) > 59 or (hours == 14 and minutes):
        raise ValueError(text)
    offset = timedelta(hours=hours, minutes=minutes, seconds=sum(seconds))
    return timezone(-offset if text[0] == "-" else offset)


def read_time(text: str) -> time | None:
    """Read `10:30:00`, with a fraction, an offset or a zone; digits below a microsecond are cut."""
    found = _TIME.fullmatch(text.removeprefix("T"))
    if not found:
        return None
    micros = int((found[4] or "0")[:6].ljust(6, "0"))
    try:
        return time(int(found[1]), int(found[2]), int(found[3]), micros, tzinfo=read_zone(found[5]))
    except ValueError:
        return None


def read_date_time(text: str) -> datetime | None:
    """Read `2021-02-15T10:30:00+08:00`; a bare date is its midnight; 24:00:00 is the next day's."""
    day_text, mark, time_text = text.partition("T")
    day = read_date(day_text)
    if day is None:
        return None
    if not mark:
        return datetime.combine(day, time(0))
    next_day = time_text.startswith("24:00:00")
    at = read_time("00:00:00" + time_text[8:] if next_day else time_text)
    try:
        return datetime.combine(day + timedelta(days=int(next_day)), at) if at is not None else None
    except OverflowError:
        return None


def read_duration(text: str) -> Months | timedelta | None:
    """Read `P1Y6M` as months, `P10DT2H` as days and time; both in one text are refused."""
    found = _DURATION.fullmatch(text)
    if not found or text.endswith(("T", "P")):
        return None
    sign, years, months, days, hours, minutes, seconds, fraction = found.groups()
    if years or months:
        if days or "T" in text:
            return None
        total = int(years or 0) * 12 + int(months or 0)
        return Months(-total if sign else total) if total <= _MOST_MONTHS else None
    micros = int((fraction or "0")[:6].ljust(6, "0"))
    try:
        span = timedelta(int(days or 0), int(seconds or 0), micros, 0, int(minutes or 0), int(hours or 0))
    except OverflowError:
        return None
    return -span if sign else span


def any_temporal(text: str) -> Any:
    """Read whatever kind of date, time or duration the text is."""
    if text[:1] in ("P", "-"):
        return read_duration(text)
    if "T" in text[1:]:
        return read_date_time(text)
    return read_date(text) or read_time(text)


def from_json(value: Any) -> Any:
    """Return what `json.loads` gave as FEEL values: numbers are Decimal, texts stay texts. May raise RecursionError."""
    value = lift(value)
    if isinstance(value, list):
        return [from_json(item) for item in value]
    if isinstance(value, dict):
        return {key: from_json(item) for key, item in value.items()}
    return value
