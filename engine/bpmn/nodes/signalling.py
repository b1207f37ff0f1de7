# mypy: disallow-subclassing-any=False
"""Signals, errors, escalations, conditions; and the choice between several events."""

from collections.abc import Mapping
from typing import Any

from engine.bpmn import spiff
from engine.bpmn.failing import StepFailed
from engine.bpmn.live import SentSignal
from engine.bpmn.nodes.loops import written
from engine.bpmn.nodes.timing import Timer

ARMED = "armed"


class _Carrying:
    """Carries what an instance of a repeated activity wrote; what the whole process sees is shared anyway."""

    element_id = ""

    def catch(self, token: Any, event: Any = None) -> None:
        """Take it."""
        token.internal_data.update(event_fired=True, payload=event.payload)

    def update_task_data(self, token: Any) -> None:
        """Keep what it carried as process variables."""
        token.data.update(token.internal_data.pop("payload", None) or {})


class Signal(_Carrying, spiff.SignalEventDefinition):
    """A signal: reaches everyone in the instance who waits for it."""

    def throw(self, token: Any) -> None:
        """Send it to all."""
        top, payload = token.workflow.top_workflow, written(token)
        top.sent_signals.append(SentSignal(self.element_id, self.name, payload))
        broadcast(top, self.name, payload)


def broadcast(top: Any, name: str, payload: Mapping[str, Any]) -> int:
    """Hand a signal to everyone in the instance who waits for it; return how many did."""
    caught: int = top.event_manager.catch(spiff.BpmnEvent(Signal(name), payload=dict(payload)))
    return caught


class Climbing(_Carrying):
    """Thrown to the activities around it, from the inside out; only a token of the instance itself can do that."""

    def throw(self, token: Any) -> int:
        """Send it up; return how many caught it."""
        event = spiff.BpmnEvent(self, payload=written(token), target=token.workflow)
        caught: int = token.workflow.top_workflow.event_manager.catch(event)
        return caught


class Error(Climbing, spiff.ErrorEventDefinition):
    """An error, by code."""

    def throw(self, token: Any) -> int:
        """Send it up. Raises StepFailed if nothing around it catches it."""
        caught = super().throw(token)
        if not caught:
            raise StepFailed(
                f"错误“{self.code}”没有任何边界事件或事件子流程接住;请在外层补一个错误边界事件,或跳过这一步。",
                code="error.uncaught",
            )
        return caught


def answered(token: Any, code: str) -> bool:
    """Throw an error out of a running activity; whether an error event at its border or further out caught it."""
    event = spiff.BpmnEvent(Error(code, code), target=token.workflow)
    caught: int = token.workflow.top_workflow.event_manager.catch(event, thrower=token)
    return caught > 0


class Escalation(Climbing, spiff.EscalationEventDefinition):
    """An escalation, by code."""


class Cancel(Climbing, spiff.CancelEventDefinition):
    """The cancellation of a transaction."""


class Condition(spiff.EventDefinition):
    """A condition over the process variables; null counts as false."""

    def __init__(self, source: str, element_id: str, description: str | None = None) -> None:
        super().__init__(element_id, description)
        self.source = source
        self.element_id = element_id

    def has_fired(self, token: Any) -> bool:
        """Whether it holds now; one that has fired before must have been false in between. Never on arrival: `settle` asks."""
        if token.id not in token.workflow.top_workflow.event_manager.tasks:
            return False
        holds: bool = token.workflow.script_engine.truth(self.source, token.data)
        memory = token.internal_data
        if isinstance(token.task_spec, spiff.StartEvent) and hasattr(token.workflow, "holder"):
            memory = token.workflow.holder.internal_data
        if memory.get(ARMED, True):
            return holds
        if not holds:
            del memory[ARMED]
        return False

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = object.__hash__


class FirstOf(spiff.EventDefinition):
    """What an event-based gateway waits for: the first of several events. The token remembers which, by element."""

    def __init__(self) -> None:
        super().__init__("first of")
        self.event_definitions: list[Any] = []

    def has_fired(self, token: Any) -> bool:
        """Whether one has happened; of several due timers the earliest counts."""
        if "fired" in token.internal_data:
            return True
        now = token.workflow.script_engine.now
        timers = [(one.due_at(token), one) for one in self.event_definitions if isinstance(one, Timer)]
        due = sorted([(at, one.element_id) for at, one in timers if at <= now])
        holding = [
            one.element_id
            for one in self.event_definitions
            if isinstance(one, Condition) and one.has_fired(token)
        ]
        happened = [element_id for _, element_id in due] + holding
        if happened:
            token.internal_data["fired"] = happened[0]
        return bool(happened)

    def update_task(self, token: Any) -> None:
        """Prepare each of them."""
        for definition in self.event_definitions:
            definition.update_task(token)

    def catches(self, token: Any, event: Any) -> bool:
        """Whether one of them catches this event."""
        return any(one.catches(token, event) for one in self.event_definitions)

    def catch(self, token: Any, event: Any = None) -> None:
        """Take a signal."""
        caught = next(one for one in self.event_definitions if one.catches(token, event))
        caught.catch(token, event)
        token.internal_data["fired"] = caught.element_id

    def update_task_data(self, token: Any) -> None:
        """Turn the payload of the one that happened into process variables."""
        for one in self.event_definitions:
            if one.element_id == token.internal_data["fired"] and not isinstance(one, Timer | Condition):
                one.update_task_data(token)

    @property
    def has_condition(self) -> bool:
        """Whether it must be asked again after every change."""
        return any(isinstance(one, Condition) for one in self.event_definitions)

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = object.__hash__
