"""Where a page of a list ends: an opaque word that names the last row."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from typing import Any
from uuid import UUID

from engine.errors import InvalidInput
from engine.json_values import dumps


class Invalid(InvalidInput):
    """A word that we did not give out."""

    code = "cursor.invalid"

    def __init__(self) -> None:
        super().__init__("cursor 应原样取自上一页的 next;请从第一页重新开始。")


def cursor(*values: Any) -> str:
    """Return the word for the row with these values."""
    return urlsafe_b64encode(dumps(values).encode()).decode().rstrip("=")


def read(word: str, size: int) -> list[Any] | None:
    """Return the values of a word; None if there is none. Raises InvalidInput unless they are `size`."""
    if not word:
        return None
    try:
        found = json.loads(urlsafe_b64decode(word + "=" * (-len(word) % 4)))
    except ValueError:
        found = None
    if (
        not isinstance(found, list)
        or len(found) != size
        or any(isinstance(one, dict | list) for one in found)
    ):
        raise Invalid
    return found


def moment(value: Any) -> datetime | None:
    """Return a value of a word as a moment. Raises Invalid."""
    try:
        return None if value is None else datetime.fromisoformat(str(value))
    except ValueError:
        raise Invalid from None


def identity(value: Any) -> UUID:
    """Return a value of a word as an id. Raises Invalid."""
    try:
        return UUID(str(value))
    except ValueError:
        raise Invalid from None


def number(value: Any) -> int:
    """Return a value of a word as a number. Raises Invalid."""
    if not isinstance(value, int):
        raise Invalid
    return value
