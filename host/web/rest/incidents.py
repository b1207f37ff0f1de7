"""Incidents for programs: what stands still and why; try again, count as done, or move elsewhere, each with a reason."""

from typing import Any

from flask import Response
from marshmallow import Schema, fields, validate

from engine import incidents as troubles
from engine.scope import EVERYWHERE
from engine.uow import UnitOfWork
from host.web.context import acting_now, system
from host.web.rest import cursors
from host.web.rest.commanding import carried_out, done
from host.web.rest.interface import api, keyed, problems
from host.web.rest.schemas import Commanded, Page, described
from host.web.rest.system_schemas import Because
from host.workers import settling

ONE = "/incidents/<int:incident_id>"
KINDS = ("step", "timer", "handover")


class IncidentQuery(Page):
    """Which incidents: of one instance, of one code."""

    instance_id = fields.UUID(load_default=None)
    code = fields.String(load_default=None, validate=validate.Length(1, 100))


class IncidentShown(Schema):
    """What stands still. kind: a step, a timer, or a message that cannot be handed over."""

    id = fields.Integer()
    kind = fields.String(validate=validate.OneOf(KINDS))
    code = fields.String()
    text = fields.String(metadata=described("为什么停着"))
    attempts = fields.Integer()
    opened_at = fields.AwareDateTime()
    instance_id = fields.UUID()
    business_key = fields.String()
    title = fields.String()
    stage = fields.String()
    element_id = fields.String(metadata=described("停在流程图的哪个元素"))


class IncidentsShown(Schema):
    """A page of incidents, the oldest first. next: null on the last page."""

    items = fields.List(fields.Nested(IncidentShown))
    next = fields.String(allow_none=True)


class PlaceInDiagram(Schema):
    """An element of the diagram."""

    element_id = fields.String()
    name = fields.String()


class IncidentWithPlaces(IncidentShown):
    """The same, and where its token may be moved."""

    places = fields.List(fields.Nested(PlaceInDiagram))


class MovedElsewhere(Because):
    """Why, and to which element of the same process or subprocess."""

    to = fields.String(required=True, validate=validate.Length(1, 200))


@api.route("/incidents")
@problems
@api.arguments(IncidentQuery, location="query")
@api.response(200, IncidentsShown)
def list_incidents(asked: dict[str, Any]) -> dict[str, Any]:
    """等人处理的故障,早的在前"""
    word, limit = cursors.read(asked["cursor"], 1), asked["limit"]
    after = cursors.number(word[0]) if word else 0
    with system().bihuan.unit_of_work() as uow:
        found = troubles.waiting(
            uow.session,
            instance_id=asked["instance_id"],
            code=asked["code"],
            after=after,
            limit=limit + 1,
        )
    more = len(found) > limit
    return {"items": found[:limit], "next": cursors.cursor(found[limit - 1].id) if more else None}


@api.route(ONE)
@problems
@api.response(200, IncidentWithPlaces)
def read_incident(incident_id: int) -> dict[str, Any]:
    """一个等人处理的故障,和可以移到哪些步骤"""
    with system().bihuan.unit_of_work() as uow:
        found = troubles.one(uow.session, incident_id)
        places = settling.places(uow.session, [found]).get(incident_id, ())
    named = [{"element_id": element_id, "name": name} for element_id, name in places]
    return found.as_json() | {"places": named}


@api.route(f"{ONE}/retry", methods=["POST"])
@keyed
@api.arguments(Because, example={"reason": "账套已重新打开"})
@api.response(200, Commanded, example={"id": "17", "command": "incident.retry"})
def retry_incident(sent: dict[str, Any], incident_id: int) -> Response:
    """再试一次;若再失败,会有新的故障"""

    def act(uow: UnitOfWork) -> Any:
        troubles.resolve(uow, incident_id, sent["reason"], by=acting_now().own, counted=True)
        return done(str(incident_id), "incident.retry")

    with system().bihuan.unit_of_work() as uow:
        troubles.begin(uow, incident_id)
    return carried_out(act, scope=EVERYWHERE)


@api.route(f"{ONE}/skip", methods=["POST"])
@keyed
@api.arguments(Because, example={"reason": "已手工记账"})
@api.response(200, Commanded, example={"id": "17", "command": "incident.skip"})
def skip_incident(sent: dict[str, Any], incident_id: int) -> Response:
    """跳过这一步,当作已经做完;定时器和网关不能跳过"""

    def act(uow: UnitOfWork) -> Any:
        troubles.skip(uow, incident_id, sent["reason"], by=acting_now().own)
        return done(str(incident_id), "incident.skip")

    return carried_out(act, scope=EVERYWHERE)


@api.route(f"{ONE}/move", methods=["POST"])
@keyed
@api.arguments(MovedElsewhere, example={"reason": "金额要改", "to": "fill_report"})
@api.response(200, Commanded, example={"id": "17", "command": "incident.move"})
def move_incident(sent: dict[str, Any], incident_id: int) -> Response:
    """移到同一流程的别的步骤,从那里往下走"""

    def act(uow: UnitOfWork) -> Any:
        settling.move(uow, incident_id, sent["to"], sent["reason"], by=acting_now().own)
        return done(str(incident_id), "incident.move")

    return carried_out(act, scope=EVERYWHERE)
