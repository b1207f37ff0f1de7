"""Take a filed form back (拿回) while nobody has opened the next task.

The last completion of an instance is undone exactly, from the state kept before it. If other branches have moved on since,
the task opens again where it stands in the diagram: what follows it goes, the others stay.
"""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, or_, select, update

from engine import advance, ladder, tasks
from engine.access import Actor
from engine.bpmn.failing import TargetRefused
from engine.bpmn.run import Place, Run
from engine.errors import NotAllowed, WrongState
from engine.model.base import table_of
from engine.model.items import SignItem
from engine.model.journal import EventRow
from engine.model.tasks import SubmissionRow, UserTask
from engine.standing import MISSING, TASK, require_role
from engine.turn import Turn, Undo
from engine.uow import UnitOfWork

AUTOMATIC = (
    *("operation.called", "decision.evaluated", "decision.made", "timer.fired"),
    *("message.sent", "message.received", "signal.sent", "signal.received"),
)
ITEM = table_of(SignItem)


def withdraw(uow: UnitOfWork, task_id: UUID, *, by: Actor) -> None:
    """Undo one's completion: the task is open again, its form a draft, its ladder armed again.

    Raises NotFound; NotAllowed unless the actor completed it; WrongState if it is not completed, if something that
    follows was opened (`task.next_opened`), done (`task.not_last`), or done by itself (`task.acted_upon`).
    """

    def own(row: Mapping[str, Any]) -> None:
        _require_own(uow, tasks.task_in(row), by)

    with advance.opened(uow, tasks.locked(task_id), by, missing=MISSING, first=own) as turn:
        task, undo = tasks.task_in(turn.row), Undo.of(turn.row)
        if undo and undo.image and undo.waits and undo.task_id == task_id:
            _require_untouched(uow, turn, undo.waits["tasks"])
            _require_nothing_done(uow, turn, task_id, None)
            turn.run = Run.restore(turn.hands.binding.bundle, undo.image, **advance.view(turn.hands))
            turn.waits["rounds"] = dict(undo.waits["rounds"])
            turn.waits["walked"] = dict(undo.waits.get("walked", {}))
        else:
            _reopen(uow, turn, task)
        _restore(uow, turn, task)
    uow.audit("task.withdraw", by=by, subject=str(task_id), instance_id=turn.instance_id)


def _reopen(uow: UnitOfWork, turn: Turn, task: Mapping[str, Any]) -> None:
    place = Place(task["definition_key"], task["element_id"])
    _require_last_round(uow, task)
    try:
        ahead = turn.run.reopen(task["id"], place)
    except TargetRefused as refused:
        raise WrongState(refused.text, code="task.not_last") from None
    _require_untouched(uow, turn, {str(one.id) for one in turn.run.user_tasks})
    _require_nothing_done(uow, turn, task["id"], ahead)


def _require_own(uow: UnitOfWork, task: Mapping[str, Any], by: Actor) -> None:
    if task["status"] != "completed":
        raise WrongState(
            f"只能拿回已办结的任务,“{task['name']}”现在不是;请刷新已办列表。", code="task.not_last"
        )
    author = (
        select(SubmissionRow.actor_id)
        .where(SubmissionRow.task_id == task["id"], SubmissionRow.withdrawn.is_(False))
        .order_by(SubmissionRow.id.desc())
    )
    if task["counter_sign"] is not None:
        raise WrongState(
            f"“{task['name']}”由多人签署后办结,不能由一人拿回;请联系审核人退回。", code="task.countersigned"
        )
    if not by.system and uow.session.scalar(author.limit(1)) != by.person_id:
        raise NotAllowed("只能拿回自己办结的任务。", code="task.not_yours")
    if by.hand_id is not None:
        require_role(by, task["role"], task["organisation_id"])


def _require_last_round(uow: UnitOfWork, task: Mapping[str, Any]) -> None:
    again = select(TASK.c.id).where(
        TASK.c.instance_id == task["instance_id"],
        TASK.c.definition_key == task["definition_key"],
        TASK.c.element_id == task["element_id"],
        TASK.c.created_at >= task["ended_at"],
        TASK.c.id != task["id"],
    )
    if uow.session.scalar(select(exists(again))):
        raise WrongState("这一步之后又重新办理过,不能拿回原来那次;请刷新已办列表。", code="task.not_last")


def _require_untouched(uow: UnitOfWork, turn: Turn, staying: Collection[str]) -> None:
    """Refuse if somebody has opened, claimed or signed an open task that would go."""
    signer = (
        select(func.max(ITEM.c.voter_name))
        .where(ITEM.c.task_id == TASK.c.id, ITEM.c.voter_id.is_not(None))
        .scalar_subquery()
    )
    held = or_(TASK.c.claimed_at.is_not(None), TASK.c.opened_at.is_not(None))
    following = (
        select(TASK.c.id, held, func.coalesce(TASK.c.opened_by_name, TASK.c.assignee_name), signer)
        .where(TASK.c.instance_id == turn.instance_id, TASK.c.status == "open")
        .order_by(TASK.c.id)
        .with_for_update()  # whoever claims one of them now waits, and is then told that it is gone
    )
    for task_id, is_held, name, signed_by in uow.session.execute(following):
        if str(task_id) not in staying and (is_held or signed_by):
            who = signed_by or name
            raise WrongState(f"下一步已由{who}打开,不能拿回;请联系对方退回。", code="task.next_opened")


def _require_nothing_done(uow: UnitOfWork, turn: Turn, task_id: UUID, ahead: Collection[str] | None) -> None:
    """Refuse if something was done since the completion, by itself or by people. ahead: where; None: anywhere."""
    mine = select(func.max(EventRow.id)).where(
        EventRow.instance_id == turn.instance_id,
        EventRow.task_id == task_id,
        EventRow.type == "task.completed",
    )
    after = [EventRow.instance_id == turn.instance_id, EventRow.id > mine.scalar_subquery()]
    if ahead is not None:
        after.append(EventRow.element_id.in_(ahead))
    kinds = uow.session.scalars(select(EventRow.type).where(*after).distinct()).all()
    if any(kind in AUTOMATIC for kind in kinds):
        raise WrongState("后续的自动步骤已经执行,不能拿回;请联系审核人退回。", code="task.acted_upon")
    if any(kind in ("task.completed", "task.returned", "token.moved") for kind in kinds):
        raise WrongState("这一步之后已有别的处理,不能拿回;请联系审核人退回。", code="task.not_last")


def _restore(uow: UnitOfWork, turn: Turn, task: Mapping[str, Any]) -> None:
    task_id = task["id"]
    turn.cause = {"cause": "withdrawn"}
    turn.waits["tasks"][str(task_id)] = task["element_id"]
    turn.newly_completed = -1
    reopened = update(UserTask).where(UserTask.id == task_id)
    uow.session.execute(reopened.values(status="open", ended_at=None, late=False))
    uow.session.execute(update(SubmissionRow).where(SubmissionRow.task_id == task_id).values(withdrawn=True))
    ladder.rearm(uow.session, task_id, uow.now())
    turn.record("task.withdrawn", task_id=task_id, element_id=task["element_id"])
