"""What must hold before a command touches a task: it exists, is open, is mine, I have the role."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import select

from engine.access import Actor
from engine.calendar.local_time import local_date
from engine.errors import InvalidInput, NotAllowed, NotFound, WrongState
from engine.lifecycle import WORDS
from engine.model.base import table_of
from engine.model.journal import EventRow
from engine.model.tasks import UserTask
from engine.submission import Submission
from engine.uow import UnitOfWork

TASK = table_of(UserTask)
LATELY = timedelta(hours=1)
ENDINGS = {
    "completed": "办结",
    "returned": "退回",
    "withdrawn": "拿回",
    "moved": "移到别的环节",
    "cancelled": "随事项一起取消",
    "left": "的操作撤下",
}
"""What ended a task, after 由 and a name. Keys: `cause` of the event `task.cancelled`."""
MISSING = "找不到这项任务,它可能已被撤销;请回到待办列表。"


def read(uow: UnitOfWork, task_id: UUID, *, stays: bool = False) -> Mapping[str, Any]:
    """Return the row of a task. stays: it stays as it is until the commit; who completes it waits. Raises NotFound."""
    query = select(TASK).where(TASK.c.id == task_id)
    row = uow.session.execute(query.with_for_update(read=True) if stays else query).mappings().first()
    if row is None:
        raise NotFound(MISSING, code="task.not_found")
    return cast(Mapping[str, Any], row)


def suspended(name: str, why: Mapping[str, Any]) -> WrongState:
    """Return the refusal to work on something that was suspended."""
    when = local_date(datetime.fromisoformat(why["at"]))
    return WrongState(
        f"“{name}”已由{why['by']}于 {when} 挂起,原因:{why['reason']};恢复后才能办理,请联系挂起人。",
        code="instance.suspended",
        by=why["by"],
        reason=why["reason"],
        at=why["at"],
    )


def require_open(uow: UnitOfWork, task: Mapping[str, Any]) -> None:
    """Raise WrongState unless the task is open; the text tells who ended or suspended it, and how."""
    if task["status"] == "suspended":
        raise suspended(task["name"], task["suspension"])
    if task["status"] == "open":
        return
    ended = (
        select(EventRow.actor_name, EventRow.type, EventRow.data)
        .where(EventRow.instance_id == task["instance_id"], EventRow.task_id == task["id"])
        .where(EventRow.type.in_(("task.completed", "task.cancelled")))
        .order_by(EventRow.id.desc())
        .limit(1)
    )
    found = uow.session.execute(ended).first()
    text = f"应为待办,现在是“{WORDS[task['status']]}”"
    if found is not None:
        what = "completed" if found.type == "task.completed" else found.data.get("cause", "left")
        lately = task["ended_at"] is not None and uow.now() - task["ended_at"] < LATELY
        text = f"{'刚' if lately else '已'}由{found.actor_name}{ENDINGS.get(what, ENDINGS['left'])}"
    raise WrongState(
        f"任务“{task['name']}”{text};请刷新待办列表。",
        code="task.wrong_state",
        found=task["status"],
        by=None if found is None else found.actor_name,
    )


def require_mine(task: Mapping[str, Any], by: Actor) -> None:
    """Raise NotAllowed unless the task is in the actor's hands and his own to complete."""
    if by.system:
        return
    require_role(by, task["role"], task["organisation_id"])
    if task["assignee_id"] != by.person_id:
        who = task["assignee_name"]
        state = f"已由{who}认领" if who else "还没有人认领"
        raise NotAllowed(f"任务“{task['name']}”{state};请先认领,或请对方释放。", code="task.not_yours")


def require_undelegated(task: Mapping[str, Any]) -> None:
    """Raise WrongState if the task is with a delegate: it must come back first."""
    if task["owner_id"] is not None:
        raise WrongState(
            f"任务“{task['name']}”是{task['owner_name']}委派给{task['assignee_name']}的;请先交回,再由委派人办理。",
            code="task.delegated",
        )


def require_unsigned(task: Mapping[str, Any]) -> None:
    """Raise WrongState if several people sign the task: nobody completes it alone."""
    if task["counter_sign"] is not None:
        raise WrongState(
            f"任务“{task['name']}”由多人签署,不能单独办结;请提交自己的签署意见。", code="task.countersigned"
        )


def require_role(by: Actor, role: str, organisation_id: int) -> None:
    """Raise NotAllowed unless the actor holds the role at the organisation."""
    if not by.may_act(role, organisation_id):
        raise NotAllowed(
            f"办理这项任务需要本单位的“{role}”岗位,您没有这个岗位;如需办理请联系管理员。",
            code="task.not_allowed",
            role=role,
            organisation_id=organisation_id,
        )


def require_form(task: Mapping[str, Any], submission: Submission) -> None:
    """Raise InvalidInput unless the submission is of the task's form."""
    if submission.form_key != task["form_key"]:
        raise InvalidInput(
            f"任务“{task['name']}”应提交表单“{task['form_key']}”,收到的是“{submission.form_key}”;请重新打开任务填写。",
            code="task.wrong_form",
        )
