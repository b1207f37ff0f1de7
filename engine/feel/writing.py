"""Write values as text: what `string()` returns and what JSON shows."""

import json
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from engine.feel.errors import FeelBudgetExceeded
from engine.feel.numbers import plain
from engine.feel.positions import nanos_of
from engine.feel.shapes import shaped
from engine.feel.values import Function, Months, Range, lift
from engine.feel.wide import iso_year, kind_of, year_of


def write_zone(zone: tzinfo | None, at: datetime | None) -> str:
    """Write `Z`, `+08:00` or `@Asia/Shanghai`."""
    if zone is None:
        return ""
    if isinstance(zone, ZoneInfo):
        return f"@{zone.key}"
    offset = zone.utcoffset(at)
    if offset is None or not offset:
        return "Z"
    sign, span = ("-", -offset) if offset < timedelta(0) else ("+", offset)
    minutes, seconds = divmod(int(span.total_seconds()), 60)
    return f"{sign}{minutes // 60:02}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")


def write_date(value: Any) -> str:
    """Write a date."""
    if value.__class__ is date:
        return str(value.isoformat())
    shape = shaped(value)[1]
    return f"{iso_year(year_of(value))}-{shape.month:02}-{shape.day:02}"


def write_time(value: Any) -> str:
    """Write a time, its fraction without trailing zeros."""
    _, shape, nanos = shaped(value)
    return _clock(shape, nanos) + write_zone(shape.tzinfo, None)


def _clock(shape: Any, nanos: int) -> str:
    fraction = _fraction(shape.microsecond * 1000 + nanos)
    return f"{shape.hour:02}:{shape.minute:02}:{shape.second:02}{fraction}"


def _fraction(nanos: int) -> str:
    return f".{nanos:09}".rstrip("0") if nanos else ""


def write_date_time(value: Any) -> str:
    """Write a date and time."""
    _, shape, nanos = shaped(value)
    return f"{write_date(value)}T{_clock(shape, nanos)}{write_zone(shape.tzinfo, shape)}"


def write_months(value: Months) -> str:
    """Write a years and months duration in normal form."""
    sign = "-" if value.total < 0 else ""
    years, months = divmod(abs(value.total), 12)
    if not years and not months:
        return "P0M"
    return sign + "P" + (f"{years}Y" if years else "") + (f"{months}M" if months else "")


def write_duration(value: Any) -> str:
    """Write a days and time duration in normal form."""
    total = nanos_of(value)
    whole, nanos = divmod(abs(total), 10**9)
    days, rest = divmod(whole, 86_400)
    hours, rest = divmod(rest, 3600)
    minutes, seconds = divmod(rest, 60)
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    clock += f"{seconds}{_fraction(nanos)}S" if seconds or nanos else ""
    if not days and not clock:
        return "PT0S"
    return f"{'-' if total < 0 else ''}P" + (f"{days}D" if days else "") + (f"T{clock}" if clock else "")


def write_range(value: Range) -> str:
    """Write a range with its brackets."""
    low, high = ("" if end is None else text(end, quoted=True) for end in (value.low, value.high))
    return f"{'[' if value.low_included else '('}{low}..{high}{']' if value.high_included else ')'}"


def scalar_text(value: Any) -> str | None:
    """Write a value that is no list and no context; None if it is one."""
    match value:
        case bool():
            return "true" if value else "false"
        case Decimal():
            return plain(value)
        case str():
            return value
        case Months():
            return write_months(value)
        case Range():
            return write_range(value)
        case Function():
            return f"function {value.name}".rstrip()
    write = _WRITERS.get(kind_of(value))
    return None if write is None else write(value)


_WRITERS: dict[type, Callable[[Any], str]] = {
    date: write_date,
    time: write_time,
    datetime: write_date_time,
    timedelta: write_duration,
}


def text(value: Any, *, quoted: bool = False) -> str:
    """Write any value; strings inside lists, contexts and ranges are quoted. May raise RecursionError."""
    if value is None:
        return "null"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' if quoted else value
    if isinstance(value, list):
        return "[" + ", ".join(text(item, quoted=True) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {text(item, quoted=True)}" for key, item in value.items()) + "}"
    return scalar_text(value) or ""


_KIND_NAMES: dict[type, str] = {
    type(None): "null",
    bool: "boolean",
    Decimal: "number",
    str: "string",
    date: "date",
    time: "time",
    datetime: "date and time",
    timedelta: "days and time duration",
    Months: "years and months duration",
    list: "list",
    dict: "context",
    Range: "range",
    Function: "function",
}


def kind_name(value: Any) -> str:
    """Name the FEEL type of a value, for messages."""
    return _KIND_NAMES.get(kind_of(value), "Any")


_MOST_JSON_VALUES = 500_000


def to_json(value: Any) -> str:
    """Return a value as JSON: numbers exact, dates, times, durations and ranges as their texts.

    Raises FeelBudgetExceeded for a value too large or too deep to be shown.
    """
    parts: list[str] = []
    try:
        _write_json(lift(value), parts)
    except RecursionError:
        raise FeelBudgetExceeded("结果嵌套过深，不能写成 JSON") from None
    return "".join(parts)


def _write_json(value: Any, parts: list[str]) -> None:
    if len(parts) > _MOST_JSON_VALUES:
        raise FeelBudgetExceeded(f"结果超过 {_MOST_JSON_VALUES} 个值，不能写成 JSON")
    if isinstance(value, list):
        for number, item in enumerate(value):
            parts.append(", " if number else "[")
            _write_json(lift(item), parts)
        parts.append("]" if value else "[]")
    elif isinstance(value, dict):
        for number, (key, item) in enumerate(value.items()):
            parts.append((", " if number else "{") + json.dumps(str(key), ensure_ascii=False) + ": ")
            _write_json(lift(item), parts)
        parts.append("}" if value else "{}")
    elif value is None or isinstance(value, bool):
        parts.append("null" if value is None else str(value).lower())
    elif isinstance(value, Decimal):
        parts.append(plain(value) if value.is_finite() else "null")
    else:
        parts.append(json.dumps(scalar_text(value), ensure_ascii=False))
