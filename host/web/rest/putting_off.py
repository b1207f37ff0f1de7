"""Put a task off until a day, and take it up again before."""

from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields

from engine.uow import UnitOfWork
from host.web.context import acting_now
from host.web.rest import schemas
from host.web.rest.commanding import carried_out, done
from host.web.rest.interface import api, command
from ledger import inbox, putting_off


class PutOffUntil(Schema):
    """Until which day: after today and not after the due date."""

    until = fields.Date(required=True, metadata=schemas.described("到哪一天", "2022-02-10"))


@api.route("/tasks/<uuid:task_id>/put-off", methods=["PUT"])
@command
@api.arguments(PutOffUntil, example={"until": "2022-02-10"})
@api.response(200, schemas.Commanded)
def put_off(sent: dict[str, Any], task_id: UUID) -> Response:
    """暂缓自己的一项任务到某一天;对别人没有变化"""

    def act(uow: UnitOfWork) -> Any:
        by = acting_now().actor
        putting_off.put_off(uow, inbox.one(uow, by, task_id), sent["until"], by=by)
        return done(task_id, "task.put_off")

    return carried_out(act, task_id=task_id)


@api.route("/tasks/<uuid:task_id>/put-off", methods=["DELETE"])
@command
@api.response(200, schemas.Commanded)
def take_up(task_id: UUID) -> Response:
    """取消暂缓,任务回到收件箱"""

    def act(uow: UnitOfWork) -> Any:
        by = acting_now().actor
        putting_off.end(uow, inbox.one(uow, by, task_id), by=by)
        return done(task_id, "task.take_up")

    return carried_out(act, task_id=task_id)
