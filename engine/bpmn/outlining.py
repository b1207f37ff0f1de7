"""A diagram as a list: its elements in the order of its flows, and which flows lead back."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from engine import xml
from engine.bpmn.element import Element
from engine.bpmn.names import bpmn


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow. back: it leads to an element before it."""

    id: str
    source: str
    target: str
    back: bool


@dataclass(frozen=True)
class Outline:
    """order: ids of all elements, each after those that lead to it; calls: what each call activity calls."""

    order: tuple[str, ...]
    flows: tuple[Flow, ...]
    calls: Mapping[str, str]

    @cached_property
    def ahead(self) -> Mapping[str, tuple[str, ...]]:
        """What the flows of each element lead to."""
        found: dict[str, tuple[str, ...]] = {}
        for flow in self.flows:
            found[flow.source] = (*found.get(flow.source, ()), flow.target)
        return found


def outlined(source: str, elements: Mapping[str, Element]) -> Outline:
    """Return the outline of a diagram. source: its XML; elements: its nodes by id."""
    process: Any = xml.parse(source.encode()).find(bpmn("process"))
    edges = [
        (node.get("id"), node.get("sourceRef"), node.get("targetRef"))
        for node in process.iter(bpmn("sequenceFlow"))
    ]
    ahead: dict[str, list[str]] = {name: [] for name in elements}
    for _, before, after in edges:
        ahead[before].append(after)
    for node in process.iter():
        if node.get("attachedToRef"):
            ahead[node.get("attachedToRef")].append(node.get("id"))
    order, back = _ordered(ahead, _beginnings(elements, ahead))
    calls = {node.get("id"): node.get("calledElement") for node in process.iter(bpmn("callActivity"))}
    flows = tuple(Flow(name, before, after, (before, after) in back) for name, before, after in edges)
    return Outline(order, flows, calls)


def _beginnings(elements: Mapping[str, Element], ahead: Mapping[str, list[str]]) -> list[str]:
    """Return start events first, then what nothing leads to, then the rest."""
    reached = {target for targets in ahead.values() for target in targets}

    def rank(name: str) -> int:
        return 0 if elements[name].kind == "startEvent" else 1 if name not in reached else 2

    return sorted(ahead, key=rank)


def _ordered(
    ahead: Mapping[str, list[str]], beginnings: list[str]
) -> tuple[tuple[str, ...], set[tuple[str, str]]]:
    """Return names in topological order as far as loops allow, and the edges that close loops."""
    state: dict[str, str] = {}
    left: list[str] = []
    back: set[tuple[str, str]] = set()
    for beginning in beginnings:
        if beginning in state:
            continue
        state[beginning] = "open"
        path: list[tuple[str, Any]] = [(beginning, iter(reversed(ahead[beginning])))]
        while path:
            name, rest = path[-1]
            following = next(rest, None)
            if following is None:
                state[name] = "left"
                left.append(name)
                path.pop()
            elif following not in state:
                state[following] = "open"
                path.append((following, iter(reversed(ahead[following]))))
            elif state[following] == "open":
                back.add((name, following))
    return tuple(reversed(left)), back
