"""The holidays of a year for programs: what is published, what another arrangement would move, publishing it."""

from typing import Any

from flask import Response
from marshmallow import Schema, fields, validate

from engine.scope import EVERYWHERE
from engine.uow import UnitOfWork
from host.web.context import acting_now, system
from host.web.pages.years import mine
from host.web.rest import schemas
from host.web.rest.commanding import carried_out, done
from host.web.rest.definitions import answer
from host.web.rest.interface import api, keyed, problems
from ledger.holidays import moving, notice
from ledger.holidays.foreseeing import tasks_that_move
from ledger.holidays.moving import Moves
from ledger.holidays.versions import calendar_of, keep, published

YEAR = fields.Integer(required=True, validate=validate.Range(2000, 2100))
SENT = {"year": 2027, "arrangement": "元旦 2027-01-01 至 2027-01-03", "note": "通知文号", "seen": 0}
PUBLISHED = {"version": 1, "arrangement": "元旦 2027-01-01 至 2027-01-03", "closures": ""}
MOVED = {"stage": "monitoring", "year": 2027, "from": "2027-01-03", "to": "2027-01-04"}
TASKS = {"stage": "monitoring", "name": "填报监控表", "from": "2027-01-03", "to": "2027-01-04", "tasks": 31}


class CalendarYear(Schema):
    """Which year."""

    year = YEAR


class Arrangement(Schema):
    """The holidays of a calendar year, a line per item or the paragraphs of the notice. seen: the latest version read."""

    year = YEAR
    arrangement = fields.String(required=True, validate=validate.Length(max=4000))
    closures = fields.String(load_default="", validate=validate.Length(max=4000))
    note = fields.String(required=True, validate=validate.Length(1, 200))
    seen = fields.Integer(load_default=0)
    dry_run = fields.Boolean(load_default=False)


@api.route("/calendar")
@problems
@api.arguments(CalendarYear, location="query")
@api.response(200, schemas.Loose, example={"year": 2027, "known": True, "versions": [PUBLISHED]})
def read_calendar(asked: dict[str, Any]) -> Response:
    """一年的节假日安排:发布过的版本,新的在前"""
    with system().bihuan.unit_of_work(acting_now().reading) as uow:
        place, year = mine(uow), asked["year"]
        rows, holds = published(uow.session, place.id, year), calendar_of(uow.session, place.id)
    versions = [{"version": one.version, "note": one.note, **one.body} for one in rows]
    return answer({"year": year, "known": holds.is_known(year), "versions": versions})


@api.route("/calendar", methods=["POST"])
@keyed
@api.arguments(Arrangement, example=SENT)
@api.response(200, schemas.Loose, example={"id": "2027", "command": "calendar.publish", "moved": [MOVED]})
def publish_arrangement(sent: dict[str, Any]) -> Response:
    """发布一年的节假日安排,说明移动了哪些阶段的截止日;dry_run 只说明会移动什么"""
    if sent["dry_run"]:
        return _foreseen(sent)

    def act(uow: UnitOfWork) -> Any:
        place, year, by = mine(uow), sent["year"], acting_now().actor
        texts = (sent["arrangement"], sent["closures"], sent["note"])
        found = moving.moves(uow, place, keep(uow, place.id, year, *texts, seen=sent["seen"], by=by))
        moving.move(uow, found, by=by)
        return {**done(str(year), "calendar.publish"), "moved": _shifts(found)}

    return carried_out(act, scope=EVERYWHERE)


def _foreseen(sent: dict[str, Any]) -> Response:
    with system().bihuan.unit_of_work(acting_now().reading) as uow:
        place = mine(uow)
        holds = calendar_of(uow.session, place.id)
        shown = notice.overlaid(holds, sent["year"], sent["arrangement"], sent["closures"])
        found = moving.moves(uow, place, shown)
        tasks = tasks_that_move(uow, place.id, found.batches, by=acting_now().actor)
    return answer(
        {
            "dry_run": True,
            "moved": _shifts(found),
            "tasks": [
                {
                    "stage": one.stage,
                    "year": one.year,
                    "name": one.name,
                    "from": one.old,
                    "to": one.new,
                    "tasks": one.tasks,
                }
                for one in tasks
            ],
        }
    )


def _shifts(found: Moves) -> list[dict[str, Any]]:
    return [
        {"stage": one.stage, "year": one.year, "from": one.old, "to": one.new}
        for one in found.shifts
        if one.moves
    ]
