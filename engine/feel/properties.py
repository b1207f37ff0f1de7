"""The properties of dates, times, durations and ranges: a fixed table, never an attribute of Python."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from engine.feel.numbers import CONTEXT
from engine.feel.shapes import shaped
from engine.feel.temporal import seconds
from engine.feel.values import Months, Range
from engine.feel.wide import WideDate, WideDateTime, WideSpan, WideTime, year_of

Properties = dict[str, Callable[[Any], Any]]


def _second(value: Any) -> Decimal:
    _, shape, nanos = shaped(value)
    return _whole(shape.second) + _whole(shape.microsecond * 1000 + nanos).scaleb(-9).normalize()


def _of_shape(properties: Properties) -> Properties:
    """Return the properties of wide values: those of the shape, but for year and second."""

    def through(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
        return lambda value: read(value.shape)

    exact = ("year", "second")
    return {name: read if name in exact else through(read) for name, read in properties.items()}


def _whole(amount: int) -> Decimal:
    return Decimal(amount)


def _offset(value: Any) -> timedelta | None:
    return None if isinstance(value, time) and isinstance(value.tzinfo, ZoneInfo) else value.utcoffset()


def _zone_name(value: Any) -> str | None:
    return value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else None


def _truncated(number: int, divisor: int, modulus: int | None = None) -> Decimal:
    sign, size = (-1, -number) if number < 0 else (1, number)
    part = size // divisor
    return Decimal(sign * (part % modulus if modulus else part))


def _seconds(span: timedelta) -> int:
    return int(seconds(span))


_DATE: Properties = {
    "year": lambda value: _whole(year_of(value)),
    "month": lambda value: _whole(value.month),
    "day": lambda value: _whole(value.day),
    "weekday": lambda value: _whole(value.isoweekday()),
}
_TIME: Properties = {
    "hour": lambda value: _whole(value.hour),
    "minute": lambda value: _whole(value.minute),
    "second": _second,
    "time offset": _offset,
    "timezone": _zone_name,
}
_DATE_TIME = {**_DATE, **_TIME}
_SPAN: Properties = {
    "days": lambda span: _truncated(_seconds(span), 86400),
    "hours": lambda span: _truncated(_seconds(span), 3600, 24),
    "minutes": lambda span: _truncated(_seconds(span), 60, 60),
    "seconds": lambda span: CONTEXT.remainder(seconds(span), Decimal(60)).normalize(),
}
PROPERTIES: dict[type, Properties] = {
    date: _DATE,
    time: _TIME,
    datetime: _DATE_TIME,
    timedelta: _SPAN,
    WideDate: _of_shape(_DATE),
    WideTime: _of_shape(_TIME),
    WideDateTime: _of_shape(_DATE_TIME),
    WideSpan: _SPAN,
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
