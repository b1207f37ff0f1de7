# mypy: disallow-subclassing-any=False
"""Message events: found by name and by the key our `bihuan:correlation` computes."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from engine.bpmn import spiff
from engine.bpmn.failing import StepFailed
from engine.bpmn.live import SentMessage


class Message(spiff.EventDefinition):
    """A message by name. The key is computed once, when the event is reached, and kept in the token."""

    def __init__(self, name: str, element_id: str, description: str | None = None) -> None:
        super().__init__(name, description)
        self.element_id = element_id

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = object.__hash__

    def update_task(self, token: Any) -> None:
        """Compute the key as soon as the event waits."""
        self.key(token)

    def key(self, token: Any) -> str | None:
        """Return the key an incoming message must carry; None if any will do."""
        known: dict[str, str | None] = token.internal_data.setdefault("key", {})
        if self.element_id not in known:
            known[self.element_id] = self._key(token)
        return known[self.element_id]

    def receive(self, token: Any, payload: Mapping[str, Any]) -> None:
        """Take a message that fits."""
        token.internal_data.update(event_fired=True, fired=self.element_id, payload=dict(payload))
        token.task_spec._update(token)

    def update_task_data(self, token: Any) -> None:
        """Turn the payload into process variables: by the element's outputs if it has some, else as it is."""
        payload = token.internal_data.pop("payload", None)
        if payload is None:
            return
        outputs = token.workflow.spec.elements[self.element_id].outputs
        if outputs:
            expressions, extra = token.workflow.script_engine, {"message": payload}
            payload = {name: expressions.value(source, token.data, extra) for name, source in outputs.items()}
        token.data.update(payload)

    def throw(self, token: Any) -> None:
        """Send it: to a receiver inside the instance, or out of it."""
        element = token.workflow.spec.elements[self.element_id]
        expressions, top = token.workflow.script_engine, token.workflow.top_workflow
        payload = {name: expressions.value(source, token.data) for name, source in element.parameters.items()}
        key = self._key(token)
        if not deliver(top, self.name, key, payload):
            top.sent.append(SentMessage(self.element_id, self.name, key, payload))

    def _key(self, token: Any) -> str | None:
        source = token.workflow.spec.elements[self.element_id].correlation
        if source is None:
            return None
        value = token.workflow.script_engine.value(source, token.data)
        if isinstance(value, str):
            return value
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            return format(value, "f") if isinstance(value, Decimal) else str(value)
        raise StepFailed(
            f"消息事件“{self.element_id}”的关联号应是文字,得到的是“{value}”;请检查关联表达式“{source}”。",
            code="message.no_key",
        )


def definitions(token: Any) -> list[Any]:
    """Return the event definitions a waiting token listens to: several at an event-based gateway."""
    definition = token.task_spec.event_definition
    return list(definition.event_definitions) if hasattr(definition, "event_definitions") else [definition]


def deliver(top: Any, name: str, key: str | None, payload: Mapping[str, Any]) -> str | None:
    """Hand a message to the first token that waits for this name and key; return its element, None if none does."""
    for token in list(top.event_manager.tasks.values()):
        for definition in definitions(token):
            if isinstance(definition, Message) and definition.name == name:
                wanted = definition.key(token)
                if wanted is None or wanted == key:
                    definition.receive(token, payload)
                    return definition.element_id
    return None
