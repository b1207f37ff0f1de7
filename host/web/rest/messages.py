"""One's messages."""

from typing import Any

from flask import Response
from marshmallow import Schema, fields

from engine.scope import EVERYWHERE
from engine.uow import UnitOfWork
from host.web.context import system
from host.web.pages.messages import reader
from host.web.rest.commanding import carried_out, done
from host.web.rest.interface import api, keyed, problems
from host.web.rest.schemas import Commanded, described
from ledger import messages

SHOWN = (
    "id", "kind", "task_id", "instance_id", "task_name", "task_status", "due_at", "title", "text", "sender_name",
    "created_at", "read_at", "offset_days", "matters", "in_place_of",
)  # fmt: skip


class MessageQuery(Schema):
    """Which messages."""

    unread = fields.Boolean(load_default=False, metadata=described("只要未读而且还用得上的"))
    before = fields.Integer(load_default=None, metadata=described("比这个编号更早的"))


class Message(Schema):
    """What somebody was told. matters: false for a reminder of a task that is over."""

    id = fields.Integer()
    kind = fields.String()
    task_id = fields.UUID(allow_none=True)
    instance_id = fields.UUID(allow_none=True)
    task_name = fields.String(allow_none=True)
    task_status = fields.String(allow_none=True)
    due_at = fields.DateTime(allow_none=True)
    title = fields.String(allow_none=True)
    text = fields.String(allow_none=True)
    sender_name = fields.String(allow_none=True)
    created_at = fields.DateTime()
    read_at = fields.DateTime(allow_none=True)
    offset_days = fields.Integer(allow_none=True)
    matters = fields.Boolean()
    in_place_of = fields.String(allow_none=True, metadata=described("代谁办理"))


class Messages(Schema):
    """Fifty at most, the newest first."""

    items = fields.List(fields.Nested(Message))


@api.route("/me/messages")
@problems
@api.arguments(MessageQuery, location="query")
@api.response(200, Messages)
def list_messages(asked: dict[str, Any]) -> dict[str, Any]:
    """自己的消息,新的在前,每次 50 条"""
    with system().bihuan.look() as uow:
        rows = messages.page(uow, reader(), unread=asked["unread"], before=asked["before"])
    return {"items": [{name: getattr(row, name) for name in SHOWN} for row in rows]}


@api.route("/me/messages/<int:number>/read", methods=["POST"])
@keyed
@api.response(200, Commanded, example={"id": "41", "command": "message.read"})
def read_message(number: int) -> Response:
    """标一条为已读"""

    def act(uow: UnitOfWork) -> Any:
        messages.mark_read(uow, reader(), number)
        return done(str(number), "message.read")

    return carried_out(act, scope=EVERYWHERE)


@api.route("/me/messages/read", methods=["POST"])
@keyed
@api.response(200, Commanded, example={"id": "3", "command": "message.read_all"})
def read_messages() -> Response:
    """全部标为已读;id 是标了几条"""

    def act(uow: UnitOfWork) -> Any:
        return done(str(messages.mark_all_read(uow, reader())), "message.read_all")

    return carried_out(act, scope=EVERYWHERE)
