"""What was sent outside, for who keeps the system."""

from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields, validate

from engine.errors import NotFound
from engine.scope import EVERYWHERE
from engine.uow import UnitOfWork
from host.telling import letters, log
from host.web.context import acting_now, system
from host.web.ground import ground
from host.web.rest.commanding import carried_out, done
from host.web.rest.interface import api, keyed, problems
from host.web.rest.register_schemas import PlaceQuery
from host.web.rest.schemas import Commanded

SHOWN = (
    "id",
    "channel",
    "receiver",
    "status",
    "attempts",
    "lines",
    "created_at",
    "next_attempt_at",
    "ended_at",
    "told",
)


class LetterQuery(PlaceQuery):
    """Which letters."""

    state = fields.String(load_default="", validate=validate.OneOf(["", *log.STATES]))
    page = fields.Integer(load_default=1, validate=validate.Range(1, 200))


class LetterSent(Schema):
    """A letter. lines: how many notifications are in it; told: what came back last."""

    id = fields.UUID()
    channel = fields.String()
    receiver = fields.String(allow_none=True)
    status = fields.String()
    attempts = fields.Integer()
    lines = fields.Integer()
    created_at = fields.DateTime()
    next_attempt_at = fields.DateTime()
    ended_at = fields.DateTime(allow_none=True)
    told = fields.String(allow_none=True)


class Letters(Schema):
    """Fifty at most, the newest first."""

    items = fields.List(fields.Nested(LetterSent))


@api.route("/letters")
@problems
@api.arguments(LetterQuery, location="query")
@api.response(200, Letters)
def list_letters(asked: dict[str, Any]) -> dict[str, Any]:
    """发到邮箱和群里的通知,新的在前"""
    with system().bihuan.unit_of_work() as uow:
        rows = log.listed(uow, ground(uow), state=asked["state"], page=asked["page"])[: log.PAGE]
    return {"items": [{name: getattr(row, name) for name in SHOWN} for row in rows]}


@api.route("/letters/<uuid:letter_id>/replay", methods=["POST"])
@keyed
@api.response(200, Commanded, example={"id": "…", "command": "letter.replay"})
def replay_letter(letter_id: UUID) -> Response:
    """用同一个编号重发"""

    def act(uow: UnitOfWork) -> Any:
        if not letters.replay(uow, [letter_id], by=acting_now().own):
            raise NotFound("找不到可以重发的这封通知;待发的会自己再试。", code="letter.not_found")
        return done(letter_id, "letter.replay")

    return carried_out(act, scope=EVERYWHERE)
