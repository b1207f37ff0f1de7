"""Places of user tasks: those before a live token, in its own scope, around it, and inside what was called before."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from engine.bpmn import spiff
from engine.bpmn.live import Place
from engine.bpmn.nodes.events import StartEvent
from engine.bpmn.nodes.gateways import Joining
from engine.bpmn.tokens import Token
from engine.bpmn.ways import Ways


@dataclass(frozen=True, slots=True)
class Target:
    """Where to go: the live tree to act in, and the way down from it. path: node names, the last is the task's;
    aheads: what lies ahead of every step of it."""

    place: Place
    flow: Any
    path: tuple[str, ...]
    aheads: tuple[frozenset[str], ...]

    @property
    def ahead(self) -> frozenset[str]:
        """What lies ahead in the live tree."""
        return self.aheads[0]

    @property
    def rivals(self) -> frozenset[str]:
        """Where tokens of another round of the same loops stand in the live tree."""
        return Ways(self.flow.spec).rivals(entry_of(self.flow.spec, self.path[0]))

    def is_before(self, other: "Target") -> bool:
        """Whether the other one, of the same live tree, comes after it."""
        for mine, theirs, ahead in zip(self.path, other.path, self.aheads, strict=False):
            if mine != theirs:
                return theirs in ahead
        return False


def targets(token: Token) -> Iterator[Target]:
    """Yield the user tasks before a live token, from the inside out, in each scope the nearest first.

    From within an interrupting event subprocess everything in the scope around it counts as before. What an event
    started beside its activity comes before nothing but what follows it there: the work itself would not go on.
    """
    flow: Any = token.workflow
    at: str | None = place_of(token)
    while True:
        yield from _before(flow, at)
        holder = getattr(flow, "holder", None)
        if holder is None:
            return
        at = place_of(holder)
        if isinstance(holder.task_spec, spiff.EventSubprocess):
            if not is_interrupting(flow.spec):
                return
            at = None
        flow = holder.workflow


def place_of(token: Token) -> str:
    """Return the node a token stands at; for an instance of a repeated activity the activity, for one that has
    arrived at a join the node it came from."""
    spec = token.task_spec
    parent = token.parent
    if parent is not None and isinstance(parent.task_spec, spiff.LoopTask) and token.triggered:
        spec = parent.task_spec
    elif isinstance(spec, Joining) and token._state & (spiff.WAITING | spiff.CANCELLED):
        spec = token.parent.task_spec
    name: str = spec.name
    return name


def entry_of(spec: Any, place: str) -> str:
    """Return where a token enters an activity: its event split, if it has boundary events."""
    sources = spec.task_specs[place]._inputs
    return next(
        (name for name in sources if isinstance(spec.task_specs[name], spiff.BoundaryEventSplit)), place
    )


def within(spec: Any, names: Iterable[str], specs: Any) -> frozenset[str]:
    """Return nodes of a scope with everything in the activities among them."""
    found = set(names)
    for name in names:
        node = spec.task_specs[name]
        inner = spec.task_specs[node.task_spec] if isinstance(node, spiff.LoopTask) else node
        if isinstance(inner, spiff.SubWorkflowTask | spiff.CallActivity | spiff.TransactionSubprocess):
            found |= within(specs[inner.spec], specs[inner.spec].task_specs, specs)
    return frozenset(found)


def is_interrupting(spec: Any) -> bool:
    """Whether the start event of an event subprocess stops the scope around it."""
    return any(isinstance(node, StartEvent) and node.interrupting for node in spec.task_specs.values())


def _before(flow: Any, at: str | None) -> Iterator[Target]:
    spec = flow.spec
    found = []
    for place, path, aheads in _tasks(spec, flow.top_workflow.subprocess_specs, beside=at is not None):
        begins_again = len(path) == 1 and isinstance(spec.task_specs[path[0]], spiff.LoopTask)
        if at is None or (at in aheads[0] and (at != path[0] or begins_again)):
            found.append(([len(ahead) for ahead in aheads], Target(place, flow, path, aheads)))
    yield from (target for _, target in sorted(found, key=lambda pair: pair[0]))


def _tasks(
    spec: Any, specs: Any, *, beside: bool
) -> Iterator[tuple[Place, tuple[str, ...], tuple[frozenset[str], ...]]]:
    """Yield the user tasks of a scope and of those below it (event subprocesses apart), with the way down to each
    and what lies ahead of every step of it. beside: in the scope itself also what an event starts beside its activity."""
    ways, nodes = Ways(spec), spec.task_specs
    bodies = {node.task_spec: name for name, node in nodes.items() if isinstance(node, spiff.LoopTask)}
    for name, node in nodes.items():
        place = bodies.get(name, name)
        if not beside and entry_of(spec, place) not in ways.main:
            continue
        if node.manual and node.element is not None:
            yield Place(spec.definition_key, node.bpmn_id), (place,), (ways.ahead(entry_of(spec, place)),)
        elif isinstance(node, spiff.SubWorkflowTask | spiff.CallActivity | spiff.TransactionSubprocess):
            ahead = ways.ahead(entry_of(spec, place))
            for inner, path, aheads in _tasks(specs[node.spec], specs, beside=False):
                yield inner, (place, *path), (ahead, *aheads)
