"""Read dates, times and durations from their ISO texts; None for anything that is none."""

import re
from datetime import time, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.feel.moving import joined, moved
from engine.feel.positions import DAY
from engine.feel.shapes import make_date, make_span, unshaped
from engine.feel.values import Months, lift
from engine.feel.wide import MOST_MONTHS

_DATE = re.compile(r"(-?(?:[0-9]{4}|[1-9][0-9]{4,8}))-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(
    r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,30}))?(Z|[+-][0-9]{2}:[0-9]{2}(?::[0-9]{2})?|@[A-Za-z0-9_+/-]{1,60})?",
    re.IGNORECASE,
)
_DURATION = re.compile(
    r"(-)?P(?:([0-9]{1,12})Y)?(?:([0-9]{1,12})M)?(?:([0-9]{1,19})D)?"
    r"(?:T(?:([0-9]{1,19})H)?(?:([0-9]{1,19})M)?(?:([0-9]{1,19})(?:\.([0-9]{0,30}))?S)?)?"
)


def read_date(text: str) -> Any:
    """Read `2021-02-15`, `-0044-03-15`, `12021-02-15`: no sign but minus, no more zeros than four digits need."""
    found = _DATE.fullmatch(text)
    if found is None or text.startswith("-0000"):
        return None
    return make_date(int(found[1]), int(found[2]), int(found[3]))


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


def read_time(text: str) -> Any:
    """Read `10:30:00`, with a fraction, an offset or a zone; digits below a nanosecond are cut."""
    found = _TIME.fullmatch(text.removeprefix("T"))
    if not found:
        return None
    micros, nanos = divmod(_nanos(found[4]), 1000)
    try:
        shape = time(int(found[1]), int(found[2]), int(found[3]), micros, tzinfo=read_zone(found[5]))
    except ValueError:
        return None
    return unshaped(0, shape, nanos)


def _nanos(fraction: str | None) -> int:
    return int((fraction or "0")[:9].ljust(9, "0"))


def read_date_time(text: str) -> Any:
    """Read `2021-02-15T10:30:00+08:00`; a bare date is its midnight; 24:00:00 is the next day's."""
    day_text, mark, time_text = text.partition("T")
    day = read_date(day_text)
    if day is None:
        return None
    if not mark:
        return joined(day, time(0))
    if time_text.startswith("24:00:00"):
        day, time_text = moved(day, DAY), "00:00:00" + time_text[8:]
    at = read_time(time_text)
    return joined(day, at) if at is not None and day is not None else None


def read_duration(text: str) -> Any:
    """Read `P1Y6M` as months, `P10DT2H` as days and time; both in one text are refused."""
    found = _DURATION.fullmatch(text)
    if not found or text.endswith(("T", "P")):
        return None
    sign, years, months, days, hours, minutes, seconds, fraction = found.groups()
    if years or months:
        if days or "T" in text:
            return None
        total = int(years or 0) * 12 + int(months or 0)
        return Months(-total if sign else total) if total <= MOST_MONTHS else None
    total = (int(days or 0) * 24 + int(hours or 0)) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    nanos = total * 10**9 + _nanos(fraction)
    return make_span(-nanos if sign else nanos)


def any_temporal(text: str) -> Any:
    """Read whatever kind of date, time or duration the text is."""
    if text.removeprefix("-").startswith("P"):
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
