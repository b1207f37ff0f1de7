"""Processes, decisions, forms and policy packs: what is in force, their versions and texts."""

from typing import Any

from flask import Response

from engine import versions
from engine.json_values import dumps
from host.publishing.kinds import kind_of
from host.publishing.offering import all_in_force, facts_of
from host.web.context import acting_now, system
from host.web.pages.definitions import found
from host.web.rest import schemas
from host.web.rest.interface import api, problems

ALL = "/definitions/<folder>"
VERSION = {"key": "target", "version": 3, "name": "绩效目标申报与审核", "published_by": "流程管理员"}


@api.route(ALL)
@problems
@api.response(200, schemas.Loose, example={"items": [VERSION]})
def list_definitions(folder: str) -> Response:
    """现在用的流程、决策、表单或政策包"""
    with system().bihuan.unit_of_work(acting_now().reading) as uow:
        rows = all_in_force(uow.session, kind_of(folder))
    return answer({"items": [facts_of(row) for row in rows]})


@api.route(f"{ALL}/<key>")
@problems
@api.response(200, schemas.Loose, example={"items": [VERSION]})
def list_versions(folder: str, key: str) -> Response:
    """一个定义发布过的版本,新的在前"""
    with system().bihuan.unit_of_work(acting_now().reading) as uow:
        found(uow, kind_of(folder), key, None)
        rows = versions.versions(uow.session, kind_of(folder).code, key)
    return answer({"items": [facts_of(row) for row in rows]})


@api.route(f"{ALL}/<key>/versions/<int:version>")
@problems
@api.response(200, schemas.Loose, example=VERSION | {"content": "…"})
def read_version(folder: str, key: str, version: int) -> Response:
    """一个版本的全文;0 是现在用的"""
    with system().bihuan.unit_of_work(acting_now().reading) as uow:
        row = found(uow, kind_of(folder), key, version or None)
    return answer(facts_of(row) | {"content": row.xml})


def answer(body: dict[str, Any], status: int = 200) -> Response:
    """Return an answer as JSON."""
    return Response(dumps(body), status, content_type="application/json")
