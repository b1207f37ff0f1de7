"""Ask for a later due day of a task, and see what became of it; the decision is a task as any other."""

from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields

from engine.uow import UnitOfWork
from host.web.context import acting_now, system
from host.web.rest import schemas
from host.web.rest.commanding import carried_out, done
from host.web.rest.interface import api, command, problems
from ledger import extensions, inbox

WISH = {"until": "2022-02-25", "reason": "审计数据 2 月 20 日才出具"}


class ExtensionWish(Schema):
    """Until which day, and why."""

    until = fields.Date(required=True, metadata=schemas.described("希望延到哪一天", WISH["until"]))
    reason = fields.String(required=True, metadata=schemas.described("原因", WISH["reason"]))


class ExtensionAsked(Schema):
    """A request and what became of it."""

    instance_id = fields.UUID()
    author_name = fields.String()
    asked_at = fields.AwareDateTime()
    reason = fields.String()
    due_on = fields.Date()
    wished_on = fields.Date()
    last_on = fields.Date()
    decided_at = fields.AwareDateTime(allow_none=True)
    decided_by = fields.String(allow_none=True)
    granted_on = fields.Date(allow_none=True)
    opinion = fields.String(allow_none=True)


class ExtensionsAsked(Schema):
    """The requests for one task, the newest first."""

    items = fields.List(fields.Nested(ExtensionAsked))


@api.route("/tasks/<uuid:task_id>/extensions")
@problems
@api.response(200, ExtensionsAsked)
def list_extensions(task_id: UUID) -> dict[str, Any]:
    """一项任务的延期申请和答复,新的在前"""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        inbox.within_scope(uow, task_id)
        return {"items": extensions.of_task(uow, task_id)}


@api.route("/tasks/<uuid:task_id>/extensions", methods=["POST"])
@command
@api.arguments(ExtensionWish, example=WISH)
@api.response(200, schemas.Commanded)
def ask_extension(sent: dict[str, Any], task_id: UUID) -> Response:
    """为自己的一项任务申请延期;由政策规定的一方审批,答复以前期限不变"""

    def act(uow: UnitOfWork) -> Any:
        by = acting_now().actor
        extensions.ask(uow, inbox.one(uow, by, task_id), sent["until"], sent["reason"], by=by)
        return done(task_id, "extension.ask")

    return carried_out(act, task_id=task_id)
