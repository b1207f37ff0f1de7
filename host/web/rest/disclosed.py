"""What is disclosed, for programs: without signing in, of places that are switched on."""

from typing import Any

from flask import Response
from marshmallow import Schema, fields, validate

from engine.errors import NotFound
from engine.json_values import dumps
from engine.scope import Scope
from host.web.context import system
from host.web.pages.public import kept, opened
from host.web.public.site import KINDS, MISSING
from host.web.rest.interface import api, problems
from host.web.rest.schemas import Loose
from ledger.disclosing import reading, telling

PROJECT = {"code": "N1", "name": "渠道维修", "department": "农业农村局", "grade": "优"}
NOT_SAID = frozenset({"instance_id", "department_code"})


class DisclosedAsked(Schema):
    """department: only its projects."""

    department = fields.String(load_default="", validate=validate.Length(max=100))


@api.route("/public/<place>/<int:year>/<kind>")
@problems
@api.arguments(DisclosedAsked, location="query")
@api.response(200, Loose, example={"place": "…", "year": 2021, "kind": "results", "projects": [PROJECT]})
def read_disclosed(query: dict[str, Any], place: str, year: int, kind: str) -> Response:
    """已公开的项目:results 结果,targets 目标;不用登录"""
    if kind not in KINDS:
        raise NotFound(MISSING, code="public.nothing")
    with system().bihuan.unit_of_work() as uow:
        chosen = opened(uow, place)
    with system().bihuan.unit_of_work(Scope(chosen.id)) as uow:
        found = reading.projects(uow.session, KINDS[kind], chosen.id, year, department=query["department"])
    said = {"place": place, "year": year, "kind": kind, "projects": [_plain(row) for row in found]}
    return kept(dumps(said), "application/json")


def _plain(row: reading.Row) -> dict[str, Any]:
    return {
        name: telling.without_persons(value) if isinstance(value, str) else value
        for name, value in row.items()
        if name not in NOT_SAID
    }
