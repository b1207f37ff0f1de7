# mypy: disallow-subclassing-any=False
"""Event parsers that give each event our definition of what it waits for or throws."""

from typing import Any

from engine.bpmn import spiff
from engine.bpmn.loop_parsing import Loops
from engine.bpmn.names import bpmn
from engine.bpmn.nodes.messaging import Message
from engine.bpmn.nodes.signalling import Cancel, Condition, Error, Escalation, FirstOf, Signal
from engine.bpmn.nodes.timing import Timer

TIMES = ("timeDate", "timeDuration", "timeCycle")


class _Events(Loops):
    """Our definitions."""

    node: Any
    process_parser: Any
    bpmn_id: str

    def parse_timer_event(self, event: Any) -> Timer:
        """Read a timer."""
        for kind in TIMES:
            found = event.find(bpmn(kind))
            if found is not None:
                return Timer(kind, found.text or "", self.bpmn_id)
        raise spiff.ValidationException("timer without a time", node=self.node)

    def parse_message_event(self, event: Any) -> Message:
        """Read a message by the name of what it refers to."""
        name = self.process_parser.parser.messages.get(event.get("messageRef"))
        return Message(name or self.node.get("name") or self.bpmn_id, self.bpmn_id)

    def parse_signal_event(self, event: Any) -> Signal:
        """Read a signal by the name of what it refers to."""
        name = self.process_parser.parser.signals.get(event.get("signalRef"))
        signal = Signal(name or self.node.get("name") or self.bpmn_id)
        signal.element_id = self.bpmn_id
        return signal

    def parse_error_event(self, event: Any) -> Error:
        """Read an error; without a code it catches every error."""
        known = self.process_parser.parser.errors.get(event.get("errorRef")) or {}
        return Error(known.get("name") or self.bpmn_id, known.get("error_code"))

    def parse_escalation_event(self, event: Any) -> Escalation:
        """Read an escalation; without a code it catches every escalation."""
        known = self.process_parser.parser.escalations.get(event.get("escalationRef")) or {}
        return Escalation(known.get("name") or self.bpmn_id, known.get("escalation_code"))

    def parse_cancel_event(self, event: Any) -> Cancel:
        """Read a cancellation."""
        return Cancel()

    def parse_conditional_event(self, event: Any) -> Condition:
        """Read a condition."""
        return Condition(event.findtext(bpmn("condition")) or "", self.bpmn_id)


class StartEventParser(_Events, spiff.StartEventParser):
    """Start events."""

    def create_task(self) -> Any:
        """Make the spec; remember whether it interrupts its scope and whether it may happen again."""
        task = super().create_task()
        error, escalation = (
            self.node.find(bpmn(f"{kind}EventDefinition")) for kind in ("error", "escalation")
        )
        if error is not None:
            task.event_definition = self.parse_error_event(error)
        elif escalation is not None:
            task.event_definition = self.parse_escalation_event(escalation)
        task.interrupting = self.node.get("isInterrupting", "true") == "true"
        task.repeats = not isinstance(task.event_definition, Timer)
        return task


class EndEventParser(_Events, spiff.EndEventParser):
    """End events, those with a signal too."""

    def create_task(self) -> Any:
        """Make the spec."""
        task = super().create_task()
        signal = self.node.find(bpmn("signalEventDefinition"))
        if signal is not None:
            task.event_definition = self.parse_signal_event(signal)
        return task


class IntermediateCatchEventParser(_Events, spiff.IntermediateCatchEventParser):
    """Intermediate catching events."""


class IntermediateThrowEventParser(_Events, spiff.IntermediateThrowEventParser):
    """Intermediate throwing events."""


class BoundaryEventParser(_Events, spiff.BoundaryEventParser):
    """Boundary events."""


class ReceiveTaskParser(_Events, spiff.ReceiveTaskParser):
    """Receive tasks."""


class SendTaskParser(_Events, spiff.SendTaskParser):
    """Send tasks."""


class EventGatewayParser(_Events, spiff.EventBasedGatewayParser):
    """Event-based gateways."""

    def create_task(self) -> Any:
        """Make the spec; its events are added as they are connected."""
        return self._create_task(FirstOf())
