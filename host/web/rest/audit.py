"""The audit for programs of its administrator: who did what, the newest first."""

from typing import Any

from marshmallow import Schema, fields, validate

from host.web.context import system
from host.web.pages.auditing import entries
from host.web.rest import cursors
from host.web.rest.interface import api, problems
from host.web.rest.schemas import Page, described


class AuditQuery(Page):
    """Which entries. q: the beginning of an action, its name in words, or part of who did it."""

    q = fields.String(load_default="", validate=validate.Length(max=60), metadata=described("操作或姓名"))


class AuditShown(Schema):
    """Who commanded what. subject: the thing it was about, as the command names it."""

    id = fields.Integer()
    at = fields.AwareDateTime()
    action = fields.String(metadata=described("操作", "incident.skip"))
    actor_id = fields.Integer(allow_none=True)
    actor_name = fields.String()
    subject = fields.String()
    instance_id = fields.UUID(allow_none=True)
    data = fields.Dict()


class AuditsShown(Schema):
    """A page of entries. next: null on the last page."""

    items = fields.List(fields.Nested(AuditShown))
    next = fields.String(allow_none=True)


@api.route("/audit")
@problems
@api.arguments(AuditQuery, location="query")
@api.response(200, AuditsShown)
def list_audit(asked: dict[str, Any]) -> dict[str, Any]:
    """审计记录,新的在前"""
    word, limit = cursors.read(asked["cursor"], 1), asked["limit"]
    before = cursors.number(word[0]) if word else None
    with system().bihuan.unit_of_work() as uow:
        rows = uow.session.scalars(entries(asked["q"].strip(), before=before, limit=limit + 1)).all()
        more = len(rows) > limit
        return {"items": rows[:limit], "next": cursors.cursor(rows[limit - 1].id) if more else None}
