"""Messages: hand one to the instance that waits for it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine import advance
from engine.access import Actor
from engine.bpmn import values
from engine.errors import NotFound
from engine.events import Event
from engine.model.base import table_of
from engine.model.instances import ProcessInstance
from engine.model.messages import HeldMessage, MessageSubscription
from engine.uow import UnitOfWork


def correlate(
    uow: UnitOfWork,
    name: str,
    key: str | None,
    payload: Mapping[str, Any],
    *,
    jurisdiction_id: int,
    by: Actor,
) -> UUID:
    """Hand a message to the one instance that waits for this name and key, run it on, return its id.

    For a suspended instance it is kept and handed over when that goes on. payload: becomes the message's variables in
    the diagram. Raises NotFound if nobody waits for it.
    """
    waiting = MessageSubscription
    fits = select(waiting.instance_id).where(
        waiting.jurisdiction_id == jurisdiction_id,
        waiting.name == name,
        waiting.key.is_not_distinct_from(key),
    )
    locked = (
        select(table_of(ProcessInstance))
        .where(ProcessInstance.id == fits.order_by(waiting.id).limit(1).scalar_subquery())
        .with_for_update()
    )
    missing = f"没有流程在等待消息“{name}”(关联号“{key or ''}”);请核对编号,或稍后重发。"
    row = uow.session.execute(locked).first()
    if row is not None and row.status == "suspended":
        return _hold(uow, row.id, name, key, payload, by)
    with advance.opened(uow, locked, by, missing=missing) as turn:
        if not turn.run.correlate(name, key, payload):
            raise NotFound(missing, code="message.not_expected")
        turn.record("message.received", name=name, key=key)
    uow.audit("message.correlate", by=by, subject=name, instance_id=turn.instance_id, data={"key": key})
    return turn.instance_id


def _hold(
    uow: UnitOfWork, instance_id: UUID, name: str, key: str | None, payload: Mapping[str, Any], by: Actor
) -> UUID:
    """Keep a message for a suspended instance."""
    kept = HeldMessage(instance_id=instance_id, name=name, key=key, payload=values.dumps(dict(payload)))
    kept.received_at, kept.sender_id, kept.sender_name = uow.now(), by.person_id, by.name
    uow.session.add(kept)
    uow.record(Event("message.held", instance_id, data={"name": name, "key": key}), by=by)
    uow.audit("message.hold", by=by, subject=name, instance_id=instance_id, data={"key": key})
    return instance_id
