"""Messages: hand one to the instance that waits for it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, exists, or_, select, true

from engine import advance
from engine.access import Actor
from engine.bpmn import values
from engine.errors import NotFound
from engine.events import Event
from engine.model.base import table_of
from engine.model.instances import ProcessInstance
from engine.model.messages import HeldMessage, MessageSubscription
from engine.uow import UnitOfWork

INSTANCE, WAITING, HELD = table_of(ProcessInstance), table_of(MessageSubscription), table_of(HeldMessage)
SERVED = exists().where(HELD.c.instance_id == WAITING.c.instance_id, HELD.c.name == WAITING.c.name)
FIRST = (WAITING.c.key.is_(None), SERVED, WAITING.c.id)
"""In which order they get one: a suspended instance for which one is kept lets the others go first."""


def correlate(
    uow: UnitOfWork,
    name: str,
    key: str | None,
    payload: Mapping[str, Any],
    *,
    jurisdiction_id: int,
    by: Actor,
    about: tuple[str, int] | None = None,
) -> UUID:
    """Hand a message to the one instance that waits for this name and key, run it on, return its id.

    about: kind and id of the subject that is meant; an instance about another one of this kind is left alone (a project
    keeps its code from year to year).
    For a suspended instance it is kept and handed over when that goes on. payload: becomes the message's variables in
    the diagram. Raises NotFound if nobody waits for it.
    """
    missing = f"没有流程在等待消息“{name}”(关联号“{key or ''}”);请核对编号,或稍后重发。"
    row = _first_waiting(uow, and_(wanted_by(jurisdiction_id, name, key), _about(about)))
    if row is not None and row.status == "suspended":
        return _hold(uow, row.id, name, key, payload, by)
    locked = select(INSTANCE).where(INSTANCE.c.id == (row.id if row else None)).with_for_update()
    with advance.opened(uow, locked, by, missing=missing) as turn:
        element_id = turn.run.correlate(name, key, payload)
        if element_id is None:
            raise NotFound(missing, code="message.not_expected")
        turn.record("message.received", element_id=element_id, name=name, key=key)
    uow.audit("message.correlate", by=by, subject=name, instance_id=turn.instance_id, data={"key": key})
    return turn.instance_id


def wanted_by(jurisdiction_id: int, name: str, key: str | None) -> ColumnElement[bool]:
    """Tell which subscriptions a message is for: those of its key, and those that take any."""
    fits = or_(WAITING.c.key == key, WAITING.c.key.is_(None))
    return and_(WAITING.c.jurisdiction_id == jurisdiction_id, WAITING.c.name == name, fits)


def _about(subject: tuple[str, int] | None) -> ColumnElement[bool]:
    if subject is None:
        return true()
    kind, number = subject
    others = select(INSTANCE.c.id).where(
        INSTANCE.c.id == WAITING.c.instance_id,
        INSTANCE.c.subject_kind == kind,
        INSTANCE.c.subject_id != number,
    )
    return ~others.exists()


def _first_waiting(uow: UnitOfWork, wanted: ColumnElement[bool]) -> "Row[Any] | None":
    """Lock the instance that has waited longest, for this key before any key; one that got another such message
    meanwhile, or has one kept for it, is not the first any more."""
    longest = select(WAITING.c.instance_id).where(wanted).order_by(*FIRST).limit(1)
    while instance_id := uow.session.scalar(longest):
        row = uow.session.execute(
            select(INSTANCE).where(INSTANCE.c.id == instance_id).with_for_update()
        ).first()
        if uow.session.scalar(longest) == instance_id:
            return row
    return None


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
