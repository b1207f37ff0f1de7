"""Timers of diagrams: find those that are due, fire them, postpone those that fail."""

from datetime import timedelta

from sqlalchemy import select, update

from engine import advance
from engine.access import SYSTEM
from engine.errors import BihuanError
from engine.events import Event
from engine.model.base import table_of
from engine.model.instances import ProcessInstance
from engine.model.journal import Incident
from engine.model.timers import Timer
from engine.uow import UnitOfWork

POSTPONE = timedelta(hours=1)
LEASE = timedelta(minutes=1)
BATCH = 50
ATTEMPTS = 3


def lease(uow: UnitOfWork, limit: int) -> list[int]:
    """Take the timers that are due, oldest first, and push their next look a minute away; return their ids."""
    timer = table_of(Timer)
    waiting = (
        select(timer.c.id)
        .where(timer.c.status == "planned", timer.c.next_attempt_at <= uow.now())
        .order_by(timer.c.next_attempt_at, timer.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    leased = update(timer).where(timer.c.id.in_(waiting.scalar_subquery()))
    return sorted(uow.session.scalars(leased.values(next_attempt_at=uow.now() + LEASE).returning(timer.c.id)))


def fire(uow: UnitOfWork, timer_id: int) -> bool:
    """Fire one due timer and run its instance to the next wait; False if somebody else did or it is not due.

    Every timer of the instance that is due fires with it. Exactly once: the instance row is locked first.
    """
    timer = table_of(Timer)
    open_timer = select(timer.c.id).where(
        timer.c.id == timer_id, timer.c.status == "planned", timer.c.due_at <= uow.now()
    )
    instance_id = select(timer.c.instance_id).where(timer.c.id == timer_id).scalar_subquery()
    locked = select(table_of(ProcessInstance)).where(ProcessInstance.id == instance_id).with_for_update()
    if uow.session.scalar(open_timer) is None:
        return False
    with advance.opened(uow, locked, SYSTEM, missing="定时器所属的流程实例不存在。") as turn:
        if uow.session.scalar(open_timer) is None:
            return False
        for fired in turn.run.fire_timers():
            due_at = fired.due_at.isoformat()
            turn.record("timer.fired", element_id=fired.element_id, due_at=due_at, missed=fired.missed)
    uow.audit("timer.fire", by=SYSTEM, subject=str(timer_id), instance_id=turn.instance_id)
    return True


def postpone(uow: UnitOfWork, timer_id: int, error: BihuanError) -> None:
    """Count a failed attempt and look again later; after the last attempt an operator must resolve an incident."""
    timer = table_of(Timer)
    failed = (
        update(timer)
        .where(timer.c.id == timer_id, timer.c.status == "planned")
        .values(attempts=timer.c.attempts + 1, next_attempt_at=uow.now() + POSTPONE)
        .returning(timer.c.attempts, timer.c.instance_id, timer.c.element_id)
    )
    row = uow.session.execute(failed).first()
    if row is None:
        return
    facts = {"attempts": row.attempts, "code": error.code}
    uow.audit("timer.postpone", by=SYSTEM, subject=str(timer_id), instance_id=row.instance_id, data=facts)
    if row.attempts < ATTEMPTS:
        return
    uow.session.execute(
        update(timer).where(timer.c.id == timer_id).values(status="failed", ended_at=uow.now())
    )
    uow.session.add(
        Incident(
            instance_id=row.instance_id,
            timer_id=timer_id,
            element_id=row.element_id,
            code=error.code,
            text=error.text,
            attempts=row.attempts,
            opened_at=uow.now(),
        )
    )
    uow.record(
        Event("incident.opened", row.instance_id, element_id=row.element_id, data={"code": error.code}),
        by=SYSTEM,
    )
