"""`base.name` and `base[test]`."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from engine.feel import nodes
from engine.feel.closures.terms import Build
from engine.feel.depth import size
from engine.feel.numbers import whole
from engine.feel.properties import PROPERTIES
from engine.feel.state import Closure, Run, Scope
from engine.feel.values import PLAIN, lift
from engine.feel.writing import kind_name


def read_property(value: Any, name: str, run: Run, at: int) -> Any:
    """Read a member of a context, of each item of a list, or a property of a date, duration or range."""
    kind = value.__class__
    if kind is dict:
        if name in value:
            member = value[name]
            return member if member.__class__ in PLAIN else run.lift(member)
        run.warn("unknown_property", at, f"上下文里没有“{name}”，按 null 处理")
        return None
    if kind is list:
        run.charge(len(value))
        return [read_property(run.lift(item), name, run, at) for item in value]
    known = PROPERTIES.get(kind)
    if known is not None and name in known:
        return known[name](value)
    if value is not None:
        run.warn("unknown_property", at, f"{kind_name(value)}没有属性“{name}”，按 null 处理")
    return None


def path(node: nodes.Path, build: Build) -> Closure:
    """`base.name`"""
    base, name, at = build(node.base), node.name, node.at

    def read(scope: Scope) -> Any:
        value = base(scope)
        if value.__class__ is dict and name in value:
            member = value[name]
            return member if member.__class__ in PLAIN else scope.run.lift(member)
        return read_property(value, name, scope.run, at)

    return read


def item_at(items: list[Any], index: Decimal) -> Any:
    """Return the item at a position from 1, or from the end if negative; null outside."""
    place = whole(index)
    if place is None or place != index or place == 0 or abs(place) > len(items):
        return None
    return lift(items[place - 1 if place > 0 else place])


def item_scope(item: Any, scope: Scope) -> Scope:
    """Return the scope of a filter: the members of the item, then `item` itself, then what is around."""
    outer = Scope({"item": item}, scope, scope.run)
    return Scope(item, outer, scope.run) if item.__class__ is dict else outer


def filtered(node: nodes.Filter, build: Build) -> Closure:
    """`base[test]`: a number picks one item, anything else keeps the items for which it is true."""
    base, at = build(node.base), node.at
    if isinstance(node.test, nodes.Literal) and isinstance(node.test.value, Decimal):
        return _indexed(base, node.test.value, at)
    test, cost = build(node.test), size(node.test)
    may_be_index = not isinstance(
        node.test, nodes.Compare | nodes.Logic | nodes.In | nodes.Between | nodes.Quantified
    )

    def keep(scope: Scope) -> Any:
        value = base(scope)
        if value is None:
            return None
        items = value if value.__class__ is list else [value]
        run = scope.run
        if may_be_index:
            index = test(item_scope(lift(items[0]), scope) if items else scope)
            if index.__class__ is Decimal:
                return item_at(items, index)
        run.charge((cost + 1) * len(items))
        lifted = (run.lift(item) for item in items)
        return [item for item in lifted if test(item_scope(item, scope)) is True]

    return keep


def _indexed(base: Callable[[Scope], Any], index: Decimal, at: int) -> Closure:
    def pick(scope: Scope) -> Any:
        value = base(scope)
        items = value if value.__class__ is list else [] if value is None else [value]
        found = item_at(items, index)
        outside = not index or abs(index) > len(items) or whole(index) != index
        if outside and value is not None:
            scope.run.warn("no_item", at, f"列表有 {len(items)} 项，没有第 {index} 项，按 null 处理")
        return found

    return pick
