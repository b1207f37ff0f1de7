"""Where processes take their time, for programs: the list of them, and each element with its times."""

from typing import Any

from marshmallow import Schema, fields, validate

from engine import versions
from host.web.context import acting_now, system
from host.web.rest.interface import api, problems
from host.web.rest.schemas import described
from host.web.year.heat import heat_view

EXAMPLE = {
    "process": "self_evaluation", "name": "项目绩效自评", "version": 3, "now": 12, "slowest": "fill_in",
    "elements": [
        {"element_id": "fill_in", "name": "填报自评表", "done": 117, "now": 12, "waited": {"median": 1.2, "p90": 4.0},
         "worked": {"median": 3.5, "p90": 9.1}, "first_pass": 86, "slow": True},
    ],
}  # fmt: skip


class HeatQuery(Schema):
    """Of which version; none: the one in force."""

    version = fields.Integer(
        load_default=None, validate=validate.Range(1, 1_000_000), metadata=described("版本号,不写是现在用的")
    )


class TimedProcess(Schema):
    """A process and its version in force."""

    key = fields.String()
    name = fields.String()
    version = fields.Integer()


class TimedProcesses(Schema):
    """The processes by name."""

    items = fields.List(fields.Nested(TimedProcess))


class Days(Schema):
    """Days of the calendar: in the middle, and what nine of ten stay below."""

    median = fields.Float()
    p90 = fields.Float()


class TimedElement(Schema):
    """An element. waited: until somebody took the task, worked: from then on; first_pass: percent never sent back."""

    element_id = fields.String()
    name = fields.String()
    done = fields.Integer()
    now = fields.Integer()
    waited = fields.Nested(Days, allow_none=True)
    worked = fields.Nested(Days, allow_none=True)
    first_pass = fields.Integer(allow_none=True)
    slow = fields.Boolean()


class Heat(Schema):
    """A version of a process with its elements in the order of the diagram. now: tasks that stand in it."""

    process = fields.String()
    name = fields.String()
    version = fields.Integer()
    now = fields.Integer()
    slowest = fields.String(allow_none=True)
    elements = fields.List(fields.Nested(TimedElement))


@api.route("/heat")
@problems
@api.response(200, TimedProcesses)
def list_heats() -> dict[str, Any]:
    """可以看快慢的流程"""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        return {"items": sorted(versions.newest(uow.session, "process"), key=lambda one: one.name)}


@api.route("/heat/<key>")
@problems
@api.arguments(HeatQuery, location="query")
@api.response(200, Heat, example=EXAMPLE)
def read_heat(asked: dict[str, Any], key: str) -> dict[str, Any]:
    """一个流程的快慢:每一步等了多久、办了多久、停着几件、一次通过率;只算自己范围内的"""
    with system().bihuan.unit_of_work(acting_now().reading) as uow:
        view = heat_view(uow, key, asked["version"])
    elements = [
        vars(one) | {"waited": _days(one.waited), "worked": _days(one.worked), "first_pass": one.rate}
        for one in view.spots
    ]
    slowest = view.slowest.element_id if view.slowest else None
    named = {"process": key, "name": view.row.name, "version": view.row.version}
    return {**named, "now": view.now, "slowest": slowest, "elements": elements}


def _days(times: tuple[float, float] | None) -> dict[str, float] | None:
    return {"median": round(times[0], 2), "p90": round(times[1], 2)} if times else None
