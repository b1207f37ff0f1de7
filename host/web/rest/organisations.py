"""Organisations: the tree; add, change, close."""

from typing import Any

from flask import Response

from engine.scope import EVERYWHERE
from engine.uow import UnitOfWork
from host.web.context import acting_now, system
from host.web.ground import ground, ground_of, within
from host.web.rest import register_schemas as schemas
from host.web.rest.commanding import carried_out, done
from host.web.rest.interface import api, keyed, problems
from host.web.rest.schemas import Commanded
from ledger.roster import organisations
from ledger.roster.tree import tree

DONE = {"id": "12", "command": "organisation.add"}
EXAMPLE = {"code": "101001", "name": "县交通运输局", "kind": "department", "parent_id": None}


@api.route("/organisations")
@problems
@api.arguments(schemas.PlaceQuery, location="query")
@api.response(200, schemas.Organisations)
def list_organisations(asked: dict[str, Any]) -> dict[str, Any]:
    """单位,上级在前;本单位的人只看到本单位和下级"""
    with system().bihuan.unit_of_work() as uow:
        return {"items": tree(uow, ground(uow), within())}


@api.route("/organisations", methods=["POST"])
@keyed
@api.arguments(schemas.PlaceQuery, location="query")
@api.arguments(schemas.Organisation, example=EXAMPLE)
@api.response(201, Commanded, example=DONE)
def add_organisation(asked: dict[str, Any], sent: dict[str, Any]) -> Response:
    """新增单位"""

    def act(uow: UnitOfWork) -> Any:
        parent = sent["parent_id"]
        place = ground_of(uow, parent) if parent else ground(uow)
        entry = organisations.Entry(sent["code"], sent["name"], sent["kind"], parent)
        made = organisations.add(uow, place, entry, by=acting_now().own)
        return done(str(made), "organisation.add")

    return carried_out(act, status=201, scope=EVERYWHERE)


@api.route("/organisations/<int:organisation_id>", methods=["PUT"])
@keyed
@api.arguments(schemas.OrganisationChange, example={"name": "县交通局", "parent_id": None})
@api.response(200, Commanded, example={**DONE, "command": "organisation.change"})
def change_organisation(sent: dict[str, Any], organisation_id: int) -> Response:
    """改单位的名称或上级"""

    def act(uow: UnitOfWork) -> Any:
        place, by = ground_of(uow, organisation_id), acting_now().own
        organisations.change(uow, place, organisation_id, sent["name"], sent["parent_id"], by=by)
        return done(str(organisation_id), "organisation.change")

    return carried_out(act, scope=EVERYWHERE)


@api.route("/organisations/<int:organisation_id>/close", methods=["POST"])
@keyed
@api.arguments(schemas.Day, example={"on": "2022-12-31"})
@api.response(200, Commanded, example={**DONE, "command": "organisation.close"})
def close_organisation(sent: dict[str, Any], organisation_id: int) -> Response:
    """撤销单位;还有人在岗则不能"""

    def act(uow: UnitOfWork) -> Any:
        place, by = ground_of(uow, organisation_id), acting_now().own
        organisations.close(uow, place, organisation_id, sent["on"], by=by)
        return done(str(organisation_id), "organisation.close")

    return carried_out(act, scope=EVERYWHERE)
