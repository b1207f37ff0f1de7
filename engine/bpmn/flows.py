# mypy: disallow-subclassing-any=False
"""The token trees of one instance: the process itself, and one tree per running subprocess or called process."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from engine.bpmn import spiff
from engine.bpmn.live import SentMessage, SentSignal, Step, Walk
from engine.bpmn.scopes import Variables
from engine.bpmn.tokens import Token


class Waits:
    """The tokens that wait for an event; SpiffWorkflow's event manager with scoped events sent to their own scope."""

    def __init__(self) -> None:
        self.tasks: dict[Any, Any] = {}

    def add_task(self, token: Any) -> None:
        """Let a token wait."""
        self.tasks[token.id] = token

    def remove_task(self, token: Any) -> None:
        """Let it wait no longer."""
        self.tasks.pop(token.id, None)

    def catch(self, event: Any, internal: bool = True, thrower: Any = None) -> int:
        """Hand an event to those who catch it: an error climbs the activities it is in, a signal reaches all.

        thrower: the token of an activity that throws by itself; its own border comes first.
        """
        waiting = list(self.tasks.values()) if event.target is None else self._climb(event, thrower)
        caught = [token for token in waiting if token.task_spec.catches(token, event)]
        for token in caught:
            token.task_spec.catch(token, event)
            token.task_spec._update(token)
        return len(caught)

    def _climb(self, event: Any, thrower: Any) -> list[Any]:
        flow, below = event.target, None
        if thrower is not None:
            found = [token for token in self._attached(thrower) if token.task_spec.catches(token, event)]
            if found:
                return found
        while True:
            found = [token for token in self._inside(flow, below) if token.task_spec.catches(token, event)]
            if found or not isinstance(flow, SubFlow):
                return found
            found = [token for token in self._attached(flow.holder) if token.task_spec.catches(token, event)]
            if found:
                return found
            flow, below = flow.holder.workflow, flow.holder.task_spec

    def _inside(self, flow: Any, below: Any) -> list[Any]:
        """Return the start events of event subprocesses in a scope, but for the one the event came from."""
        return [
            token
            for token in self.tasks.values()
            if isinstance(token.workflow, SubFlow)
            and token.workflow.holder.workflow is flow
            and isinstance(token.task_spec, spiff.StartEvent)
            and isinstance(token.workflow.holder.task_spec, spiff.EventSubprocess)
            and token.workflow.holder.task_spec is not below
        ]

    def _attached(self, holder: Any) -> list[Any]:
        """Return the boundary events of an activity, also those around all its instances."""
        places = {id(holder.parent)}
        if holder.triggered:
            places.add(id(holder.parent.parent))
        return [token for token in self.tasks.values() if id(token.parent) in places]


class _Flow:
    """What both kinds of tree share."""

    tasks: dict[Any, Any]
    spec: Any
    top_workflow: Any
    completed: bool
    aborted = False

    def begin(self, data: Variables) -> None:
        """Plant the first token."""
        root = Token(self, self.spec.start)
        self.task_tree = root
        root.data, root.owns_data = data, True
        root._ready()

    def tokens(self, mask: int = spiff.LIVE) -> list[Any]:
        """Return the tokens in these states, oldest first."""
        return [token for token in self.tasks.values() if token._state & mask]

    def withdraw(self, *, keep: Any = None) -> None:
        """Cancel every live token but `keep`."""
        for token in self.tokens():
            if token is not keep and token.id in self.tasks:
                token.cancel()

    def update_waiting_tasks(self) -> None:
        """Ask joins again after something moved. Conditions are asked when nothing moves any more (`settle`), timers only by
        `Run.fire_timers`."""
        for token in self.tokens(spiff.WAITING):
            if isinstance(token.task_spec, spiff.Join):
                token.task_spec._update(token)

    def _mark_complete(self, task: Any) -> None:
        self.completed = True

    def _task_removed_notify(self, task: Any) -> None:
        self.top_workflow.forget(task)


class SubFlow(_Flow, spiff.BpmnSubWorkflow):
    """The tree of a subprocess or called process. holder: the token of the activity that runs it."""

    def __init__(self, spec: Any, holder: Any, top_workflow: Any) -> None:
        self.holder = holder
        super().__init__(spec, holder.id, top_workflow, deserializing=True)

    @property
    def parent_workflow(self) -> Any:
        """The tree of the activity that runs it."""
        return self.holder.workflow

    def _calculate_depth(self) -> int:
        return 0

    def cancel(self, success: bool = False) -> list[Any]:
        """End it without finishing."""
        self.completed = True
        self.withdraw()
        return []

    def _task_completed_notify(self, task: Any) -> None:
        if task.task_spec.name == "End":
            self.completed = True
        if not self.completed:
            self.update_waiting_tasks()
        elif self.holder._state == spiff.STARTED and not self.aborted:
            self.holder._set_state(spiff.READY)


class MainFlow(_Flow, spiff.BpmnWorkflow):
    """The tree of the process itself, and what belongs to the whole instance: waits, history, messages sent."""

    def __init__(self, spec: Any, specs: dict[str, Any], expressions: Any) -> None:
        super().__init__(spec, subprocess_specs=specs, script_engine=expressions, deserializing=True)
        self.event_manager = Waits()
        self.history: list[Step] = []
        self.walked: Counter[Walk] = Counter()
        self.sent: list[SentMessage] = []
        self.sent_signals: list[SentSignal] = []
        self.cancelled = False

    def flows(self) -> Iterator[Any]:
        """Yield every tree that is not completed, the process itself first."""
        if not self.completed:
            yield self
        yield from [flow for flow in self.subprocesses.values() if not flow.completed]

    def cancel(self, workflow: Any = None) -> list[Any]:
        """End the instance without finishing it."""
        self.completed = self.cancelled = True
        self.withdraw()
        return []

    def note(self, token: Any, before: int, state: int) -> None:
        """Write down a change of state, if it says something about the diagram."""
        telling = token.task_spec.telling
        if not telling:
            return
        if _arrives(token, before, state):
            self.walked[
                Walk(token.workflow.spec.definition_key, _source(token), token.task_spec.bpmn_id)
            ] += 1
        if state == spiff.COMPLETED:
            kind = "completed"
        elif telling == "end only":
            return
        elif state == spiff.CANCELLED:
            kind = "cancelled" if before & spiff.LIVE else ""
        else:
            kind = "entered" if state & spiff.LIVE and not before & spiff.LIVE else ""
        if kind:
            spec = token.task_spec
            key = token.workflow.spec.definition_key
            self.history.append(Step(len(self.history), key, spec.bpmn_id, token.id, kind))

    def forget(self, token: Any) -> None:
        """Drop every trace of a removed token: its wait and the tree it held."""
        self.event_manager.remove_task(token)
        if token._state & spiff.LIVE:
            self.note(token, token._state, spiff.CANCELLED)
        flow = self.subprocesses.pop(token.id, None)
        if flow is not None:
            flow.completed = True
            for inner in list(flow.tasks.values()):
                self.forget(inner)

    def _task_completed_notify(self, task: Any) -> None:
        if task.task_spec.name == "End":
            self.completed = True
        if not self.completed:
            self.update_waiting_tasks()


def _arrives(token: Any, before: int, state: int) -> bool:
    """Whether a token reaches its element; an event at a border is reached when it happens."""
    if isinstance(token.task_spec, spiff.BoundaryEvent):
        return state == spiff.COMPLETED
    return not before & (spiff.LIVE | spiff.FINISHED) and bool(state & (spiff.LIVE | spiff.COMPLETED))


def _source(token: Any) -> str:
    """Return the element from which a token came; "" at the beginning, and for an event at a border."""
    if isinstance(token.task_spec, spiff.BoundaryEvent):
        return ""
    above = token.parent
    while above is not None and not above.task_spec.bpmn_id:
        above = above.parent
    return "" if above is None else str(above.task_spec.bpmn_id)
