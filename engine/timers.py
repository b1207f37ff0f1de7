"""Timers of diagrams: find those that are due, fire them, postpone those that fail."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, bindparam, select, update

from engine import advance
from engine.access import SYSTEM
from engine.errors import BihuanError, NotFound
from engine.events import Event
from engine.model.base import table_of
from engine.model.instances import ProcessInstance
from engine.model.journal import Incident
from engine.model.timers import Timer
from engine.turn import FORWARD
from engine.uow import UnitOfWork

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (5, 30, 60, 120))
"""How long to wait after each failed attempt but the last."""
ATTEMPTS = len(PAUSES) + 1
INSTANCE, TIMER = table_of(ProcessInstance), table_of(Timer)
LOCKED = (
    select(*FORWARD)
    .join(TIMER, TIMER.c.instance_id == INSTANCE.c.id)
    .where(TIMER.c.id == bindparam("timer_id"))
    .where(TIMER.c.status == "planned", TIMER.c.due_at <= bindparam("now"))
    .with_for_update(of=[INSTANCE, TIMER], key_share=True)  # in this order; what waited is looked at again
)
LEASE = timedelta(minutes=1)
BATCH = 50


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
    found = False
    bound: dict[str, Any] = {"timer_id": timer_id, "now": uow.now()}
    try:
        with advance.opened(uow, LOCKED, SYSTEM, missing="这个定时器已不在等待。", **bound) as turn:
            found = True
            for fired in turn.run.fire_timers():
                due_at = fired.due_at.isoformat()
                turn.record("timer.fired", element_id=fired.element_id, due_at=due_at, missed=fired.missed)
    except NotFound:
        if found:
            raise
        return False
    uow.audit("timer.fire", by=SYSTEM, subject=str(timer_id), instance_id=turn.instance_id)
    return True


def first_attempts(uow: UnitOfWork, timer_ids: Sequence[int]) -> list[int]:
    """Count an attempt of those never tried before, all at once, before they run; return them.

    The others were tried: one of them may have killed its process, so each is counted alone (`next_attempt`).
    """
    timer = table_of(Timer)
    fresh = update(timer).where(timer.c.id.in_(timer_ids), timer.c.status == "planned", timer.c.attempts == 0)
    return sorted(uow.session.scalars(fresh.values(attempts=1).returning(timer.c.id)))


def next_attempt(uow: UnitOfWork, timer_id: int) -> bool:
    """Count one more attempt before it runs; False if there is nothing to run.

    One whose attempts are used up, though none came to an end, becomes an incident: it kills whoever runs it.
    """
    timer = table_of(Timer)
    mine = (timer.c.id == timer_id, timer.c.status == "planned")
    again = update(timer).where(*mine, timer.c.attempts < ATTEMPTS).values(attempts=timer.c.attempts + 1)
    if uow.session.scalar(again.returning(timer.c.id)) is not None:
        return True
    row = uow.session.execute(select(timer).where(*mine).with_for_update()).first()
    if row is not None:
        text = f"这个定时器运行了{row.attempts}次,每次工作进程都中断,没有结果;请查明原因后再重试。"
        _give_up(uow, row, BihuanError(text, code="timer.died"))
    return False


def postpone(uow: UnitOfWork, timer_id: int, error: BihuanError) -> None:
    """Look again later, each time after a longer pause; after the last attempt an operator must resolve an incident."""
    timer = table_of(Timer)
    mine = (timer.c.id == timer_id, timer.c.status == "planned")
    row = uow.session.execute(select(timer).where(*mine).with_for_update()).first()
    if row is None:
        return
    facts = {"attempts": row.attempts, "code": error.code}
    uow.audit("timer.postpone", by=SYSTEM, subject=str(timer_id), instance_id=row.instance_id, data=facts)
    if row.attempts >= ATTEMPTS:
        _give_up(uow, row, error)
        return
    pause = PAUSES[max(row.attempts, 1) - 1]
    uow.session.execute(update(timer).where(*mine).values(next_attempt_at=uow.now() + pause))


def _give_up(uow: UnitOfWork, row: "Row[Any]", error: BihuanError) -> None:
    """Let a timer wait for an operator."""
    now = uow.now()
    uow.session.execute(update(Timer).where(Timer.id == row.id).values(status="failed", ended_at=now))
    facts = {"instance_id": row.instance_id, "timer_id": row.id, "element_id": row.element_id}
    told = {"code": error.code, "text": error.text, "attempts": row.attempts}
    uow.session.add(Incident(**facts, **told, opened_at=now))
    opened = Event("incident.opened", row.instance_id, element_id=row.element_id, data={"code": error.code})
    uow.record(opened, by=SYSTEM)
    uow.audit("timer.give_up", by=SYSTEM, subject=str(row.id), instance_id=row.instance_id, data=told)
