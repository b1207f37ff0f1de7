"""How the system is, for programs of who keeps it running: every sign, what is wrong by them, what to do."""

from dataclasses import asdict
from typing import Any

from marshmallow import Schema, fields, validate

from host.health import signs
from host.health.judging import findings
from host.web.context import system
from host.web.rest.interface import api, problems
from host.web.rest.schemas import described
from host.web.words import translate as _


class SignsRead(Schema):
    """The figures; late: due for more than a minute; an age in seconds, null where there is nothing yet."""

    sweep_age_seconds = fields.Float(allow_none=True, metadata=described("距上一次查看到期的事"))
    database_time = fields.Float(metadata=described("数据库的时钟,1970 年以来的秒数"))
    late_timers = fields.Integer()
    late_reminders = fields.Integer()
    open_incidents = fields.Integer()
    unsealed_entries = fields.Integer()
    unsealed_age_seconds = fields.Float(allow_none=True)
    late_deliveries = fields.Integer()
    dead_deliveries = fields.Integer()
    failing_endpoints = fields.Integer()
    late_letters = fields.Integer()
    dead_letters = fields.Integer()
    late_calls = fields.Integer()
    quarantined_calls = fields.Integer()
    jobs = fields.Dict(fields.String(), fields.Integer(), metadata=described("作业数,按状态"))
    workers = fields.Integer()
    connections = fields.Integer()
    most_connections = fields.Integer()


class Wrong(Schema):
    """Something wrong. code: stable; advice: what to do."""

    code = fields.String()
    weight = fields.String(validate=validate.OneOf(["bad", "warn"]))
    text = fields.String()
    advice = fields.String()
    count = fields.Integer()


class HealthRead(Schema):
    """What is wrong, the worst first, then every sign."""

    findings = fields.List(fields.Nested(Wrong))
    signs = fields.Nested(SignsRead)


@api.route("/health")
@problems
@api.response(200, HealthRead)
def read_health() -> dict[str, Any]:
    """运行状况:哪里不对、怎么办,各项数字"""
    with system().bihuan.look() as uow:
        seen = signs.read(uow)
    found = [
        asdict(one) | {"text": _(one.text, count=one.count), "advice": _(one.advice)}
        for one in findings(seen)
    ]
    return {"findings": found, "signs": asdict(seen)}
