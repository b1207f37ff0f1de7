"""Process variables as JSON text and back, exactly: decimals, days, times, zones, durations, ranges, ids."""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from engine.bpmn.failing import ImageRejected
from engine.feel.values import Months, Range
from engine.feel.wide import WideDate, WideDateTime, WideSpan, WideTime

MARK = "␟"


def _zoned(value: datetime | time) -> str:
    zone = value.tzinfo
    return value.isoformat() + (f"[{zone.key}]" if isinstance(zone, ZoneInfo) else "")


def _from_zoned(read: Callable[[str], Any], text: str) -> Any:
    moment, mark, zone = text.partition("[")
    if not mark:
        return read(moment)
    plain = read(moment)
    named = plain.replace(tzinfo=ZoneInfo(zone[:-1]))
    if isinstance(plain, datetime) and named.utcoffset() != plain.utcoffset():
        named = named.replace(fold=1)
    return named


_WRITE: Mapping[type, Callable[[Any], tuple[str, Any]]] = MappingProxyType(
    {
        Decimal: lambda value: ("n", str(value)),
        datetime: lambda value: ("m", _zoned(value)),
        date: lambda value: ("d", value.isoformat()),
        time: lambda value: ("t", _zoned(value)),
        timedelta: lambda value: ("s", [value.days, value.seconds, value.microseconds]),
        Months: lambda value: ("y", value.total),
        WideDate: lambda value: ("D", [value.cycles, value.shape.isoformat()]),
        WideDateTime: lambda value: ("M", [value.cycles, _zoned(value.shape), value.nanos]),
        WideTime: lambda value: ("T", [_zoned(value.shape), value.nanos]),
        WideSpan: lambda value: ("S", value.total),
        UUID: lambda value: ("u", value.hex),
        Range: lambda value: ("r", [value.low, value.high, value.low_included, value.high_included]),
    }
)
_READ: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "n": Decimal,
        "m": lambda text: _from_zoned(datetime.fromisoformat, text),
        "d": date.fromisoformat,
        "t": lambda text: _from_zoned(time.fromisoformat, text),
        "s": lambda parts: timedelta(*parts),
        "y": Months,
        "D": lambda parts: WideDate(parts[0], date.fromisoformat(parts[1])),
        "M": lambda parts: WideDateTime(parts[0], _from_zoned(datetime.fromisoformat, parts[1]), parts[2]),
        "T": lambda parts: WideTime(_from_zoned(time.fromisoformat, parts[0]), parts[1]),
        "S": WideSpan,
        "u": UUID,
        "r": lambda parts: Range(*parts),
    }
)


class _Marks:
    """Writes what JSON has no words for, and counts it."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, value: Any) -> Any:
        write = _WRITE.get(type(value))
        if write is not None:
            self.count += 1
            letter, found = write(value)
            return {MARK + letter: found}
        if isinstance(value, Mapping):
            return dict(value)
        raise ImageRejected(
            f"流程变量里有无法保存的值(类型 {type(value).__name__});请让操作只返回数、文字、日期、列表和上下文。",
            code="image.value",
        )


def _escaped(value: Any) -> Any:
    """Double the mark of keys that somebody's data happens to carry."""
    if isinstance(value, Mapping):
        return {
            MARK + key if str(key).startswith(MARK) else key: _escaped(item) for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [_escaped(item) for item in value]
    return value


def _unmarked(found: dict[str, Any]) -> Any:
    if len(found) > 1 and not any(key.startswith(MARK) for key in found):
        return found
    if len(found) == 1:
        ((key, value),) = found.items()
        if key.startswith(MARK) and not key.startswith(MARK * 2):
            return _READ[key[1:]](value)
    return {key.removeprefix(MARK): value for key, value in found.items()}


def _dumped(value: Any, marks: _Marks) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=marks)


def dumps(value: Any) -> str:
    """Write a value as compact JSON text that any database can hold. Raises ImageRejected."""
    marks = _Marks()
    text = _dumped(value, marks)
    if text.count(MARK) != marks.count:
        text = _dumped(_escaped(value), _Marks())
    try:
        text.encode()
    except UnicodeEncodeError:
        text = json.dumps(json.loads(text), separators=(",", ":"))
    return text


def loads(text: str) -> Any:
    """Read what `dumps` wrote."""
    if MARK in text or "\\u241f" in text:
        return json.loads(text, object_hook=_unmarked)
    return json.loads(text)
