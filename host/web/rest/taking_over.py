"""A running year and the newer versions of its policy pack for programs: what taking over would do, doing it."""

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
from host.web.rest.schemas import described
from ledger.taking_over.commands import take_over
from ledger.taking_over.foreseeing import foreseen
from ledger.taking_over.telling import told

PAGE = "/years/<int:year>/newer-pack"
TOLD = {
    "year": 2021,
    "seen": "5d0c…",
    "packs": [{"id": "cn-default", "version": 2, "hash": "…"}],
    "taken": [{"key": "rectification.days", "before": 10, "after": 15}],
    "kept": [{"key": "target.core_indicators", "stages": ["target"]}],
    "days": [
        {"stage": "target", "round": 1, "what": "due", "from": "2020-11-30", "to": "2020-12-08"},
        {
            "stage": "monitoring",
            "round": 1,
            "what": "opens",
            "from": "2021-08-01",
            "to": "2021-05-01",
            "at_once": True,
        },
    ],
    "tasks": [
        {"stage": "target", "name": "填报绩效目标", "from": "2020-11-30", "to": "2020-12-08", "tasks": 31}
    ],
}


class TakenOver(Schema):
    """Why, and what was looked at: `seen` of the answer that said what it would do."""

    reason = fields.String(required=True, validate=validate.Length(1, 1000))
    seen = fields.String(
        required=True, validate=validate.Length(1, 100), metadata=described("查看时得到的 seen")
    )


@api.route(PAGE)
@problems
@api.response(200, schemas.Loose, example=TOLD)
def read_newer_pack(year: int) -> Response:
    """年度改用线上的政策包会怎样:会改的、不变的取值,会移动的日子和任务;不写入"""
    with system().bihuan.unit_of_work(acting_now().reading) as uow:
        place = mine(uow)
        return answer(told(uow, place, foreseen(uow, place, year), by=acting_now().actor))


@api.route(PAGE, methods=["POST"])
@keyed
@api.arguments(TakenOver, example={"reason": "县政府办通知", "seen": "5d0c…"})
@api.response(200, schemas.Commanded, example={"id": "2021", "command": "year.take_over"})
def take_over_pack(sent: dict[str, Any], year: int) -> Response:
    """年度改用线上的政策包"""

    def act(uow: UnitOfWork) -> Any:
        take_over(uow, mine(uow), year, sent["reason"], seen=sent["seen"], by=acting_now().actor)
        return done(str(year), "year.take_over")

    return carried_out(act, scope=EVERYWHERE)
