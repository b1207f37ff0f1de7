"""Signals: everyone in a jurisdiction who waits for one hears it, each in a transaction of its own."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine import advance
from engine.access import SYSTEM, Actor
from engine.bpmn import values
from engine.handovers import send
from engine.model.base import table_of
from engine.model.instances import ProcessInstance
from engine.model.signals import SignalSubscription
from engine.uow import UnitOfWork

WAITING = table_of(SignalSubscription)


def broadcast(
    uow: UnitOfWork,
    name: str,
    payload: Mapping[str, Any],
    *,
    jurisdiction_id: int,
    by: Actor,
    but: UUID | None = None,
) -> int:
    """Send a signal once to each instance that waits for it now; return how many do.

    payload: becomes process variables of those who hear it. but: the instance that threw it and heard it itself.
    """
    waiting = select(WAITING.c.instance_id, WAITING.c.id).where(
        WAITING.c.jurisdiction_id == jurisdiction_id, WAITING.c.name == name
    )
    if but is not None:
        waiting = waiting.where(WAITING.c.instance_id != but)
    rows = uow.session.execute(waiting.order_by(WAITING.c.instance_id, WAITING.c.id)).all()
    common: dict[str, Any] = {"jurisdiction_id": jurisdiction_id, "thrower_id": but}
    common |= {"kind": "signal", "name": name, "payload": values.dumps(dict(payload))}
    told = [
        common | {"receiver_id": instance_id, "waiting_ids": [row.id for row in waits]}
        for instance_id, waits in groupby(rows, key=lambda row: row.instance_id)
    ]
    send(uow, told)
    facts = {"jurisdiction_id": jurisdiction_id, "instances": len(told)}
    uow.audit("signal.broadcast", by=by, subject=name, instance_id=but, data=facts)
    return len(told)


def hand(
    uow: UnitOfWork, instance_id: UUID, waiting_ids: Sequence[int], name: str, payload: Mapping[str, Any]
) -> bool:
    """Hand a signal to one instance and run it on; False if none of the waits it was sent to is left.

    So a signal handed over twice is heard once.
    """
    still = select(WAITING.c.id).where(WAITING.c.id.in_(waiting_ids)).limit(1)
    if uow.session.scalar(still) is None:
        return False
    locked = select(table_of(ProcessInstance)).where(ProcessInstance.id == instance_id).with_for_update()
    with advance.opened(uow, locked, SYSTEM, missing="等待信号的流程实例不存在。") as turn:
        if uow.session.scalar(still) is None:
            return False
        heard = [one.element_id for one in turn.run.signals if one.name == name]
        turn.run.signal(name, payload)
        for element_id in dict.fromkeys(heard):
            turn.record("signal.received", element_id=element_id, name=name)
    uow.audit("signal.hand", by=SYSTEM, subject=name, instance_id=instance_id)
    return True
