"""What people do with user tasks: claim, release, complete, take back."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Select, bindparam, case, or_, select, update

from engine import advance, noting
from engine.access import Actor
from engine.errors import Conflict, NotAllowed
from engine.events import Event
from engine.hands import held_by, in_two_names, two_names
from engine.model.base import table_of
from engine.model.instances import ProcessInstance
from engine.standing import (
    MISSING,
    TASK,
    read,
    require_form,
    require_mine,
    require_open,
    require_role,
    require_undelegated,
    require_unsigned,
)
from engine.submission import Submission
from engine.turn import FORWARD, Turn, Undo
from engine.uow import UnitOfWork
from engine.voting import ADDED

BY_ONE = or_(TASK.c.counter_sign.is_(None), TASK.c.counter_sign["rule"].astext == ADDED)
INSTANCE = table_of(ProcessInstance)
SEEN = (
    "id",
    "instance_id",
    "organisation_id",
    "name",
    "role",
    "form_key",
    "status",
    "assignee_id",
    "assignee_name",
    "due_at",
    "ended_at",
    "suspension",
    "owner_id",
    "owner_name",
    "counter_sign",
)
"""What completing must know of a task."""
LOCKED = (
    select(*FORWARD, *(TASK.c[name].label(f"task_{name}") for name in SEEN))
    .add_columns(
        in_two_names(bindparam("doer_id", type_=BigInteger), bindparam("person_id", type_=BigInteger)).label(
            "in_two_names"
        )
    )
    .join(TASK, TASK.c.instance_id == INSTANCE.c.id)
    .where(TASK.c.id == bindparam("task_id"))
    .with_for_update(of=[INSTANCE, TASK], key_share=True)  # in this order; what waited is read again
)
NOTHING: Mapping[str, Any] = MappingProxyType({})


def claim(uow: UnitOfWork, task_id: UUID, *, by: Actor) -> None:
    """Take an unclaimed task for oneself.

    Raises NotFound (`task.not_found`), NotAllowed if the actor has not the role, Conflict if somebody was faster.
    """
    taken = (
        update(TASK)
        .where(TASK.c.id == task_id, TASK.c.status == "open", TASK.c.assignee_id.is_(None), BY_ONE)
        .values(assignee_id=by.person_id, assignee_name=by.name, claimed_at=uow.now(), **opened(uow, by))
        .returning(
            TASK.c.instance_id,
            TASK.c.role,
            TASK.c.organisation_id,
            TASK.c.element_id,
            TASK.c.campaign_id,
            in_two_names(by.doer_id, by.person_id).label("in_two_names"),
        )
    )
    row = uow.session.execute(taken).first()
    if row is None:
        raise _why_not_claimed(uow, task_id)
    require_role(by, row.role, row.organisation_id)
    if row.in_two_names:
        raise two_names(by)
    uow.record(Event("task.claimed", row.instance_id, row.campaign_id, task_id, row.element_id), by=by)
    uow.audit("task.claim", by=by, subject=str(task_id), instance_id=row.instance_id)


def opened(uow: UnitOfWork, by: Actor) -> dict[str, Any]:
    """Return the columns that tell who opened a task first."""
    mine = {"opened_at": uow.now(), "opened_by_id": by.person_id, "opened_by_name": by.name}
    never = TASK.c.opened_at.is_(None)
    return {name: case((never, value), else_=TASK.c[name]) for name, value in mine.items()}


def release(uow: UnitOfWork, task_id: UUID, *, by: Actor) -> None:
    """Give a claimed task back to its group, and tell them. Raises NotFound, NotAllowed unless it is the actor's own."""
    freed = (
        update(TASK)
        .where(TASK.c.id == task_id, TASK.c.status == "open", held_by(by))
        .where(TASK.c.owner_id.is_(None))
        .values(assignee_id=None, assignee_name=None, claimed_at=None)
        .returning(
            *(TASK.c[name] for name in ("id", "instance_id", "element_id", "campaign_id")),
            *(TASK.c[name] for name in ("role", "organisation_id")),
        )
    )
    row = uow.session.execute(freed).mappings().first()
    if row is None:
        task = read(uow, task_id)
        require_open(uow, task)
        require_undelegated(task)
        raise NotAllowed("只能释放自己认领的任务;这项任务不在您名下。", code="task.not_yours")
    noting.note(uow, "release", row, {None: None}, by=by)
    instance_id = row["instance_id"]
    uow.record(Event("task.released", instance_id, row["campaign_id"], task_id, row["element_id"]), by=by)
    uow.audit("task.release", by=by, subject=str(task_id), instance_id=instance_id)


def complete(uow: UnitOfWork, task_id: UUID, submission: Submission, *, by: Actor) -> None:
    """Complete a claimed task and run the instance to its next wait.

    submission: clean values by field name, made by `forms`; amounts in yuan, shares 0–1.
    Raises NotFound; NotAllowed unless claimed by the actor; WrongState unless open; InvalidInput if the form is
    not the task's; Conflict if another session moved the instance first.
    Source: BPMN 2.0.2 §10.3.3.1, user task.
    """

    def still_open(row: Mapping[str, Any]) -> None:
        require_open(uow, {name: row[f"task_{name}"] for name in SEEN})

    bound = {"task_id": task_id, "doer_id": by.doer_id, "person_id": by.person_id}
    with advance.opened(uow, LOCKED, by, missing=MISSING, first=still_open, **bound) as turn:
        task = {name: turn.row[f"task_{name}"] for name in SEEN}
        require_mine(task, by)
        if turn.row["in_two_names"]:
            raise two_names(by)
        require_undelegated(task)
        require_unsigned(task)
        require_form(task, submission)
        turn.undo = Undo(task_id)
        turn.changes.add("submissions", filed(uow, task, submission, by=by))
        finish(turn, task, submission.values)
        form = {"form": submission.form_key, "version": submission.form_version}
        uow.audit("task.complete", by=by, subject=str(task_id), instance_id=turn.instance_id, data=form)


def chosen(task_id: UUID) -> "Select[Any]":
    """Return the statement that reads a task and its instance, for `advance.look`; `task_in` reads the task."""
    task_columns = [TASK.c[name].label(f"task_{name}") for name in TASK.c.keys()]  # noqa: SIM118 (a column collection)
    joined = select(INSTANCE, *task_columns).join(TASK, TASK.c.instance_id == INSTANCE.c.id)
    return joined.where(TASK.c.id == task_id)


def locked(task_id: UUID) -> "Select[Any]":
    """Return the same with locks, for `advance.opened`: first the instance; what waited is read again."""
    return chosen(task_id).with_for_update(of=[INSTANCE, TASK], key_share=True)


def task_in(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the task in a row that `locked` found."""
    return {name: row[f"task_{name}"] for name in TASK.c.keys()}  # noqa: SIM118


def filed(uow: UnitOfWork, task: Mapping[str, Any], submission: Submission, *, by: Actor) -> dict[str, Any]:
    """Return the row that keeps what somebody filed in a task."""
    return {
        "task_id": task["id"],
        "instance_id": task["instance_id"],
        "form_key": submission.form_key,
        "form_version": submission.form_version,
        "values": dict(submission.values),
        "warnings": [list(warning) for warning in submission.warnings],
        "actor_id": by.person_id,
        "actor_name": by.name,
        "submitted_at": uow.now(),
        "hand_id": by.hand_id,
    }


def finish(
    turn: Turn, task: Mapping[str, Any], values: Mapping[str, Any], seen: Mapping[str, Any] = NOTHING
) -> None:
    """Complete the task in an opened instance: its row, its operation, its outputs, its token.

    values: what outputs see as `form`; seen: further names they and the operation's parameters see.
    Expects the task and its instance locked and checked.
    """
    uow, task_id = turn.hands.uow, task["id"]
    live = next((one for one in turn.run.user_tasks if one.id == task_id), None)
    if live is None:
        raise Conflict("流程已经离开这一步;请刷新待办列表。", code="task.not_live")
    late = task["due_at"] is not None and uow.now() > task["due_at"]
    element, data = live.element, {**live.data, **seen}
    result: Mapping[str, Any] = {}
    if element.operation:
        arguments = {name: turn.evaluate(source, data) for name, source in element.parameters.items()}
        step = turn.hands.step(element, task_id, values, data)
        result = uow.operations.call(uow, element.operation, step, arguments) or {}
    view = {**data, "form": values, "result": result}
    outputs = {name: turn.evaluate(source, view) for name, source in element.outputs.items()}
    turn.waits["tasks"].pop(str(task_id))
    by = turn.hands.actor
    own = by.person_id is not None and task["assignee_id"] == by.person_id
    turn.changes.completed_tasks.append({"id": task_id, "late": late, "by": by.name if own else None})
    turn.newly_completed = 1
    turn.record("task.completed", task_id=task_id, element_id=element.id, late=late)
    turn.run.complete(task_id, outputs)


def _why_not_claimed(uow: UnitOfWork, task_id: UUID) -> Exception:
    task = read(uow, task_id)
    require_open(uow, task)
    if task["assignee_id"] is None:
        require_unsigned(task)
    return Conflict(
        f"任务“{task['name']}”已由{task['assignee_name']}认领;如需办理请请对方释放。", code="task.claimed"
    )
