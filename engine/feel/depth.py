"""Measure a syntax tree without recursion, before anything recursive sees it."""

from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from typing import Any

from engine.feel.limits import Limits
from engine.feel.nodes import Name, Node
from engine.feel.scanning import refuse


def children(node: Node) -> Iterator[Node]:
    """Yield the nodes directly below, in source order."""
    kind: Any = node.__class__
    for name in _names(kind):
        yield from _nodes(getattr(node, name))


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if field.name not in ("at", "below"))


def _nodes(value: object) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, list | tuple | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _nodes(item)


def check_tree(tree: Node, source: str, limits: Limits) -> None:
    """Refuse a tree deeper than the limit; a chain of one operator counts once."""
    level, depth = [tree], 0
    while level:
        depth += 1
        if depth > 2 * limits.depth:
            raise refuse(
                source, level[0].at, f"表达式最多嵌套 {2 * limits.depth} 层；请拆成几个变量", "feel.too_deep"
            )
        level = [child for node in level for child in children(node)]


def _measured(tree: Node) -> tuple[int, frozenset[str]]:
    """Count nodes and names once, however many loops around them ask; `check_tree` has bounded the depth."""
    if tree.below is None:
        parts = [_measured(child) for child in children(tree)]
        own = frozenset([tree.name]) if isinstance(tree, Name) else frozenset()
        tree.below = 1 + sum(count for count, _ in parts), own.union(*(names for _, names in parts))
    return tree.below


def size(tree: Node) -> int:
    """Count the nodes."""
    return _measured(tree)[0]


def mentions(tree: Node, name: str) -> bool:
    """Say whether a name occurs anywhere in a tree."""
    return name in _measured(tree)[1]
