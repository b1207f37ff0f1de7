"""Whether a value belongs to a type, and the coercions that the specification makes."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine.feel.moving import joined
from engine.feel.nodes import TypeName
from engine.feel.state import Run
from engine.feel.types import SIMPLE, FeelType, conforms
from engine.feel.values import Function, Months, Range, lift
from engine.feel.wide import kind_of

_CLASSES: dict[str, type] = {
    "Null": type(None),
    "number": Decimal,
    "string": str,
    "boolean": bool,
    "date": date,
    "time": time,
    "date and time": datetime,
    "days and time duration": timedelta,
    "years and months duration": Months,
    "list": list,
    "context": dict,
    "range": Range,
    "function": Function,
}


def type_of(node: TypeName) -> FeelType | None:
    """Return the type a name in the source means; None if there is no such type."""
    name = SIMPLE.get(node.name)
    arguments = [type_of(argument) for argument in node.arguments]
    members = {key: type_of(member) for key, member in node.fields.items()}
    if name is None or None in arguments or None in members.values():
        return None
    return FeelType(
        name,
        tuple(argument for argument in arguments if argument is not None),
        {key: member for key, member in members.items() if member is not None},
    )


def is_complete(node: TypeName) -> bool:
    """Say whether a type names what its lists, contexts, ranges and functions are made of, as `instance of` asks."""
    parts = [*node.arguments, *node.fields.values()]
    return all(map(is_complete, parts)) and (bool(parts) or node.name not in _DEEP)


def belongs(value: Any, kind: FeelType, run: Run) -> bool:
    """Say whether a value is an instance of a type; null is an instance of `Null` only."""
    if kind.name == "Any":
        return value is not None
    if kind_of(value) is not _CLASSES[kind.name]:
        return False
    check = _DEEP.get(kind.name)
    return check(value, kind, run) if check is not None and (kind.arguments or kind.members) else True


def _list(value: list[Any], kind: FeelType, run: Run) -> bool:
    run.charge(len(value))
    return all(item is None or belongs(lift(item), kind.arguments[0], run) for item in value)


def _context(value: dict[str, Any], kind: FeelType, run: Run) -> bool:
    return all(
        name in value and (value[name] is None or belongs(lift(value[name]), member, run))
        for name, member in kind.members.items()
    )


def _range(value: Range, kind: FeelType, run: Run) -> bool:
    return all(end is None or belongs(end, kind.arguments[0], run) for end in (value.low, value.high))


def _function(value: Function, kind: FeelType, run: Run) -> bool:
    wanted = kind.arguments[:-1]
    if not any(len(signature.names) == len(wanted) for signature in value.signatures):
        return False
    return all(own is None or conforms(given, own) for given, own in zip(wanted, value.types, strict=False))


_DEEP: dict[str, Callable[[Any, FeelType, Run], bool]] = {
    "list": _list,
    "context": _context,
    "range": _range,
    "function": _function,
}


def conform(value: Any, kind: FeelType, run: Run) -> Any:
    """Coerce a value to a type: a list of one to its item, an item to a list, a date to its midnight; else null."""
    if value is None or kind.name == "Any" or belongs(value, kind, run):
        return value
    if (
        value.__class__ is list
        and len(value) == 1
        and kind.name != "list"
        and belongs(lift(value[0]), kind, run)
    ):
        return lift(value[0])
    if kind.name == "list" and value.__class__ is not list and belongs([value], kind, run):
        return [value]
    if kind.name == "date and time" and kind_of(value) is date:
        return joined(value, time(0, tzinfo=UTC))
    run.warn("wrong_type", run.at, f"期望 {kind.name} 类型，按 null 处理")
    return None
