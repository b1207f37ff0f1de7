"""The policy in force, and what the bureau confirms of it."""

from typing import Any

from flask import Response
from marshmallow import Schema, fields, validate

from engine.uow import UnitOfWork
from host.web.context import acting_now, system
from host.web.pages.policy import chosen
from host.web.rest import schemas
from host.web.rest.commanding import carried_out, done
from host.web.rest.definitions import answer
from host.web.rest.interface import api, command, problems
from host.web.rest.schemas import described
from ledger import confirmations
from ledger.policies_in_force import in_force, newer
from ledger.policy.showing import shown

CONFIRMATION = {
    "year": 2022,
    "key": "dept_eval.cycle_years",
    "note": "局长办公会纪要 2022 年第 3 号",
    "stands": True,
}
VALUE = {
    "key": "self_eval.deadline",
    "worded": "次年 2 月 15 日",
    "rules": ["SW-R46"],
    "to_confirm": "",
    "confirmed": "",
}


POLICY = {
    "place": "…",
    "policy": "cn-default",
    "year": 2022,
    "to_confirm": 5,
    "packs": [{"id": "cn-default", "version": 2, "hash": "…"}],
    "newer": [],
    "values": [VALUE],
}


class Which(Schema):
    """Whose policy, of which budget year; by default one's own and the latest that was opened."""

    place = fields.String(load_default="", validate=validate.Length(max=100), metadata=described("地区代码"))
    year = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(2000, 2100))


class Confirmation(Which):
    """A value is confirmed for the bureau, or (stands: false) a confirmation is taken back. note: on what grounds."""

    key = fields.String(required=True, metadata=described("参数", "dept_eval.cycle_years"))
    note = fields.String(required=True, validate=validate.Length(1, confirmations.LONGEST_NOTE))
    stands = fields.Boolean(load_default=True)


@api.route("/policy")
@problems
@api.arguments(Which, location="query")
@api.response(200, schemas.Loose, example=POLICY)
def read_policy(asked: dict[str, Any]) -> Response:
    """现行制度:每个取值、依据、是否待本局确认"""
    with system().bihuan.unit_of_work(acting_now().reading) as uow:
        _, place, year = chosen(uow, asked["place"], asked["year"])
        pack = in_force(uow.session, place, year)
        since = newer(place, pack)
    said = {"place": place.code, "policy": pack.id, "year": year, "to_confirm": len(pack.inferred)}
    said |= {"packs": pack.packs, "newer": [one.as_json() for one in since.differences] if since else []}
    return answer(said | {"values": shown(pack)})


@api.route("/policy/confirmations", methods=["POST"])
@command
@api.arguments(Confirmation, example=CONFIRMATION)
@api.response(200, schemas.Commanded)
def confirm_value(sent: dict[str, Any]) -> Response:
    """确认一个待定的取值,或收回确认"""

    def act(uow: UnitOfWork) -> Any:
        _, place, year = chosen(uow, sent["place"], sent["year"])
        run = confirmations.confirm if sent["stands"] else confirmations.take_back
        run(
            uow,
            place.id,
            in_force(uow.session, place, year),
            sent["key"],
            sent["note"],
            by=acting_now().actor,
        )
        return done(sent["key"], "policy.confirm" if sent["stands"] else "policy.take_back")

    return carried_out(act)
