"""What becomes of each live token when an instance is carried over to another version of its diagrams."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from uuid import UUID

from engine.bpmn import spiff
from engine.bpmn.flows import MainFlow, SubFlow
from engine.bpmn.nodes.loops import MultiInstance
from engine.bpmn.nodes.timing import Timer
from engine.bpmn.tokens import Token

_NONE: Mapping[str, str] = MappingProxyType({})
RUNNERS = (spiff.SubWorkflowTask, spiff.CallActivity, spiff.TransactionSubprocess, spiff.EventSubprocess)


@dataclass(frozen=True, slots=True)
class Crossing:
    """A plan, by element id (or `PROCESS/ELEMENT`, which goes first); an element that is not named keeps its id.

    mapped: old element to new one. moved: the token is withdrawn and a new one begins there, in the same scope; one for
    all that are moved to the same place.
    dropped: boundary events and event subprocesses to be given up. recompute: work out the due moments of timers anew.
    """

    mapped: Mapping[str, str] = field(default_factory=lambda: _NONE)
    moved: Mapping[str, str] = field(default_factory=lambda: _NONE)
    dropped: frozenset[str] = frozenset()
    recompute: bool = False

    def target(self, definition_key: str, element_id: str) -> str:
        """Return the new id of an element."""
        found = self.mapped.get(f"{definition_key}/{element_id}", self.mapped.get(element_id))
        return element_id if found is None else found

    def move_of(self, definition_key: str, element_id: str) -> str | None:
        """Return where the tokens of an element begin anew; None if they are carried over."""
        return self.moved.get(f"{definition_key}/{element_id}", self.moved.get(element_id))

    def drops(self, definition_key: str, element_id: str) -> bool:
        """Tell whether the tokens of an element are given up."""
        return f"{definition_key}/{element_id}" in self.dropped or element_id in self.dropped


@dataclass(frozen=True, slots=True)
class Fate:
    """kind: kept, mapped, moved, dropped or refused (then reason says why); target: the element's id in the new version."""

    kind: str
    token_id: UUID
    definition_key: str
    element_id: str
    name: str
    target: str | None = None
    reason: str = ""


class Map:
    """The trees of an instance and what they become in the new version. specs: of the new version, by name."""

    def __init__(self, top: MainFlow, root: Any, specs: Mapping[str, Any], plan: Crossing) -> None:
        self._specs = specs
        self._plan = plan
        self.fates: list[Fate] = []
        self.leaving: list[tuple[Token, Fate]] = []
        self.spec_of: dict[int, Any] = {id(top): root}
        for flow in top.flows():
            if isinstance(flow, SubFlow):
                self.spec_of[id(flow)] = self._inner(flow)
            for token in flow.tokens():
                self._decide(flow, token)

    def node_name(self, flow: Any, name: str) -> str:
        """Return the name of a node in the new version: of an element, or of what the engine puts around it."""
        spec, new = flow.spec, self.spec_of[id(flow)]
        if name == spec.end.name and new is not None:
            return str(new.end.name)
        for suffix in (".BoundaryEventSplit", ".BoundaryEventJoin", " [child]"):
            if name.endswith(suffix):
                return self._plan.target(spec.definition_key, name[: -len(suffix)]) + suffix
        return self._plan.target(spec.definition_key, name)

    def _inner(self, flow: SubFlow) -> Any:
        """Return what a subprocess or called process becomes: whatever the new version runs at its activity."""
        above = self.spec_of.get(id(flow.holder.workflow))
        if above is None:
            return None
        node = above.task_specs.get(self.node_name(flow.holder.workflow, flow.holder.task_spec.name))
        return self._specs.get(node.spec) if isinstance(node, RUNNERS) else None

    def _decide(self, flow: Any, token: Token) -> None:
        node, key = token.task_spec, flow.spec.definition_key
        element_id = node.bpmn_id
        if element_id is None or node is flow.spec.end or isinstance(node, spiff.BoundaryEventJoin):
            return
        about = (token.id, key, element_id, node.bpmn_name or element_id)
        goal = self._plan.move_of(key, element_id)
        if goal is not None:
            self._leave(token, Fate("moved", *about, goal, self._why_not_there(flow, goal)))
        elif self._plan.drops(key, element_id):
            is_event = isinstance(node, spiff.BoundaryEvent | spiff.EventSubprocess)
            self._leave(
                token, Fate("dropped", *about, None, "" if is_event else "只有边界事件和事件子流程可以放弃")
            )
        elif not any(self._is_under(token, gone) for gone, _ in self.leaving):
            target = self.node_name(flow, element_id)
            kind = "kept" if target == element_id else "mapped"
            self._note(Fate(kind, *about, target, self._why_not(flow, token)))

    def _leave(self, token: Token, fate: Fate) -> None:
        self.leaving.append((token, fate))
        self._note(fate)

    def _note(self, fate: Fate) -> None:
        if fate.reason:
            fate = Fate("refused", *(getattr(fate, name) for name in fate.__slots__[1:]))
        self.fates.append(fate)

    @staticmethod
    def _is_under(token: Token, gone: Token) -> bool:
        """Whether a token goes with another: inside it, attached to it, or an instance of it."""
        return gone in _around(token)

    def _why_not_there(self, flow: Any, goal: str) -> str:
        new = self.spec_of[id(flow)]
        if new is None:
            return "所在的子流程在新版中没有对应,请先为子流程指定去向"
        node = new.task_specs.get(goal)
        if node is None or node.bpmn_id is None:
            return f"新版中同一层没有“{goal}”"
        if isinstance(node, spiff.StartEvent | spiff.BoundaryEvent | spiff.EventSubprocess) or (
            isinstance(node, spiff.Join) and len(node._inputs) > 1
        ):
            return f"“{goal}”是开始、边界事件、事件子流程或汇聚网关,不能移到那里"
        return ""

    def _why_not(self, flow: Any, token: Token) -> str:
        """Say why a token cannot be carried over as it is; nothing if it can."""
        new = self.spec_of[id(flow)]
        if new is None:
            return "所在的子流程在新版中没有对应,请为子流程指定去向"
        old, name = token.task_spec, self.node_name(flow, token.task_spec.name)
        node = new.task_specs.get(name)
        if node is None:
            return f"新版中没有“{name}”,请指定它对应的新环节或要移到的环节"
        if type(node) is not type(old):
            return f"新版中的“{name}”是另一种元素,令牌不能照搬"
        if (
            isinstance(old, MultiInstance)
            and isinstance(node, MultiInstance)
            and old.sequential != node.sequential
        ):
            return f"新版中的“{name}”改变了多实例的办理方式(逐个或同时)"
        if _event_kinds(old) - _event_kinds(node):
            return f"新版中的“{name}”等待另一种事件"
        if isinstance(old, spiff.BoundaryEvent) and not self._is_attached(flow, token, node):
            return f"新版中的“{name}”附着在另一个环节上,请放弃这里的等待,或指定这个环节上对应的边界事件"
        return ""

    def _is_attached(self, flow: Any, token: Token, node: Any) -> bool:
        """Whether a boundary event is attached in the new version to what its activity becomes."""
        return self.node_name(flow, token.parent.task_spec.name) in node._inputs


def _around(token: Token) -> Iterator[Token]:
    """Yield what a token depends on: the activity it is attached to or an instance of, the one its tree runs in."""
    seen: Any = token
    while seen is not None:
        parent = seen.parent
        if parent is not None and isinstance(parent.task_spec, spiff.BoundaryEventSplit):
            yield from (one for one in parent.children if not isinstance(one.task_spec, spiff.BoundaryEvent))
        if seen is not token:
            yield seen
        seen = parent if seen.triggered else getattr(seen.workflow, "holder", None)


def _event_kinds(node: Any) -> set[tuple[type, str]]:
    """Return the kinds of events a node waits for. An event-based gateway may get further ones."""
    definition = getattr(node, "event_definition", None)
    many = getattr(definition, "event_definitions", None) or ([] if definition is None else [definition])
    return {(type(one), one.kind if isinstance(one, Timer) else "") for one in many}
