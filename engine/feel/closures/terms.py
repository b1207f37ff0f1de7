"""Literals, variables, lists, contexts and ranges."""

from collections.abc import Callable
from typing import Any

from engine.feel import nodes
from engine.feel.builtins.registry import BUILT_IN
from engine.feel.comparing import ordered
from engine.feel.state import Closure, Scope
from engine.feel.values import PLAIN, Range

Build = Callable[[nodes.Node], Closure]


def literal(node: nodes.Literal, build: Build) -> Closure:
    """A constant."""
    value = node.value
    return lambda scope: value


def name(node: nodes.Name, build: Build) -> Closure:
    """The value of a variable: the innermost scope first, then the built-in functions, else null."""
    wanted, at = node.name, node.at
    fallback = BUILT_IN.get(wanted)

    def read(scope: Scope) -> Any:
        inner: Scope | None = scope
        while inner is not None:
            names = inner.names
            if wanted in names:
                value = names[wanted]
                return value if value.__class__ in PLAIN else scope.run.lift(value)
            inner = inner.parent
        if fallback is None and wanted != "?":
            scope.run.warn("unknown_name", at, f"没有变量“{wanted}”，按 null 处理")
        return fallback

    return read


def list_of(node: nodes.ListOf, build: Build) -> Closure:
    """A list of the values of its items."""
    items = [build(item) for item in node.items]
    return lambda scope: [item(scope) for item in items]


def context_of(node: nodes.ContextOf, build: Build) -> Closure:
    """A context; each entry sees those before it, and a key twice is null."""
    entries = [(key, build(value)) for key, value in node.entries]
    at = node.at
    twice = len({key for key, _ in entries}) < len(entries)

    def make(scope: Scope) -> Any:
        if twice:
            scope.run.warn("duplicate_key", at, "上下文里有重复的键，按 null 处理")
            return None
        values: dict[str, Any] = {}
        inner = Scope(values, scope, scope.run)
        for key, value in entries:
            values[key] = value(inner)
        return values

    return make


def _fixed_range(node: nodes.RangeOf) -> Range | None:
    """Return a range of two literals, made once."""
    if isinstance(node.low, nodes.Literal) and isinstance(node.high, nodes.Literal):
        low, high = node.low.value, node.high.value
        if node.low is not node.high and ordered("<=", low, high):
            return Range(low, high, node.low_included, node.high_included)
    return None


def range_of(node: nodes.RangeOf, build: Build) -> Closure:
    """A range; null if its ends cannot be compared or stand the wrong way round."""
    fixed = _fixed_range(node)
    if fixed is not None:
        return lambda scope: fixed
    low = build(node.low) if node.low is not None else None
    high = build(node.high) if node.high is not None else None
    low_included, high_included, at = node.low_included, node.high_included, node.at
    only = node.low is node.high

    def make(scope: Scope) -> Any:
        start = low(scope) if low is not None else None
        end = high(scope) if high is not None else None
        if only:
            return Range(start, start, point=True)
        missing = (low is not None and start is None) or (high is not None and end is None)
        if missing or (low is not None and high is not None and not ordered("<=", start, end)):
            scope.run.warn("bad_range", at, "区间的两端必须有值、类型相同，且下限不大于上限；按 null 处理")
            return None
        return Range(start, end, low_included, high_included)

    return make
