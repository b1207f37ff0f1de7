"""The values of the kit's test files as FEEL values, and when two of them are the same."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from engine.feel.compiling import compile_expression
from engine.feel.values import lift

XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
CASES = "{http://www.omg.org/spec/DMN/20160719/testcase}"
PRECISION = Decimal("0.00000001")
_TEMPORAL = MappingProxyType(
    {
        "date": compile_expression("date(text)"),
        "time": compile_expression("time(text)"),
        "dateTime": compile_expression("date and time(text)"),
        "duration": compile_expression("duration(text)"),
    }
)
_SAME = compile_expression("a = b")
_SIMPLE: Mapping[str, Callable[[str], Any]] = MappingProxyType(
    {
        "string": str,
        "boolean": lambda text: text.strip() in ("true", "1"),
        **{
            name: lambda text: Decimal(text.strip())
            for name in ("decimal", "double", "float", "integer", "int", "long")
        },
    }
)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A date, time or duration of the kit that we have no value for: as an expectation it is never met."""

    text: str


def value_of(node: Any) -> Any:
    """Return the value of an element that holds `value`, `component` or `list`; nil is null."""
    components = node.findall(f"{CASES}component")
    if components:
        return {part.get("name"): value_of(part) for part in components}
    listed = node.find(f"{CASES}list")
    if listed is not None:
        return None if _is_nil(listed) else [value_of(item) for item in listed.findall(f"{CASES}item")]
    value = node.find(f"{CASES}value")
    if value is None or _is_nil(value):
        return None
    text = value.text or ""
    kind = (value.get(f"{XSI}type") or "string").rpartition(":")[2]
    if kind in _TEMPORAL:
        found = _TEMPORAL[kind].evaluate({"text": text.strip()})
        return Unreadable(text) if found is None else found
    return _SIMPLE.get(kind, str)(text)


def _is_nil(node: Any) -> bool:
    return node.get(f"{XSI}nil") in ("true", "1")


def same(found: Any, expected: Any) -> bool:
    """Tell whether a found value is the expected one; numbers to eight decimals, as the kit's own runners compare."""
    found = lift(found)
    if found is None or expected is None:
        return found is expected
    if isinstance(expected, list):
        return isinstance(found, list) and len(found) == len(expected) and all(map(same, found, expected))
    if isinstance(expected, dict):
        if not isinstance(found, dict) or found.keys() != expected.keys():
            return False
        return all(same(found[name], value) for name, value in expected.items())
    if isinstance(expected, Decimal):
        return isinstance(found, Decimal) and abs(found - expected) <= PRECISION
    return type(found) is type(expected) and _SAME.evaluate({"a": found, "b": expected}) is True
