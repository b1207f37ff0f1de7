"""Several signers of one task: who signs, giving the opinion one was asked for, a seat of one's role."""

from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields, validate

from engine import countersigning, seats
from engine.uow import UnitOfWork
from host.web.case import case_of
from host.web.context import acting_now, system
from host.web.rest.commanding import carried_out, done
from host.web.rest.interface import api, command, problems
from host.web.rest.schemas import Commanded, described
from ledger import inbox as queue

TASK = "/tasks/<uuid:task_id>"


class SignerShown(Schema):
    """A place among the signers. person_id: null for a seat of a role that nobody has taken yet."""

    id = fields.Integer(metadata=described("减签时用的编号"))
    person_id = fields.Integer(allow_none=True)
    person_name = fields.String(allow_none=True)
    role = fields.String(allow_none=True)
    organisation_id = fields.Integer(allow_none=True)
    kind = fields.String()
    state = fields.String()
    added_by_name = fields.String(allow_none=True)


class SignersShown(Schema):
    """All of them, in the order in which they sign."""

    items = fields.List(fields.Nested(SignerShown))


class Opinion(Schema):
    """What one says to what one was asked to sign."""

    agreed = fields.Boolean(required=True)
    opinion = fields.String(load_default="", validate=validate.Length(max=1000))


@api.route(f"{TASK}/signers")
@problems
@api.response(200, SignersShown)
def list_signers(task_id: UUID) -> dict[str, Any]:
    """会签和加签的人,按顺序"""
    actor = acting_now().actor
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        return {"items": case_of(uow, queue.one(uow, actor, task_id), actor).signers}


@api.route(f"{TASK}/sign", methods=["POST"])
@command
@api.arguments(Opinion, example={"agreed": True, "opinion": "同意"})
@api.response(200, Commanded, example={"id": "0f6c…", "command": "task.sign"})
def sign(sent: dict[str, Any], task_id: UUID) -> Response:
    """加签的人给出意见"""

    def act(uow: UnitOfWork) -> Any:
        countersigning.sign(uow, task_id, sent["agreed"], sent["opinion"], by=acting_now().actor)
        return done(task_id, "task.sign")

    return carried_out(act, task_id=task_id)


@api.route(f"{TASK}/seat", methods=["POST"])
@command
@api.response(200, Commanded, example={"id": "0f6c…", "command": "task.claim_seat"})
def claim_seat(task_id: UUID) -> Response:
    """认领本岗位的签署"""

    def act(uow: UnitOfWork) -> Any:
        seats.claim_seat(uow, task_id, by=acting_now().actor)
        return done(task_id, "task.claim_seat")

    return carried_out(act, task_id=task_id)


@api.route(f"{TASK}/seat", methods=["DELETE"])
@command
@api.response(200, Commanded, example={"id": "0f6c…", "command": "task.release_seat"})
def release_seat(task_id: UUID) -> Response:
    """把签署还给本岗位的人"""

    def act(uow: UnitOfWork) -> Any:
        seats.release_seat(uow, task_id, by=acting_now().actor)
        return done(task_id, "task.release_seat")

    return carried_out(act, task_id=task_id)
