"""Put a task off until a day (暂缓): out of one's own sight, unchanged for everybody else.

It is back that day, or as soon as anything happens to it: its due date moves, it is returned, claimed, filed or urged.
Nothing has to be undone then: the condition no longer holds.
"""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, bindparam, delete, exists, func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.types import DateTime

from engine.access import Actor
from engine.calendar.local_time import local_date
from engine.errors import InvalidInput, WrongState
from engine.model.base import table_of
from engine.model.tasks import SubmissionRow, UserTask
from engine.model.timers import Notification
from engine.uow import UnitOfWork
from ledger.local_day import local_day
from ledger.model.putting_off import PutOff

PUT, TASK = table_of(PutOff), table_of(UserTask)
FILED, NOTICE = table_of(SubmissionRow), table_of(Notification)
LONGEST = timedelta(days=90)
"""For a task without a due date."""
ANYTHING = (
    select(literal(1))
    .where(PUT.c.person_id == bindparam("person_id"), PUT.c.until_on > bindparam("today", type_=Date))
    .limit(1)
)
NOW = bindparam("now", type_=DateTime(timezone=True))


def waiting(actor: Actor) -> Select[Any]:
    """Return the statement of the tasks that somebody put off and nothing happened to since: task_id, until_on."""
    urged = exists().where(
        NOTICE.c.task_id == PUT.c.task_id, NOTICE.c.kind == "urge", NOTICE.c.created_at > PUT.c.since
    )
    filed = exists().where(FILED.c.task_id == PUT.c.task_id, FILED.c.submitted_at > PUT.c.since)
    return (
        select(PUT.c.task_id, PUT.c.until_on)
        .join(TASK, TASK.c.id == PUT.c.task_id)
        .where(
            PUT.c.person_id == actor.person_id, PUT.c.until_on > local_day(NOW), *_untouched(), ~urged, ~filed
        )
    )


def hides(uow: UnitOfWork, actor: Actor) -> bool:
    """Tell whether somebody has put anything off, in one look along the key."""
    asked = {"person_id": actor.person_id, "today": local_date(uow.now())}
    return uow.session.execute(ANYTHING, asked).first() is not None


def put_off(uow: UnitOfWork, task: Any, until: date, *, by: Actor) -> None:
    """Put a task off until a day, which is after today and not after its due date.

    task: a row of `ledger.inbox.one`, which says that it concerns the actor. Raises WrongState unless open and due
    later than today (`put_off.due`); InvalidInput for another day (`put_off.day`).
    """
    first, last = days(uow, task)
    if task.status != "open" or first > last:
        raise WrongState(
            f"“{task.name}”今天到期、已经逾期或不在待办中,不能暂缓;请先办理,或转办。", code="put_off.due"
        )
    if not first <= until <= last:
        raise InvalidInput(f"可以暂缓到 {first} 至 {last} 之间的一天;请改选。", code="put_off.day")
    row = {
        "person_id": by.person_id,
        "task_id": task.id,
        "instance_id": task.instance_id,
        "until_on": until,
        "since": uow.now(),
        "due_at": task.due_at,
        "round": task.round,
    }
    new = insert(PUT).values(row)
    changed = {name: new.excluded[name] for name in ("until_on", "since", "due_at", "round")}
    uow.session.execute(new.on_conflict_do_update(index_elements=["person_id", "task_id"], set_=changed))
    facts = {"until": until.isoformat()}
    uow.audit("task.put_off", by=by, subject=str(task.id), instance_id=task.instance_id, data=facts)


def end(uow: UnitOfWork, task: Any, *, by: Actor) -> None:
    """Take a task up again before its day; nothing happens if it was not put off."""
    gone = delete(PUT).where(PUT.c.person_id == by.person_id, PUT.c.task_id == task.id)
    if uow.session.scalar(gone.returning(PUT.c.task_id)) is not None:
        uow.audit("task.take_up", by=by, subject=str(task.id), instance_id=task.instance_id)


def until(uow: UnitOfWork, task_id: UUID, *, by: Actor) -> date | None:
    """Return the day until which somebody put a task off; None if he sees it."""
    found = waiting(by).with_only_columns(PUT.c.until_on).where(PUT.c.task_id == task_id)
    day: date | None = uow.session.scalar(found, {"now": uow.now()})
    return day


def days(uow: UnitOfWork, task: Any) -> tuple[date, date]:
    """Return the first and the last day until which a task may be put off; the first is later if there is none."""
    today = local_date(uow.now())
    last = today + LONGEST if task.due_at is None else local_date(task.due_at)
    return today + timedelta(days=1), last


def _untouched() -> tuple[ColumnElement[bool], ...]:
    return (
        TASK.c.status == "open",
        TASK.c.due_at.is_not_distinct_from(PUT.c.due_at),
        TASK.c.round == PUT.c.round,
        func.coalesce(TASK.c.claimed_at, PUT.c.since) <= PUT.c.since,
    )
