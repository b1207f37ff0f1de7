# mypy: disallow-subclassing-any=False
"""Events: start, intermediate, boundary, end; send and receive tasks; the event-based gateway."""

from typing import Any

from engine.bpmn import spiff
from engine.bpmn.nodes.guarding import Guarded
from engine.bpmn.nodes.signalling import ARMED, Condition
from engine.bpmn.nodes.timing import Timer


class _Catching(Guarded):
    """What all catching events share."""

    event_definition: Any
    outputs: Any

    @property
    def asks_again(self) -> bool:
        """Whether a change of variables may make it fire."""
        return isinstance(self.event_definition, Condition) or getattr(
            self.event_definition, "has_condition", False
        )

    def catches(self, token: Any, event: Any) -> bool:
        """Whether this event is what the token waits for."""
        caught: bool = self.event_definition.catches(token, event)
        return caught

    def _run_hook(self, token: Any) -> bool:
        self.event_definition.update_task_data(token)
        return True


class StartEvent(_Catching, spiff.StartEvent):
    """A start event. interrupting: of an event subprocess, whether it stops the scope around it."""

    interrupting = True

    def _on_complete_hook(self, token: Any) -> None:
        super()._on_complete_hook(token)
        holder = getattr(token.workflow, "holder", None)
        if holder is not None and isinstance(holder.task_spec, spiff.EventSubprocess):
            holder.task_spec.triggered(holder, self)


class IntermediateCatchEvent(_Catching, spiff.IntermediateCatchEvent):
    """An intermediate catching event."""


class ReceiveTask(_Catching, spiff.ReceiveTask):
    """A receive task."""


class BoundaryEvent(_Catching, spiff.BoundaryEvent):
    """A boundary event. One that interrupts nothing may happen again and again: each occurrence is a token of its
    own, so that what it started outlives the activity."""

    def _run_hook(self, token: Any) -> bool:
        super()._run_hook(token)
        definition = self.event_definition
        if isinstance(definition, Timer) and definition.kind == "timeCycle":
            memory, missed = definition.following(token)
            token.internal_data["missed"] = missed
            if memory is not None:
                self._follow(token, memory)
        elif not self.cancel_activity and not isinstance(definition, Timer):
            self._follow(token, {ARMED: False} if isinstance(definition, Condition) else {})
        return True

    def _follow(self, token: Any, memory: dict[str, Any]) -> None:
        """Wait for the next occurrence, as long as the activity lasts."""
        following = token.parent._add_child(self, spiff.FUTURE)
        following.internal_data.update(memory)
        self._update(following)


class EventBasedGateway(_Catching, spiff.EventBasedGateway):
    """The first of several events decides the way."""

    def connect(self, child: Any) -> None:
        """Take over what the following event waits for; it fires as soon as it is chosen."""
        self._outputs.append(child.name)  # not super(): the library would take the definition a second time
        child._connect_notify(self)
        self.event_definition.event_definitions.append(child.event_definition)
        child.event_definition = spiff.NoneEventDefinition()

    def _run_hook(self, token: Any) -> bool:
        super()._run_hook(token)
        chosen = token.workflow.spec.task_specs[token.internal_data["fired"]]
        token._sync_children([chosen], spiff.FUTURE)
        return True


class IntermediateThrowEvent(spiff.IntermediateThrowEvent):
    """An intermediate throwing event."""


class SendTask(spiff.SendTask):
    """A send task."""


class EndEvent(spiff.EndEvent):
    """An end event; terminate and cancel end the whole scope."""

    def _on_complete_hook(self, token: Any) -> None:
        super(spiff.EndEvent, self)._on_complete_hook(token)
        definition, flow = self.event_definition, token.workflow
        if isinstance(definition, spiff.TerminateEventDefinition | spiff.CancelEventDefinition):
            token._drop_children()
            flow.withdraw()
            flow.completed = True
            flow.aborted = isinstance(definition, spiff.CancelEventDefinition)
