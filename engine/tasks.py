"""What people do with user tasks: claim, release, complete, take back."""

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from sqlalchemy import select, update

from engine import advance
from engine.access import Actor
from engine.errors import Conflict, InvalidInput, NotAllowed, NotFound, WrongState
from engine.events import Event
from engine.lifecycle import WORDS
from engine.model.base import table_of
from engine.model.instances import ProcessInstance
from engine.model.tasks import UserTask
from engine.submission import Submission
from engine.turn import Turn
from engine.uow import UnitOfWork

TASK = table_of(UserTask)
MISSING = "找不到这项任务,它可能已被撤销;请回到待办列表。"


def claim(uow: UnitOfWork, task_id: UUID, *, by: Actor) -> None:
    """Take an unclaimed task for oneself.

    Raises TaskNotFound (`task.not_found`), NotAllowed if the actor has not the role, Conflict if somebody was faster.
    """
    taken = (
        update(TASK)
        .where(TASK.c.id == task_id, TASK.c.status == "open", TASK.c.assignee_id.is_(None))
        .values(assignee_id=by.person_id, assignee_name=by.name, claimed_at=uow.now())
        .returning(
            TASK.c.instance_id, TASK.c.role, TASK.c.organisation_id, TASK.c.element_id, TASK.c.campaign_id
        )
    )
    row = uow.session.execute(taken).first()
    if row is None:
        raise _why_not_claimed(uow, task_id)
    _require_role(by, row.role, row.organisation_id)
    uow.record(Event("task.claimed", row.instance_id, row.campaign_id, task_id, row.element_id), by=by)
    uow.audit("task.claim", by=by, subject=str(task_id), instance_id=row.instance_id)


def release(uow: UnitOfWork, task_id: UUID, *, by: Actor) -> None:
    """Give a claimed task back to its group. Raises NotFound, NotAllowed unless it is the actor's own."""
    freed = (
        update(TASK)
        .where(TASK.c.id == task_id, TASK.c.status == "open", TASK.c.assignee_id == by.person_id)
        .values(assignee_id=None, assignee_name=None, claimed_at=None)
        .returning(TASK.c.instance_id, TASK.c.element_id, TASK.c.campaign_id)
    )
    row = uow.session.execute(freed).first()
    if row is None:
        task = _read(uow, task_id)
        _require_open(task)
        raise NotAllowed("只能释放自己认领的任务;这项任务不在您名下。", code="task.not_yours")
    uow.record(Event("task.released", row.instance_id, row.campaign_id, task_id, row.element_id), by=by)
    uow.audit("task.release", by=by, subject=str(task_id), instance_id=row.instance_id)


def complete(uow: UnitOfWork, task_id: UUID, submission: Submission, *, by: Actor) -> None:
    """Complete a claimed task and run the instance to its next wait.

    submission: clean values by field name, made by `forms`; amounts in yuan, shares 0–1.
    Raises NotFound; NotAllowed unless claimed by the actor; WrongState unless open; InvalidInput if the form is
    not the task's; Conflict if another session moved the instance first.
    Source: BPMN 2.0.2 §10.3.3.1, user task.
    """
    instance = table_of(ProcessInstance)
    task_columns = [TASK.c[name].label(f"task_{name}") for name in TASK.c.keys()]  # noqa: SIM118 (a column collection)
    locked = (
        select(instance, *task_columns)
        .join(TASK, TASK.c.instance_id == instance.c.id)
        .where(TASK.c.id == task_id)
        .with_for_update(of=instance)
    )
    with advance.opened(uow, locked, by, missing=MISSING) as turn:
        task = {name: turn.row[f"task_{name}"] for name in TASK.c.keys()}  # noqa: SIM118
        _require_open(task)
        _require_mine(task, by)
        _require_form(task, submission)
        _finish(turn, task, submission)
    uow.audit("task.complete", by=by, subject=str(task_id), instance_id=turn.instance_id)


def _finish(turn: Turn, task: Mapping[str, Any], submission: Submission) -> None:
    uow, now = turn.hands.uow, turn.hands.uow.now()
    task_id: UUID = task["id"]
    turn.undo = {"image": turn.row["image"], "waits": turn.row["waits"], "task_id": str(task_id)}
    live = next((one for one in turn.run.user_tasks if one.id == task_id), None)
    if live is None:
        raise Conflict("流程已经离开这一步;请刷新待办列表。", code="task.not_live")
    element = live.element
    result: Mapping[str, Any] = {}
    if element.operation:
        arguments = {name: turn.evaluate(source, live.data) for name, source in element.parameters.items()}
        step = turn.hands.step(element, task_id, submission.values, live.data)
        result = uow.operations.call(uow, element.operation, step, arguments) or {}
    view = {**live.data, "form": submission.values, "result": result}
    outputs = {name: turn.evaluate(source, view) for name, source in element.outputs.items()}
    late = task["due_at"] is not None and now > task["due_at"]
    turn.changes.add(
        "submissions",
        {
            "task_id": task_id,
            "instance_id": turn.instance_id,
            "form_key": submission.form_key,
            "form_version": submission.form_version,
            "values": dict(submission.values),
            "warnings": [list(warning) for warning in submission.warnings],
            "actor_id": turn.hands.actor.person_id,
            "actor_name": turn.hands.actor.name,
            "submitted_at": now,
        },
    )
    uow.session.execute(
        update(TASK).where(TASK.c.id == task_id).values(status="completed", ended_at=now, late=late)
    )
    turn.waits["tasks"].pop(str(task_id))
    turn.changes.ended_tasks.setdefault("completed", []).append(task_id)
    turn.newly_completed = 1
    turn.record("task.completed", task_id=task_id, element_id=element.id, late=late)
    turn.run.complete(task_id, outputs)


def _require_form(task: Mapping[str, Any], submission: Submission) -> None:
    if submission.form_key != task["form_key"]:
        raise InvalidInput(
            f"任务“{task['name']}”应提交表单“{task['form_key']}”,收到的是“{submission.form_key}”;请重新打开任务填写。",
            code="task.wrong_form",
        )


def _require_open(task: Mapping[str, Any]) -> None:
    if task["status"] != "open":
        raise WrongState(
            f"任务“{task['name']}”应为待办,现在是“{WORDS[task['status']]}”;请刷新待办列表。",
            code="task.wrong_state",
            found=task["status"],
        )


def _require_mine(task: Mapping[str, Any], by: Actor) -> None:
    if by.system:
        return
    _require_role(by, task["role"], task["organisation_id"])
    if task["assignee_id"] != by.person_id:
        who = task["assignee_name"]
        state = f"已由{who}认领" if who else "还没有人认领"
        raise NotAllowed(f"任务“{task['name']}”{state};请先认领,或请对方释放。", code="task.not_yours")


def _require_role(by: Actor, role: str, organisation_id: int) -> None:
    if not by.may_act(role, organisation_id):
        raise NotAllowed(
            f"办理这项任务需要本单位的“{role}”岗位,您没有这个岗位;如需办理请联系管理员。",
            code="task.not_allowed",
            role=role,
            organisation_id=organisation_id,
        )


def _read(uow: UnitOfWork, task_id: UUID) -> Mapping[str, Any]:
    row = uow.session.execute(select(TASK).where(TASK.c.id == task_id)).mappings().first()
    if row is None:
        raise NotFound(MISSING, code="task.not_found")
    return cast(Mapping[str, Any], row)


def _why_not_claimed(uow: UnitOfWork, task_id: UUID) -> Exception:
    task = _read(uow, task_id)
    _require_open(task)
    return Conflict(
        f"任务“{task['name']}”已由{task['assignee_name']}认领;如需办理请请对方释放。", code="task.claimed"
    )
