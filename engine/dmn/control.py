"""The boxed forms of if, for, some, every and filter, over compiled parts."""

from collections.abc import Iterator
from typing import Any

from engine.feel.closures.access import item_scope
from engine.feel.closures.loops import walk_values
from engine.feel.state import Closure, Scope


def controlled(name: str, variable: str, parts: dict[str, Closure]) -> Closure:
    """Return the closure of one boxed control expression."""
    match name:
        case "conditional":
            return lambda scope: _chosen(scope, parts)
        case "for":
            return lambda scope: _each(scope, variable, parts)
        case "filter":
            return lambda scope: _kept(scope, parts)
    return lambda scope: _decided(scope, variable, parts, name == "some")


def _chosen(scope: Scope, parts: dict[str, Closure]) -> Any:
    condition = parts["if"](scope)
    if condition is not None and condition.__class__ is not bool:
        scope.run.warn("no_boolean", 0, "if 的条件不是布尔值，按 null 处理")
        return None
    return parts["then" if condition is True else "else"](scope)


def _scopes(scope: Scope, variable: str, items: Any) -> Iterator[Scope]:
    for item in items:
        scope.run.charge(10)
        yield Scope({variable: item}, scope, scope.run)


def _each(scope: Scope, variable: str, parts: dict[str, Closure]) -> Any:
    items = walk_values(parts["in"](scope), scope.run)
    if items is None:
        return None
    found: list[Any] = []
    for inner in _scopes(scope, variable, items):
        found.append(parts["return"](Scope({"partial": list(found)}, inner, scope.run)))
    return scope.run.sized(found)


def _decided(scope: Scope, variable: str, parts: dict[str, Closure], decisive: bool) -> bool | None:
    items = walk_values(parts["in"](scope), scope.run)
    if items is None:
        return None
    known = True
    for inner in _scopes(scope, variable, items):
        value = parts["satisfies"](inner)
        if value is decisive:
            return bool(value)
        known = known and value.__class__ is bool
    return not decisive if known else None


def _kept(scope: Scope, parts: dict[str, Closure]) -> Any:
    items = walk_values(parts["in"](scope), scope.run)
    if items is None:
        return None
    kept: list[Any] = []
    for item in items:
        scope.run.charge(10)
        test = parts["match"](item_scope(item, scope))
        if test is not None and test.__class__ is not bool:
            return None
        if test is True:
            kept.append(item)
    return kept
