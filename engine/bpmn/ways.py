"""The flow graph of one scope, and what lies ahead of a place in the same pass of every loop.

An edge back to a node that dominates its source closes a loop. What lies ahead of a place is what it reaches without
such edges; inside a loop that is left at its head, also what follows the choice on the way to the place.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from engine.bpmn import spiff


class Ways:
    """The nodes of a scope by name with their outgoing edges. The body of a repeated activity is not in it."""

    def __init__(self, spec: Any) -> None:
        self._nodes: Mapping[str, Any] = spec.task_specs
        self._start: str = spec.start.name
        bodies = {node.task_spec for node in self._nodes.values() if isinstance(node, spiff.LoopTask)}
        self._out = {name: list(node._outputs) for name, node in self._nodes.items() if name not in bodies}
        self._known: dict[str, frozenset[str]] = {}

    def has(self, place: str) -> bool:
        """Whether a node is in it."""
        return place in self._out

    def ahead(self, place: str) -> frozenset[str]:
        """Return the place and all that follows it in the same pass of the loops it is in."""
        known = self._known.get(place)
        if known is None:
            found = self._reach([place], self._forward)
            for head, body in self._loops.items():
                if place in body:
                    found |= self._past(head, body, place)
            known = self._known[place] = frozenset(found)
        return known

    def rivals(self, place: str) -> frozenset[str]:
        """Return where in the loops of a place tokens of another pass stand, whom a token there would make two of one.

        They would still come to it, or took another way than the one to it. What runs beside it in a fork is none, nor
        what an event started that interrupts nothing.
        """
        if place not in self.main:
            return frozenset()
        around = set[str]().union(*(body for body in self._loops.values() if place in body))
        others = (around & self.main) - self.ahead(place)
        return frozenset(name for name in others if self._excludes(name, place))

    @cached_property
    def main(self) -> frozenset[str]:
        """What is reached without an event that interrupts nothing."""
        out = {
            name: [end for end in ends if not self._is_beside(name, end)] for name, ends in self._out.items()
        }
        return frozenset(self._reach([self._start], out))

    def reachable(self, places: Iterable[str], *, without: frozenset[str]) -> set[str]:
        """Return what tokens at these places can reach by any edge, not entering `without`."""
        out = {name: [one for one in ends if one not in without] for name, ends in self._out.items()}
        return self._reach([place for place in places if place in self._out], out)

    def _past(self, head: str, body: set[str], place: str) -> set[str]:
        """Return what follows a choice that the next pass meets before it comes to the place."""
        found: set[str] = set()
        for source in body & self._dominators(place):
            ends = [end for end in self._out[source] if end not in body and self._is_choice(source, end)]
            if ends:
                found |= {source} | self._reach(ends, self._forward)
        return found

    def _excludes(self, name: str, place: str) -> bool:
        """Whether one token cannot have been to both in one pass, or comes to the place only after the other."""
        if place in self._reach([name], self._forward):
            return True
        above = self._dominators(place)
        while name not in above:
            name = self._above[name]
        return isinstance(
            self._nodes[name], spiff.ExclusiveGateway | spiff.EventBasedGateway | spiff.BoundaryEventSplit
        )

    def _is_beside(self, source: str, end: str) -> bool:
        following = self._nodes[end]
        is_border = isinstance(self._nodes[source], spiff.BoundaryEventSplit)
        return is_border and isinstance(following, spiff.BoundaryEvent) and not following.cancel_activity

    def _is_choice(self, source: str, end: str) -> bool:
        node = self._nodes[source]
        if isinstance(node, spiff.BoundaryEventSplit):
            following = self._nodes[end]
            return isinstance(following, spiff.BoundaryEvent) and bool(following.cancel_activity)
        return isinstance(node, spiff.ExclusiveGateway | spiff.EventBasedGateway)

    @staticmethod
    def _reach(places: Iterable[str], out: Mapping[str, list[str]]) -> set[str]:
        found = set(places)
        border = list(found)
        while border:
            fresh = [end for end in out[border.pop()] if end not in found]
            found.update(fresh)
            border.extend(fresh)
        return found

    @cached_property
    def _order(self) -> list[str]:
        """Nodes from the start, each before what it dominates."""
        order: list[str] = []
        seen = {self._start}
        stack = [(self._start, iter(self._out[self._start]))]
        while stack:
            name, ends = stack[-1]
            following = next((end for end in ends if end not in seen), None)
            if following is None:
                order.append(name)
                stack.pop()
            else:
                seen.add(following)
                stack.append((following, iter(self._out[following])))
        return order[::-1]

    @cached_property
    def _above(self) -> dict[str, str]:
        """The immediate dominator of each node. Source: Cooper, Harvey, Kennedy 2001."""
        rank = {name: index for index, name in enumerate(self._order)}
        sources: dict[str, list[str]] = {name: [] for name in rank}
        for name in rank:
            for end in self._out[name]:
                sources[end].append(name)
        above = {self._start: self._start}
        changed = True
        while changed:
            changed = False
            for name in self._order[1:]:
                nearest, *others = [source for source in sources[name] if source in above]
                for other in others:
                    while nearest != other:
                        if rank[nearest] > rank[other]:
                            nearest = above[nearest]
                        else:
                            other = above[other]  # noqa: PLW2901
                if above.get(name) != nearest:
                    above[name], changed = nearest, True
        return above

    def _dominators(self, place: str) -> set[str]:
        found = {place}
        while place != self._start and place in self._above:
            place = self._above[place]
            found.add(place)
        return found

    @cached_property
    def _backward(self) -> list[tuple[str, str]]:
        edges = [(name, end) for name in self._order for end in self._out[name]]
        return [(name, end) for name, end in edges if end in self._dominators(name)]

    @cached_property
    def _forward(self) -> dict[str, list[str]]:
        backward = set(self._backward)
        return {
            name: [end for end in ends if (name, end) not in backward] for name, ends in self._out.items()
        }

    @cached_property
    def _loops(self) -> dict[str, set[str]]:
        """The body of each loop by its head."""
        into: dict[str, list[str]] = {name: [] for name in self._out}
        for name, ends in self._out.items():
            for end in ends:
                into[end].append(name)
        found: dict[str, set[str]] = {}
        for last, head in self._backward:
            found.setdefault(head, set()).update({head} | self._reach([last], {**into, head: []}))
        return found
