"""Hand over what a diagram threw, each in a transaction of its own; what cannot be handed over is an incident."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, select, update

from engine import messages, signals
from engine.access import SYSTEM
from engine.bpmn import values
from engine.errors import BihuanError, NotFound, WrongState
from engine.events import Event
from engine.handovers import HANDOVER
from engine.model.base import table_of
from engine.model.journal import Incident
from engine.model.signals import SignalSubscription
from engine.uow import UnitOfWork

ATTEMPTS = 7
MESSAGE, SIGNAL = messages.WAITING, table_of(SignalSubscription)


def begin(uow: UnitOfWork, handover_id: int) -> bool:
    """Count an attempt before it runs; False if there is nothing to hand over.

    One whose attempts are used up, though none came to an end, becomes an incident: it kills whoever runs it.
    """
    mine = (HANDOVER.c.id == handover_id, HANDOVER.c.status == "waiting")
    counted = update(HANDOVER).where(*mine, HANDOVER.c.attempts < ATTEMPTS)
    if uow.session.scalar(counted.values(attempts=HANDOVER.c.attempts + 1).returning(HANDOVER.c.id)):
        return True
    row = _locked(uow, handover_id)
    if row is not None:
        text = f"递送了{row.attempts}次,每次工作进程都中断,没有结果;请查明原因后再重试。"
        _give_up(uow, row, BihuanError(text, code="handover.died"))
    return False


def hand_over(uow: UnitOfWork, handover_id: int) -> None:
    """Hand a message or signal to who waits for it, once: its row goes in the same transaction.

    A message that nobody waits for is noted; what is meant for a suspended instance is held until that goes on.
    """
    row = _locked(uow, handover_id)
    if row is None:
        return
    payload, place = values.loads(row.payload), row.jurisdiction_id
    mine = HANDOVER.c.id == handover_id
    try:
        if row.kind == "message":
            messages.correlate(uow, row.name, row.key, payload, jurisdiction_id=place, by=SYSTEM)
        elif row.kind == "broadcast":
            signals.broadcast(uow, row.name, payload, jurisdiction_id=place, by=SYSTEM, but=row.thrower_id)
        else:
            signals.hand(uow, row.receiver_id, row.waiting_ids, row.name, payload)
    except NotFound:
        uow.record(Event("message.unclaimed", data={"name": row.name, "key": row.key}))
    except WrongState as refused:
        if refused.code != "instance.suspended":
            raise
        uow.session.execute(update(HANDOVER).where(mine).values(status="held", attempts=0))
        return
    uow.session.execute(delete(HANDOVER).where(mine))


def fail(uow: UnitOfWork, handover_id: int, error: BihuanError) -> bool:
    """Note that an attempt failed; True if it was the last one, and an operator must resolve an incident."""
    row = _locked(uow, handover_id)
    if row is None:
        return True
    facts = {"attempts": row.attempts, "code": error.code}
    uow.audit("handover.fail", by=SYSTEM, subject=str(row.id), data=facts)
    if row.attempts >= ATTEMPTS:
        _give_up(uow, row, error)
    return bool(row.attempts >= ATTEMPTS)


def _locked(uow: UnitOfWork, handover_id: int) -> "Row[Any] | None":
    mine = select(HANDOVER).where(HANDOVER.c.id == handover_id, HANDOVER.c.status == "waiting")
    return uow.session.execute(mine.with_for_update()).first()


def _give_up(uow: UnitOfWork, row: "Row[Any]", error: BihuanError) -> None:
    """Let it wait for an operator, at the instance that does not take it."""
    uow.session.execute(update(HANDOVER).where(HANDOVER.c.id == row.id).values(status="failed"))
    instance_id, element_id = _place(uow, row)
    told = {"code": error.code, "text": error.text, "attempts": row.attempts}
    facts = {"instance_id": instance_id, "handover_id": row.id, "element_id": element_id}
    uow.session.add(Incident(**facts, **told, opened_at=uow.now()))
    uow.record(Event("incident.opened", instance_id, element_id=element_id, data={"code": error.code}))
    uow.audit("handover.give_up", by=SYSTEM, subject=str(row.id), instance_id=instance_id, data=told)


def _place(uow: UnitOfWork, row: "Row[Any]") -> tuple[UUID | None, str]:
    """Return the instance and element that should have received it; where it was thrown, if nobody waits any more."""
    if row.kind == "signal":
        waits = select(SIGNAL.c.instance_id, SIGNAL.c.element_id).where(SIGNAL.c.id.in_(row.waiting_ids))
    else:
        waits = (
            select(MESSAGE.c.instance_id, MESSAGE.c.element_id)
            .where(messages.wanted_by(row.jurisdiction_id, row.name, row.key), row.kind == "message")
            .order_by(*messages.FIRST)
        )
    found = uow.session.execute(waits.limit(1)).first()
    if found is not None:
        return found.instance_id, found.element_id
    return row.receiver_id or row.thrower_id, row.element_id or ""
