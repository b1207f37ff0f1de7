# mypy: disallow-subclassing-any=False
"""Signals, errors, escalations, conditions; and the choice between several events."""

from typing import Any

from engine.bpmn import spiff
from engine.bpmn.nodes.timing import Timer
from engine.bpmn.scopes import own_layer


class _Carrying:
    """Carries the variables of the layer it was thrown from; those of the instance are shared anyway."""

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
        event = spiff.BpmnEvent(self, payload=own_layer(token.data))
        token.workflow.top_workflow.catch(event)


class _Climbing(_Carrying):
    """Thrown to the activities around it, from the inside out."""

    def throw(self, token: Any) -> None:
        """Send it up."""
        event = spiff.BpmnEvent(self, payload=own_layer(token.data), target=token.workflow)
        token.workflow.top_workflow.catch(event)


class Error(_Climbing, spiff.ErrorEventDefinition):
    """An error, by code."""


class Escalation(_Climbing, spiff.EscalationEventDefinition):
    """An escalation, by code."""


class Cancel(_Climbing, spiff.CancelEventDefinition):
    """The cancellation of a transaction."""


class Condition(spiff.EventDefinition):
    """A condition over the process variables; null counts as false."""

    def __init__(self, source: str, element_id: str, description: str | None = None) -> None:
        super().__init__(element_id, description)
        self.source = source
        self.element_id = element_id

    def has_fired(self, token: Any) -> bool:
        """Whether it holds now."""
        holds: bool = token.workflow.script_engine.truth(self.source, token.data)
        return holds

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
