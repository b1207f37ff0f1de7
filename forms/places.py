"""Walk marshmallow's nested error dictionaries to flat paths."""

from collections.abc import Iterator, Mapping
from typing import Any


def flat(messages: Any, path: str = "") -> Iterator[tuple[str, str, Any]]:
    """Yield (path of the parent, path, message) for every message."""
    yield from _walk(messages, path, path)


def _walk(messages: Any, parent: str, path: str) -> Iterator[tuple[str, str, Any]]:
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            yield from _walk(inner, path, joined(path, key))
    elif isinstance(messages, list):
        for message in messages:
            yield from _walk(message, parent, path)
    else:
        yield parent, path, messages


def joined(path: str, key: Any) -> str:
    """Append a row number or a name to a path; marshmallow's `_schema` stands for the parent itself."""
    if isinstance(key, int) and not isinstance(key, bool):
        return f"{path}[{key}]"
    name = "".join(c if c.isprintable() else "·" for c in key[:60]) if isinstance(key, str) else "?"
    if name == "_schema":
        return path
    return f"{path}.{name}" if path else name
