"""Suspend instances and let them go on: nobody works on them meanwhile, nothing fires, nothing is lost."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update

from engine import advance
from engine.access import Actor
from engine.bpmn import values
from engine.bpmn.run import LiveTimer
from engine.calendar.local_time import local_date
from engine.counting import recount
from engine.errors import InvalidInput, NotFound
from engine.events import Event
from engine.freezing import freeze, thaw, why
from engine.handovers import HANDOVER, again
from engine.library import parameter_set
from engine.lifecycle import INSTANCE, require
from engine.model.base import table_of
from engine.model.instances import ProcessInstance
from engine.model.messages import HeldMessage
from engine.model.tasks import UserTask
from engine.model.timers import LadderRung, Timer
from engine.turn import Turn, Undo
from engine.uow import UnitOfWork

LONGEST_REASON = 1000
MISSING = "找不到流程实例 {};请从列表重新打开。"
TABLE = table_of(ProcessInstance)


def suspend(uow: UnitOfWork, instance_id: UUID, reason: str, *, by: Actor) -> None:
    """Suspend an instance: its tasks cannot be touched, its timers and reminders keep still.

    Raises InvalidInput without a reason; NotFound; WrongState unless it is active.
    """
    text = require_reason(reason)
    row = uow.session.execute(select(TABLE).where(TABLE.c.id == instance_id).with_for_update()).first()
    if row is None:
        raise NotFound(MISSING.format(instance_id), code="instance.not_found")
    require(INSTANCE, row.status, "suspended", code="instance.wrong_state", what=f"事项“{row.title}”")
    freeze(uow, [instance_id], why(text, uow.now(), by))
    uow.record(Event("instance.suspended", instance_id, row.campaign_id, data={"reason": text}), by=by)
    facts = {"reason": text}
    uow.audit("instance.suspend", by=by, subject=row.business_key, instance_id=instance_id, data=facts)


def resume(uow: UnitOfWork, instance_id: UUID, reason: str, *, by: Actor, shift: bool = False) -> int:
    """Let a suspended instance go on: hand over what came for it, fire once what became due; return the days shifted.

    shift: put off its due dates, timers and reminders by the working days it was suspended; by default they stay, as
    a statutory date does. Raises InvalidInput without a reason; NotFound; WrongState unless it is suspended.
    """
    text = require_reason(reason)
    row = uow.session.execute(select(TABLE).where(TABLE.c.id == instance_id).with_for_update()).first()
    if row is None:
        raise NotFound(MISSING.format(instance_id), code="instance.not_found")
    require(INSTANCE, row.status, "active", code="instance.wrong_state", what=f"事项“{row.title}”")
    calendar = parameter_set(uow.session, row.parameter_hash).calendar
    since, today = local_date(datetime.fromisoformat(row.suspension["at"])), local_date(uow.now())
    days = calendar.workdays_between(since, today) if shift else 0
    if days:
        _shift_rows(uow, instance_id, calendar, days)
    thaw(uow, [instance_id])
    locked = select(TABLE).where(TABLE.c.id == instance_id).with_for_update()
    with advance.opened(uow, locked, by, missing=MISSING.format(instance_id)) as turn:
        turn.undo = None if days else Undo.of(turn.row)  # the state before knows the old days
        if days:
            recount(turn, {})
            shift_timers(uow, turn, lambda timer: _later(calendar, timer.due_at, days))
        _hand_over(uow, turn)
        turn.record("instance.resumed", reason=text, shifted_days=days)
    facts = {"reason": text, "shifted_days": days}
    uow.audit("instance.resume", by=by, subject=row.business_key, instance_id=instance_id, data=facts)
    return days


def require_reason(reason: str) -> str:
    """Return the reason of a suspension or of its end, trimmed. Raises InvalidInput unless 1–1000 characters."""
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise InvalidInput(f"挂起或恢复请写明原因(1–{LONGEST_REASON} 字)。", code="instance.reason_missing")
    return reason.strip()


def _later(calendar: Any, moment: datetime, days: int) -> datetime:
    """Return the same time of day so many working days later."""
    day = local_date(moment)
    later: date = calendar.workdays_after(day, days)
    return moment + (later - day)


def _shift_rows(uow: UnitOfWork, instance_id: UUID, calendar: Any, days: int) -> None:
    """Put off the due dates of suspended tasks and the rungs of their ladders."""
    task, rung = UserTask, LadderRung
    mine = (task.instance_id == instance_id, task.status == "suspended")
    for task_id, due_at in uow.session.execute(
        select(task.id, task.due_at).where(*mine, task.due_at.is_not(None))
    ):
        uow.session.execute(
            update(task)
            .where(task.id == task_id)
            .values(due_at=_later(calendar, due_at, days) if due_at else None)
        )
    waiting = select(rung.id, rung.at).where(
        rung.task_id.in_(select(task.id).where(*mine)), rung.status == "suspended"
    )
    for rung_id, at in uow.session.execute(waiting):
        uow.session.execute(update(rung).where(rung.id == rung_id).values(at=_later(calendar, at, days)))


def shift_timers(uow: UnitOfWork, turn: Turn, later: Callable[[LiveTimer], datetime]) -> None:
    """Move the timers in the image, and their rows with them."""
    turn.run.redate(later)
    for timer in turn.run.timers:
        if str(timer.id) not in turn.waits["timers"]:  # it begins only now: `comparing` adds it
            continue
        turn.waits["timers"][str(timer.id)] = timer.due_at.isoformat()
        mine = (Timer.instance_id == turn.instance_id, Timer.token_id == timer.id)
        row = update(Timer).where(*mine, Timer.status == "planned")
        uow.session.execute(row.values(due_at=timer.due_at, next_attempt_at=timer.due_at))


def _hand_over(uow: UnitOfWork, turn: Turn) -> None:
    """Deliver the messages that came meanwhile, in the order of their coming; signals follow through the queue."""
    held = HeldMessage
    mine: Sequence[HeldMessage] = uow.session.scalars(
        select(held).where(held.instance_id == turn.instance_id).order_by(held.id)
    ).all()
    for message in mine:
        element_id = turn.run.correlate(message.name, message.key, values.loads(message.payload))
        turn.run.settle()
        kind = "message.received" if element_id else "message.unclaimed"
        facts: dict[str, Any] = {"name": message.name, "key": message.key, "sender": message.sender_name}
        turn.record(kind, element_id=element_id, **facts)
    uow.session.execute(delete(held).where(held.instance_id == turn.instance_id))
    mine_too = (HANDOVER.c.receiver_id == turn.instance_id) & (HANDOVER.c.status == "held")
    again(uow, mine_too)
