"""Late submissions, circulars and what the assessment counts of a year, for programs."""

from typing import Any

from marshmallow import Schema, fields, validate

from host.web.context import acting_now, system
from host.web.figures_wanted import place_of
from host.web.rest.interface import api, problems
from host.web.rest.schemas import described
from host.web.year.lateness import MOST, lateness_of

LARGEST = 2**53
EXAMPLE = {
    "units": [{"unit_id": 12, "unit": "水利局", "late": 2, "missing": 1, "days": 9, "circulars": 1, "returned": 0,
               "unrectified": 0, "points": "96.00"}],
    "circulars": [{"id": 3, "stage": "self_evaluation", "checkpoint": 1, "title": "关于单位自评迟报情况的通报", "number": "财绩〔2021〕3号",
                   "issued_at": "2021-02-25T09:00:00+08:00", "issued_by": "王五", "withheld": None}],
    "late": [{"task_id": "0f6c2c1e-0000-4000-8000-000000000001", "stage": "self_evaluation", "checkpoint": 1, "round": 1,
              "unit": "水利局", "subject_code": "P0007", "project": "灌区改造", "name": "填报自评表", "due_on": "2021-02-15",
              "delivered_on": None, "circular_id": 3, "left_out": None}],
    "more": False,
}  # fmt: skip


class LatenessQuery(Schema):
    """Of which unit or circular; none: all."""

    unit = fields.Integer(
        load_default=None, validate=validate.Range(1, LARGEST), metadata=described("单位编号")
    )
    circular = fields.Integer(
        load_default=None, validate=validate.Range(1, LARGEST), metadata=described("通报编号")
    )


class UnitStanding(Schema):
    """What the assessment counts of a unit. missing: of the late ones not handed in by now; days: all were late together."""

    unit_id = fields.Integer()
    unit = fields.String()
    late = fields.Integer()
    missing = fields.Integer()
    days = fields.Integer()
    circulars = fields.Integer()
    returned = fields.Integer()
    unrectified = fields.Integer()
    points = fields.Decimal(as_string=True, allow_none=True)


class CircularNotice(Schema):
    """A circular of a stage's round. issued_at: none while it waits; withheld: why it is not issued."""

    id = fields.Integer()
    stage = fields.String()
    checkpoint = fields.Integer()
    title = fields.String()
    number = fields.String(allow_none=True)
    issued_at = fields.AwareDateTime(allow_none=True)
    issued_by = fields.String(allow_none=True)
    withheld = fields.String(allow_none=True)


class LateLine(Schema):
    """A late submission. round: of the task, counted up by returns; left_out: why the circular does not list it."""

    task_id = fields.UUID()
    stage = fields.String()
    checkpoint = fields.Integer()
    round = fields.Integer()
    unit = fields.String()
    subject_code = fields.String()
    project = fields.String(allow_none=True)
    name = fields.String()
    due_on = fields.Date()
    delivered_on = fields.Date(allow_none=True)
    circular_id = fields.Integer(allow_none=True)
    left_out = fields.String(allow_none=True)


class LatenessOfYear(Schema):
    """A year. more: there are further late submissions than the first 500; ask for one unit."""

    units = fields.List(fields.Nested(UnitStanding))
    circulars = fields.List(fields.Nested(CircularNotice))
    late = fields.List(fields.Nested(LateLine))
    more = fields.Boolean()


@api.route("/years/<int:year>/lateness")
@problems
@api.arguments(LatenessQuery, location="query")
@api.response(200, LatenessOfYear, example=EXAMPLE)
def read_lateness(asked: dict[str, Any], year: int) -> dict[str, Any]:
    """迟报登记、通报和考核依据"""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        view = lateness_of(uow, place_of(uow).id, year, asked["unit"], asked["circular"])
        units = [vars(one) | {"points": view.points.get(one.unit_id)} for one in view.units]
        rows = view.rows[:MOST]
        return {
            "units": units,
            "circulars": list(view.circulars),
            "late": rows,
            "more": len(view.rows) > MOST,
        }
