"""Which names an expression takes from its context, for checks before anything runs."""

from collections.abc import Iterator

from engine.feel import nodes
from engine.feel.builtins.registry import BUILT_IN
from engine.feel.depth import children
from engine.feel.nodes import Node


def free_names(tree: Node) -> dict[str, int]:
    """Return each variable or function that the expression does not define itself, with its first offset.

    Built-in functions are left out, and so is everything inside a filter, where any name may be one of the item's.
    """
    found: dict[str, int] = {}
    waiting: list[tuple[Node, frozenset[str]]] = [(tree, frozenset({"?"}))]
    while waiting:
        node, bound = waiting.pop()
        if isinstance(node, nodes.Name):
            if node.name not in bound and node.name not in BUILT_IN:
                found[node.name] = min(node.at, found.get(node.name, node.at))
            continue
        waiting.extend(_below(node, bound))
    return found


def _below(node: Node, bound: frozenset[str]) -> Iterator[tuple[Node, frozenset[str]]]:
    match node:
        case nodes.Filter(_, base, _):
            yield base, bound
        case nodes.ContextOf(_, entries):
            for name, value in entries:
                yield value, bound
                bound |= {name}
        case nodes.For(_, iterators, body) | nodes.Quantified(_, _, iterators, body):
            for iterator in iterators:
                yield from (
                    (source, bound) for source in (iterator.source, iterator.until) if source is not None
                )
                bound |= {iterator.name}
            yield body, bound | {"partial"}
        case nodes.FunctionOf(_, parameters, body, external):
            if not external:
                yield body, bound | {name for name, _ in parameters}
        case _:
            yield from ((child, bound) for child in children(node))
