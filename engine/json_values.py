"""One way to write our values as JSON: decimals and times as strings, exactly."""

import json
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, timedelta):
        return f"PT{value.total_seconds():f}S"
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, tuple | set | frozenset):
        return list(value)
    raise TypeError(f"expected a value JSON can hold, found {type(value).__name__}")


ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_plain)
AS_WE_DO = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS


def dumps(value: Any) -> str:
    """Write `value` as compact JSON text; Decimal as plain string, times in ISO 8601.

    Raises TypeError for what JSON cannot hold; what is no number (NaN) becomes null.
    """
    try:
        return orjson.dumps(value, default=_plain, option=AS_WE_DO).decode()
    except TypeError:  # keys that are no text, whole numbers beyond 64 bits: the standard library writes them
        return ENCODER.encode(value)
