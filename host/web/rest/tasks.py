"""Tasks: list, read, claim, release, fill in, complete, take back."""

from typing import Any
from uuid import UUID

from flask import Response

from engine import drafts, tasks, withdrawing
from engine.errors import Conflict
from engine.json_values import dumps
from engine.uow import UnitOfWork
from forms.assessing import assess
from forms.prefilling import prefilled
from host.filing import desk_of, file_task
from host.web.context import acting_now, system
from host.web.rest import task_lists
from host.web.rest.commanding import carried_out, done, etag_of, revision_asked
from host.web.rest.interface import REVISION, api, command, problems
from host.web.rest.problems import Stale
from host.web.rest.schemas import Commanded, Draft, Loose, Task, TaskQuery, Tasks, Values

EXAMPLE = {"values": {"agreed": True, "opinion": "同意上报"}}
DONE = {"id": "0f6c2c1e-0000-4000-8000-000000000001", "command": "task.complete"}


@api.route("/tasks")
@problems
@api.arguments(TaskQuery, location="query")
@api.response(200, Tasks)
def list_tasks(asked: dict[str, Any]) -> dict[str, Any]:
    """待办列表:全部、我的、待认领、已办"""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        items, following = task_lists.page(
            uow, acting_now().actor, asked["view"], asked["cursor"], asked["limit"]
        )
    return {"items": items, "next": following}


@api.route("/tasks/<uuid:task_id>")
@problems
@api.response(200, Task, headers={"ETag": {"schema": {"type": "string"}}})
def read_task(task_id: UUID) -> Any:
    """一项任务"""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        task = task_lists.one(uow, task_id)
    return task, 200, {"ETag": f'"{etag_of(task)}"'}


@api.route("/tasks/<uuid:task_id>/claim", methods=["POST"])
@command
@api.response(200, Commanded, example={**DONE, "command": "task.claim"})
def claim(task_id: UUID) -> Response:
    """认领"""

    def act(uow: UnitOfWork) -> Any:
        tasks.claim(uow, task_id, by=acting_now().actor)
        return done(task_id, "task.claim")

    return carried_out(act, task_id=task_id)


@api.route("/tasks/<uuid:task_id>/release", methods=["POST"])
@command
@api.response(200, Commanded, example={**DONE, "command": "task.release"})
def release(task_id: UUID) -> Response:
    """释放"""

    def act(uow: UnitOfWork) -> Any:
        tasks.release(uow, task_id, by=acting_now().actor)
        return done(task_id, "task.release")

    return carried_out(act, task_id=task_id)


@api.route("/tasks/<uuid:task_id>/complete", methods=["POST"])
@command
@api.arguments(Values, example=EXAMPLE)
@api.response(200, Commanded, example=DONE)
def complete(sent: dict[str, Any], task_id: UUID) -> Response:
    """办结:校验表单并提交;会签任务则投票"""

    def act(uow: UnitOfWork) -> Any:
        file_task(uow, task_id, sent["values"], by=acting_now().actor)
        return done(task_id, "task.complete")

    return carried_out(act, task_id=task_id)


@api.route("/tasks/<uuid:task_id>/withdraw", methods=["POST"])
@command
@api.response(200, Commanded, example={**DONE, "command": "task.withdraw"})
def withdraw(task_id: UUID) -> Response:
    """拿回自己刚办结的任务"""

    def act(uow: UnitOfWork) -> Any:
        withdrawing.withdraw(uow, task_id, by=acting_now().actor)
        return done(task_id, "task.withdraw")

    return carried_out(act, task_id=task_id)


@api.route("/tasks/<uuid:task_id>/form")
@problems
@api.response(200, Loose, example={"form_key": "signature", "values": {}, "faults": [], "warnings": []})
def read_form(task_id: UUID) -> Response:
    """任务的表单:预填或草稿的值、现在的问题和提示"""
    actor = acting_now().actor
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        desk = desk_of(uow, task_id)
        found = drafts.load(uow, task_id, by=actor)
        known = prefilled(desk.definition, context=desk.context, functions=desk.functions)
        values = dict(found.values) if found else known
        standing = assess(desk.definition, values, context=desk.context, functions=desk.functions)
    said = {
        "form_key": desk.definition.key,
        "form_version": desk.definition.version_label,
        "values": values,
        "revision": found.revision if found else 0,
        "faults": [{"path": one.path, "code": one.code, "text": one.text} for one in standing.errors],
        "warnings": [{"path": path, "code": code, "text": text} for path, code, text in standing.warnings],
    }
    return Response(dumps(said), content_type="application/json")


@api.route("/tasks/<uuid:task_id>/draft")
@problems
@api.response(200, Draft, headers={"ETag": {"schema": {"type": "string"}}})
def read_draft(task_id: UUID) -> Any:
    """草稿;没有则为空,revision 为 0"""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        found = drafts.load(uow, task_id, by=acting_now().actor)
    if found is None:
        return {"values": {}, "revision": 0, "saved_at": None}, 200, {"ETag": '"0"'}
    body = {"values": found.values, "revision": found.revision, "saved_at": found.saved_at}
    return body, 200, {"ETag": f'"{found.revision}"'}


@api.route("/tasks/<uuid:task_id>/draft", methods=["PUT"])
@problems
@api.doc(parameters=[REVISION])
@api.arguments(Values, example=EXAMPLE)
@api.response(200, Draft)
def keep_draft(sent: dict[str, Any], task_id: UUID) -> Any:
    """存草稿;If-Match 是读到的 ETag,没有则只能新建"""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        try:
            revision = drafts.save(
                uow, task_id, sent["values"], revision=revision_asked(), by=acting_now().actor
            )
        except Conflict as conflict:
            raise Stale from conflict
        saved_at = uow.now()
    return (
        {"values": sent["values"], "revision": revision, "saved_at": saved_at},
        200,
        {"ETag": f'"{revision}"'},
    )


@api.route("/tasks/<uuid:task_id>/draft", methods=["DELETE"])
@problems
@api.response(204)
def discard_draft(task_id: UUID) -> None:
    """丢弃自己的草稿"""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        task_lists.one(uow, task_id)
        drafts.discard(uow, task_id, by=acting_now().actor)
