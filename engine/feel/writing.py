"""Write values as text: what `string()` returns and what JSON shows."""

import json
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from engine.feel.errors import FeelBudgetExceeded
from engine.feel.numbers import plain
from engine.feel.values import Function, Months, Range, lift


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


def write_time(value: time) -> str:
    """Write a time, its fraction without trailing zeros."""
    fraction = f".{value.microsecond:06}".rstrip("0") if value.microsecond else ""
    return f"{value.hour:02}:{value.minute:02}:{value.second:02}{fraction}{write_zone(value.tzinfo, None)}"


def write_date_time(value: datetime) -> str:
    """Write a date and time."""
    return (
        f"{value:%Y-%m-%d}".rjust(10, "0") + "T" + write_time(value.time()) + write_zone(value.tzinfo, value)
    )


def write_months(value: Months) -> str:
    """Write a years and months duration in normal form."""
    sign = "-" if value.total < 0 else ""
    years, months = divmod(abs(value.total), 12)
    if not years and not months:
        return "P0M"
    return sign + "P" + (f"{years}Y" if years else "") + (f"{months}M" if months else "")


def write_duration(value: timedelta) -> str:
    """Write a days and time duration in normal form."""
    sign, span = ("-", -value) if value < timedelta(0) else ("", value)
    hours, rest = divmod(span.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    fraction = f".{span.microseconds:06}".rstrip("0") if span.microseconds else ""
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    clock += f"{seconds}{fraction}S" if seconds or fraction else ""
    if not span.days and not clock:
        return "PT0S"
    return f"{sign}P" + (f"{span.days}D" if span.days else "") + (f"T{clock}" if clock else "")


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
        case datetime():
            return write_date_time(value)
        case date():
            return value.isoformat()
        case time():
            return write_time(value)
        case timedelta():
            return write_duration(value)
        case Months():
            return write_months(value)
        case Range():
            return write_range(value)
        case Function():
            return f"function {value.name}"
    return None


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
    return _KIND_NAMES.get(type(value), "Any")


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
