"""Jobs of the queue and timers of diagrams, for who keeps the system running."""

from typing import Any

from flask import Response
from marshmallow import Schema, fields

from engine.scope import EVERYWHERE
from engine.uow import UnitOfWork
from host.health import queued
from host.web.context import acting_now, system
from host.web.rest.commanding import carried_out, done
from host.web.rest.interface import api, keyed, problems
from host.web.rest.schemas import Commanded


class JobWaiting(Schema):
    """A job that is not done. status: failed, doing or todo; since: when it came to that."""

    id = fields.Integer()
    name = fields.String()
    status = fields.String()
    attempts = fields.Integer()
    since = fields.AwareDateTime(allow_none=True)


class JobsWaiting(Schema):
    """Fifty at most: those that failed first."""

    items = fields.List(fields.Nested(JobWaiting))


class TimerWaiting(Schema):
    """A timer of a diagram that has not fired. next_attempt_at: later than due_at after an attempt that failed."""

    id = fields.Integer()
    business_key = fields.String()
    element_id = fields.String()
    due_at = fields.AwareDateTime()
    next_attempt_at = fields.AwareDateTime()
    attempts = fields.Integer()


class TimersWaiting(Schema):
    """Fifty at most, the soonest first."""

    items = fields.List(fields.Nested(TimerWaiting))


@api.route("/jobs")
@problems
@api.response(200, JobsWaiting)
def list_jobs() -> dict[str, Any]:
    """没做完的作业,失败的在前"""
    with system().bihuan.unit_of_work() as uow:
        return {"items": list(queued.jobs(uow))}


@api.route("/jobs/<int:number>/retry", methods=["POST"])
@keyed
@api.response(200, Commanded, example={"id": "…", "command": "job.retry"})
def retry_job(number: int) -> Response:
    """再做一次失败的作业"""

    def act(uow: UnitOfWork) -> Any:
        queued.retry(uow, number, by=acting_now().own)
        return done(str(number), "job.retry")

    return carried_out(act, scope=EVERYWHERE)


@api.route("/timers")
@problems
@api.response(200, TimersWaiting)
def list_timers() -> dict[str, Any]:
    """接下来到期的计时"""
    with system().bihuan.unit_of_work() as uow:
        return {"items": list(queued.timers(uow))}
