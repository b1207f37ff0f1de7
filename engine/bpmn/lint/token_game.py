"""Tokens going through a scope, data left aside: every run that the drawing allows, and the runs that never come to an end.

A marking says how many tokens are on which flow. An activity takes a token and gives one on, at once; an event at its
border gives its own instead, or besides. Each flow leads to one node, so nodes never take each other's tokens: it is
enough to let one node act at a time, in every way it can (stubborn sets), joins and ends last.
"""

from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from engine.bpmn.element import local_name
from engine.bpmn.lint.flows import Scope
from engine.bpmn.names import bpmn

MOST_MARKINGS = 2_000
MOST_TOKENS = 2
MOST_WAYS = 5
ENDING = ("terminateEventDefinition", "errorEventDefinition", "cancelEventDefinition")

Marking = tuple[int, ...]
OVER: Marking = (-1,)
"""The scope has ended, whatever tokens were left."""


@dataclass(frozen=True, slots=True)
class Way:
    """What a node may do: by what (an event, a flow, the node itself), which tokens it gives, whether it had a choice."""

    cause: Any
    gives: tuple[int, ...]
    is_choice: bool


class Game:
    """The flows of one scope, numbered, and what its nodes do with tokens."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.flows = [flow for flows in scope.out.values() for flow in flows]
        self._number = {id(flow): number for number, flow in enumerate(self.flows)}
        self.targets = [scope.nodes[flow.get("targetRef")] for flow in self.flows]
        self._into = {own: [self._number[id(flow)] for flow in scope.into[own]] for own in scope.nodes}
        self._borders: dict[str, list[Any]] = {}
        for node in scope.nodes.values():
            if local_name(node) == "boundaryEvent":
                self._borders.setdefault(node.get("attachedToRef"), []).append(node)
        self._rank = self._ranks()
        self._before: dict[str, frozenset[int]] = {}

    def begin(self) -> Marking:
        """Return the marking behind the start event."""
        return tuple(sorted(self._out(self.scope.starts()[0])))

    def inputs(self, node: Any) -> list[int]:
        """Return the flows into a node."""
        return self._into[node.get("id")]

    def is_join(self, node: Any) -> bool:
        """Whether a node waits for a token on each of several flows."""
        return local_name(node) == "parallelGateway" and len(self.inputs(node)) > 1

    def moves(self, marking: Marking) -> list[tuple[Way, Marking]]:
        """Return what the first node that can act may do, and what comes of each way; nothing if none can."""
        nodes = {self.targets[flow].get("id"): self.targets[flow] for flow in marking}
        able = [
            node
            for node in nodes.values()
            if not self.is_join(node) or set(self.inputs(node)) <= set(marking)
        ]
        able.sort(key=lambda node: self._rank[node.get("id")])
        ready = [node for node in able if not self._must_wait(node, marking)] or able
        if not ready:
            return []
        node = ready[0]
        rest = self._taken(node, marking)
        if self._ends_all(node):
            return [(Way(node, (), is_choice=False), OVER)]
        return [(way, tuple(sorted([*rest, *way.gives]))) for way in self._ways(node)]

    def stuck(self, marking: Marking) -> list[Any]:
        """Return the joins at which tokens wait."""
        found = {self.targets[flow].get("id"): self.targets[flow] for flow in marking if flow >= 0}
        return [node for node in found.values() if self.is_join(node)]

    def missing(self, join: Any, marking: Marking) -> list[Any]:
        """Return the nodes from which a join still waits for a token."""
        return [
            self.scope.nodes[self.flows[flow].get("sourceRef")]
            for flow in self.inputs(join)
            if flow not in marking
        ]

    def _out(self, node: Any) -> list[int]:
        return [self._number[id(flow)] for flow in self.scope.out[node.get("id")]]

    def _taken(self, node: Any, marking: Marking) -> list[int]:
        """Return the tokens that are left when a node has taken its own."""
        mine, rest = [flow for flow in dict.fromkeys(marking) if flow in self.inputs(node)], list(marking)
        gathers = local_name(node) in {"parallelGateway", "inclusiveGateway"}
        for flow in mine if gathers else mine[:1]:
            rest.remove(flow)
        return rest

    @staticmethod
    def _ends_all(node: Any) -> bool:
        return local_name(node) == "endEvent" and any(node.find(bpmn(kind)) is not None for kind in ENDING)

    def _ways(self, node: Any) -> Iterator[Way]:
        kind, out = local_name(node), self._out(node)
        if kind in {"exclusiveGateway", "eventBasedGateway"}:
            for flow in out:
                cause = self.targets[flow] if kind == "eventBasedGateway" else self.flows[flow]
                yield Way(cause, (flow,), is_choice=len(out) > 1)
        elif kind == "inclusiveGateway" and len(out) > 1:
            sizes = range(1, len(out) + 1) if len(out) <= MOST_WAYS else (1, len(out))
            for chosen in (some for size in sizes for some in combinations(out, size)):
                yield Way(node, chosen, is_choice=True)
        else:
            borders = self._borders.get(node.get("id"), [])
            yield Way(node, tuple(out), is_choice=False)
            for event in borders:
                interrupts = event.get("cancelActivity", "true") == "true"
                own = tuple(self._out(event))
                yield Way(event, own if interrupts else (*out, *own), is_choice=True)

    def _must_wait(self, node: Any, marking: Marking) -> bool:
        """Whether an inclusive join waits, as another token may still come to it."""
        own = set(self.inputs(node))
        if local_name(node) != "inclusiveGateway" or len(own) < 2:
            return False
        return bool((set(marking) - own) & self._leading_to(node))

    def _leading_to(self, node: Any) -> frozenset[int]:
        """Return the flows from which a token may come to a node."""
        own = node.get("id")
        if own not in self._before:
            found, border = set[int](), [own]
            while border:
                one = self.scope.nodes[border.pop()]
                host = one.get("attachedToRef") if local_name(one) == "boundaryEvent" else None
                border += [host] if host else []
                for flow in self.inputs(one):
                    if flow not in found:
                        found.add(flow)
                        border.append(self.flows[flow].get("sourceRef"))
            self._before[own] = frozenset(found)
        return self._before[own]

    def _ranks(self) -> Mapping[str, int]:
        """Number the nodes so that each comes before what follows it, loops aside."""
        order: list[str] = []
        seen = {self.scope.starts()[0].get("id")}
        stack = [(one, iter(self._following(one))) for one in seen]
        while stack:
            own, ends = stack[-1]
            end = next((one for one in ends if one not in seen), None)
            if end is None:
                order.append(own)
                stack.pop()
            else:
                seen.add(end)
                stack.append((end, iter(self._following(end))))
        return {own: number for number, own in enumerate(reversed(order))}

    def _following(self, own: str) -> list[str]:
        flows = self.scope.out[own]
        return [flow.get("targetRef") for flow in flows] + [
            event.get("id") for event in self._borders.get(own, [])
        ]


@dataclass
class Played:
    """All markings of a scope that can come about. after: by marking what is done there and comes of it; twice: the
    nodes that gave a second token to a flow."""

    game: Game
    after: dict[Marking, list[tuple[Way, Marking]]] = field(default_factory=dict)
    twice: list[Any] = field(default_factory=list)
    hopeful: set[Marking] = field(default_factory=set)

    def end_of(self, marking: Marking) -> Marking | None:
        """Return a marking at which everything stands, reached from one; None if it goes round for ever."""
        seen, border = {marking}, deque([marking])
        while border:
            one = border.popleft()
            if not self.after.get(one) and one not in self.hopeful:
                return one
            fresh = [end for _, end in self.after.get(one, []) if end not in seen]
            seen.update(fresh)
            border.extend(fresh)
        return None


def play(game: Game) -> Played | None:
    """Play all runs; None if there are too many."""
    found = Played(game)
    border, open_ended = deque([game.begin()]), set[Marking]()
    while border:
        marking = border.popleft()
        if marking in found.after:
            continue
        if len(found.after) > MOST_MARKINGS:
            return None
        many = [flow for flow, count in Counter(marking).items() if count >= MOST_TOKENS and flow >= 0]
        found.twice += [game.scope.nodes[game.flows[flow].get("sourceRef")] for flow in many]
        if any(count > MOST_TOKENS for count in Counter(marking).values()):
            found.after[marking] = []
            open_ended.add(marking)
            continue
        found.after[marking] = game.moves(marking) if marking not in ((), OVER) else []
        border.extend(end for _, end in found.after[marking])
    found.hopeful = _reaching(found.after, {(), OVER} | open_ended)
    return found


def _reaching(after: Mapping[Marking, list[tuple[Way, Marking]]], goals: set[Marking]) -> set[Marking]:
    """Return the markings from which a goal can be reached."""
    into: dict[Marking, list[Marking]] = {}
    for marking, moves in after.items():
        for _, end in moves:
            into.setdefault(end, []).append(marking)
    found, border = set(goals), list(goals)
    while border:
        fresh = [one for one in into.get(border.pop(), []) if one not in found]
        found.update(fresh)
        border += fresh
    return found
