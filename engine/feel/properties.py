"""The properties of dates, times, durations and ranges: a fixed table, never an attribute of Python."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from engine.feel.temporal import seconds
from engine.feel.values import Months, Range
from engine.feel.writing import write_zone

Properties = dict[str, Callable[[Any], Any]]


def _whole(amount: int) -> Decimal:
    return Decimal(amount)


def _offset(value: Any) -> timedelta | None:
    return None if isinstance(value, time) and isinstance(value.tzinfo, ZoneInfo) else value.utcoffset()


def _zone_name(value: Any) -> str | None:
    zone: tzinfo | None = value.tzinfo
    if zone is None:
        return None
    return write_zone(zone, value if isinstance(value, datetime) else None).removeprefix("@")


def _truncated(number: int, divisor: int, modulus: int | None = None) -> Decimal:
    sign, size = (-1, -number) if number < 0 else (1, number)
    part = size // divisor
    return Decimal(sign * (part % modulus if modulus else part))


def _seconds(span: timedelta) -> int:
    return int(seconds(span))


_DATE: Properties = {
    "year": lambda value: _whole(value.year),
    "month": lambda value: _whole(value.month),
    "day": lambda value: _whole(value.day),
    "weekday": lambda value: _whole(value.isoweekday()),
}
_TIME: Properties = {
    "hour": lambda value: _whole(value.hour),
    "minute": lambda value: _whole(value.minute),
    "second": lambda value: _whole(value.second) + Decimal(value.microsecond).scaleb(-6),
    "time offset": _offset,
    "timezone": _zone_name,
}
PROPERTIES: dict[type, Properties] = {
    date: _DATE,
    time: _TIME,
    datetime: {**_DATE, **_TIME},
    timedelta: {
        "days": lambda span: _truncated(_seconds(span), 86400),
        "hours": lambda span: _truncated(_seconds(span), 3600, 24),
        "minutes": lambda span: _truncated(_seconds(span), 60, 60),
        "seconds": lambda span: _truncated(_seconds(span), 1, 60),
    },
    Months: {
        "years": lambda span: _truncated(span.total, 12),
        "months": lambda span: _truncated(span.total, 1, 12),
    },
    Range: {
        "start": lambda interval: interval.low,
        "end": lambda interval: interval.high,
        "start included": lambda interval: interval.low_included,
        "end included": lambda interval: interval.high_included,
    },
}
