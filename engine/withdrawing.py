"""Take a filed form back (拿回) while nobody has opened the next task."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select, update

from engine import advance, ladder
from engine.access import Actor
from engine.bpmn.run import Run
from engine.errors import NotAllowed, WrongState
from engine.model.base import table_of
from engine.model.instances import ProcessInstance
from engine.model.journal import EventRow
from engine.model.tasks import SubmissionRow, UserTask
from engine.turn import Turn
from engine.uow import UnitOfWork

AUTOMATIC = ("operation.called", "decision.evaluated", "decision.made")


def withdraw(uow: UnitOfWork, task_id: UUID, *, by: Actor) -> None:
    """Undo the last completion of an instance: the task is open again, its form a draft, its ladder armed again.

    Raises NotFound; WrongState if it was not the last step, the next task was claimed, or an automatic step has
    already acted on it; NotAllowed unless the actor completed it.
    """
    locked = (
        select(table_of(ProcessInstance))
        .join(UserTask, UserTask.instance_id == ProcessInstance.id)
        .where(UserTask.id == task_id)
        .with_for_update(of=table_of(ProcessInstance))
    )
    with advance.opened(uow, locked, by, missing="找不到这项任务;请回到已办列表。") as turn:
        undo = turn.row["undo"]
        if not undo or undo["task_id"] != str(task_id):
            raise WrongState("只能拿回本事项最后办结的一步;之后已有别的处理。", code="task.not_last")
        _require_untouched(uow, turn, undo)
        _require_own(uow, task_id, by)
        _restore(uow, turn, undo, task_id)
    uow.audit("task.withdraw", by=by, subject=str(task_id), instance_id=turn.instance_id)


def _require_untouched(uow: UnitOfWork, turn: Turn, undo: Mapping[str, Any]) -> None:
    following = (
        select(UserTask.claimed_at, UserTask.assignee_name)
        .where(UserTask.instance_id == turn.instance_id, UserTask.status == "open")
        .order_by(UserTask.id)
        .with_for_update()  # whoever claims one of them now waits, and is then told that it is gone
    )
    holder = next((name for claimed_at, name in uow.session.execute(following) if claimed_at), None)
    if holder is not None:
        raise WrongState(f"下一步已由{holder}打开,不能拿回;请联系对方退回。", code="task.next_opened")
    since = select(EventRow.at).where(
        EventRow.task_id == UUID(undo["task_id"]), EventRow.type == "task.completed"
    )
    acted = select(EventRow.id).where(
        EventRow.instance_id == turn.instance_id,
        EventRow.type.in_(AUTOMATIC),
        EventRow.at >= since.order_by(EventRow.id.desc()).limit(1).scalar_subquery(),
    )
    if uow.session.scalar(select(exists(acted))):
        raise WrongState("后续的自动步骤已经执行,不能拿回;请联系审核人退回。", code="task.acted_upon")


def _require_own(uow: UnitOfWork, task_id: UUID, by: Actor) -> None:
    author = (
        select(SubmissionRow.actor_id)
        .where(SubmissionRow.task_id == task_id)
        .order_by(SubmissionRow.id.desc())
    )
    if not by.system and uow.session.scalar(author.limit(1)) != by.person_id:
        raise NotAllowed("只能拿回自己办结的任务。", code="task.not_yours")


def _restore(uow: UnitOfWork, turn: Turn, undo: Mapping[str, Any], task_id: UUID) -> None:
    turn.run = Run.restore(turn.hands.binding.bundle, undo["image"], **advance.view(turn.hands))
    turn.waits["tasks"][str(task_id)] = undo["waits"]["tasks"][str(task_id)]
    turn.waits["rounds"] = dict(undo["waits"]["rounds"])
    turn.newly_completed = -1
    reopened = update(UserTask).where(UserTask.id == task_id)
    uow.session.execute(reopened.values(status="open", ended_at=None, late=False))
    uow.session.execute(update(SubmissionRow).where(SubmissionRow.task_id == task_id).values(withdrawn=True))
    ladder.rearm(uow.session, task_id, uow.now())
    turn.record("task.withdrawn", task_id=task_id)
