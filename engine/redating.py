"""Give an instance that is going on other days: of its open tasks, their ladders, its timers, and of what follows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Self
from uuid import UUID

from sqlalchemy import insert, select, update

from engine import advance, library
from engine.access import Actor
from engine.bpmn import values
from engine.bpmn.run import LiveTask
from engine.calendar.local_time import local_date, start_of_day
from engine.comparing import due_of, plan_rungs_anew
from engine.counting import recount
from engine.model.base import table_of
from engine.model.instances import ProcessInstance
from engine.model.tasks import UserTask
from engine.model.timers import Notification
from engine.parameters import Parameters
from engine.suspending import MISSING, require_reason, shift_timers
from engine.turn import Turn, Undo
from engine.uow import UnitOfWork

NOTICE = "redated"
INSTANCE, TASK = table_of(ProcessInstance), table_of(UserTask)


@dataclass(frozen=True)
class NewDays:
    """What changes. parameter_hash: the policy with the new days, which holds for all that follows.

    timers: new moment by old one. variables: process variables that hold days. earlier: whether a due date may move
    forward; never before a day that was granted. tasks: due moments of single tasks, whatever the diagram says of them.
    """

    parameter_hash: str
    timers: Mapping[datetime, datetime] = field(default_factory=dict)
    variables: Mapping[str, date] = field(default_factory=dict)
    earlier: bool = False
    tasks: Mapping[UUID, datetime] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON values, for a bulk command."""
        timers = [[old.isoformat(), new.isoformat()] for old, new in self.timers.items()]
        tasks = {str(one): moment.isoformat() for one, moment in self.tasks.items()}
        more = {"variables": values.dumps(dict(self.variables)), "earlier": self.earlier, "tasks": tasks}
        return {"parameter_hash": self.parameter_hash, "timers": timers, **more}

    def moment_of(self, due_at: datetime) -> datetime:
        """Return when a timer of the old days fires; one of a moved day's beginning, or of its last moment, moves with the day."""
        if due_at in self.timers:
            return self.timers[due_at]
        for old, new in self.timers.items():
            passed = due_at - start_of_day(local_date(old))
            if passed in (timedelta(), timedelta(days=1)):
                return start_of_day(local_date(new)) + passed
        return due_at

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> Self:
        """Read what `as_json` wrote."""
        timers = {datetime.fromisoformat(old): datetime.fromisoformat(new) for old, new in body["timers"]}
        tasks = {UUID(one): datetime.fromisoformat(moment) for one, moment in body.get("tasks", {}).items()}
        return cls(body["parameter_hash"], timers, values.loads(body["variables"]), body["earlier"], tasks)


@dataclass(frozen=True)
class Moved:
    """An open task whose due date moved."""

    task_id: UUID
    name: str
    old: datetime
    new: datetime


def redate(uow: UnitOfWork, instance_id: UUID, days: NewDays, reason: str, *, by: Actor) -> Sequence[Moved]:
    """Give an instance new days; who has an open task whose due date moves is told. Return these tasks.

    A date that the diagram counts from the opening of a task stays. Reminders that were sent stay sent; those to come
    are planned anew. Raises InvalidInput without a reason; NotFound; WrongState unless it is active.
    """
    text = require_reason(reason)
    locked = select(INSTANCE).where(INSTANCE.c.id == instance_id).with_for_update()
    with advance.opened(uow, locked, by, missing=MISSING.format(instance_id)) as turn:
        turn.undo = Undo.of(turn.row)
        moved = _turned(uow, turn, days, by)
        turn.record("instance.redated", reason=text, tasks=[one.task_id for one in moved])
    chosen = update(INSTANCE).where(INSTANCE.c.id == instance_id)
    uow.session.execute(chosen.values(parameter_hash=days.parameter_hash))
    _tell(uow, moved, text, by)
    facts = {"reason": text, "tasks": len(moved)}
    uow.audit("instance.redate", by=by, subject=turn.row["business_key"], instance_id=instance_id, data=facts)
    return moved


def _turned(uow: UnitOfWork, turn: Turn, days: NewDays, by: Actor) -> list[Moved]:
    """Move the due dates of the open tasks that are others under the new days."""
    standing = select(TASK.c.id, TASK.c.created_at, TASK.c.due_at).where(
        TASK.c.instance_id == turn.instance_id, TASK.c.status == "open", TASK.c.due_at.is_not(None)
    )
    rows = {row.id: row for row in uow.session.execute(standing)}
    moved = foreseen(turn, rows, days, library.parameter_set(uow.session, days.parameter_hash))
    recount(turn, {task.id: new for task, new in moved})
    shift_timers(uow, turn, lambda timer: days.moment_of(timer.due_at))
    return [_move(uow, turn, task, rows[task.id].due_at, new) for task, new in moved]


def foreseen(
    turn: Turn, rows: Mapping[UUID, Any], days: NewDays, chosen: Parameters
) -> list[tuple[LiveTask, datetime]]:
    """Work out the due dates of these open tasks under the old days and the new; return those that move, and to when.

    rows: `created_at` and `due_at` by task. Nothing is written: the turn stands under the new days in memory.
    """
    tasks = [task for task in turn.run.user_tasks if task.id in rows]
    before = {task.id: due_of(turn, task, opened_at=rows[task.id].created_at) for task in tasks}
    turn.hands = replace(turn.hands, parameters=chosen)
    turn.run.assign(days.variables)
    found = []
    for task in turn.run.user_tasks:
        if task.id not in rows:
            continue
        old, new = rows[task.id].due_at, due_of(turn, task, opened_at=rows[task.id].created_at)
        earlier = days.earlier and before[task.id] == old
        if task.id in days.tasks:
            found.append((task, days.tasks[task.id]))
        elif new is not None and new != before[task.id] and (new > old or (earlier and new != old)):
            found.append((task, new))
    return found


def _move(uow: UnitOfWork, turn: Turn, task: LiveTask, old: datetime, new: datetime) -> Moved:
    uow.session.execute(update(TASK).where(TASK.c.id == task.id).values(due_at=new))
    plan_rungs_anew(turn, task, new)
    return Moved(task.id, task.element.name, old, new)


def _tell(uow: UnitOfWork, moved: Sequence[Moved], reason: str, by: Actor) -> None:
    """Leave a line with whoever has each task, or with its role."""
    if not moved:
        return
    ids = {one.task_id: one for one in moved}
    asked = select(TASK.c.id, TASK.c.role, TASK.c.organisation_id, TASK.c.assignee_id)
    rows = [
        {
            "task_id": row.id,
            "kind": NOTICE,
            "recipient": row.role if row.assignee_id is None else "assignee",
            "organisation_id": row.organisation_id,
            "person_id": row.assignee_id,
            "created_at": uow.now(),
            "text": _words(ids[row.id], reason),
            "sender_id": by.person_id,
            "sender_name": by.name,
        }
        for row in uow.session.execute(asked.where(TASK.c.id.in_(ids)))
    ]
    uow.session.execute(insert(table_of(Notification)), rows)


def _words(one: Moved, reason: str) -> str:
    old, new = local_date(one.old), local_date(one.new)
    return f"“{one.name}”的截止日由 {old} 改为 {new}。原因:{reason}"
