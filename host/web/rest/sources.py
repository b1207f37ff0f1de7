"""Systems that call, their calls, and what waits to be matched."""

from typing import Any

from flask import Response

from host.web.context import acting_now, system
from host.web.ground import ground
from host.web.rest import system_schemas as schemas
from host.web.rest.interface import api, keyed, problems
from host.web.rest.receivers import carried, told
from host.web.rest.schemas import Commanded
from webhooks.inbound import quarantine, sources

EXAMPLE = {"name": "一体化系统", "call_types": ["payment.progress"], "messages": []}
DONE = {"id": "1", "command": "source.pause"}
KEY = {"id": "1", "command": "source.add", "key": "whsec_…"}


@api.route("/systems/sources")
@problems
@api.response(200, schemas.SourcesShown)
def list_sources() -> dict[str, Any]:
    """谁可以来信"""
    with system().bihuan.unit_of_work() as uow:
        return {"items": quarantine.sources(uow)}


@api.route("/systems/sources", methods=["POST"])
@problems
@api.arguments(schemas.SourceAdded, example=EXAMPLE)
@api.response(201, schemas.KeyMade, example=KEY)
def add_source(sent: dict[str, Any]) -> Response:
    """新增来源;签名密钥只在回答里出现一次"""
    sent.pop("place", None)
    bihuan, by = system().bihuan, acting_now().own
    with bihuan.unit_of_work() as uow:
        made, key = sources.add(uow, bihuan.source_vault(), jurisdiction_id=ground(uow), by=by, **sent)
    return told(made, "source.add", key, 201)


@api.route("/systems/sources/<int:source_id>", methods=["PUT"])
@keyed
@api.arguments(schemas.SourceWritten, example=EXAMPLE)
@api.response(200, Commanded, example={**DONE, "command": "source.change"})
def change_source(sent: dict[str, Any], source_id: int) -> Response:
    """修改来源"""
    by = acting_now().own
    return carried(source_id, "source.change", lambda uow: sources.change(uow, source_id, **sent, by=by))


@api.route("/systems/sources/<int:source_id>/pause", methods=["POST"])
@keyed
@api.arguments(schemas.Because, example={"reason": "对方维护"})
@api.response(200, Commanded, example=DONE)
def pause_source(sent: dict[str, Any], source_id: int) -> Response:
    """暂停接收"""
    by = acting_now().own
    return carried(
        source_id, "source.pause", lambda uow: sources.pause(uow, source_id, sent["reason"], by=by)
    )


@api.route("/systems/sources/<int:source_id>/resume", methods=["POST"])
@keyed
@api.response(200, Commanded, example={**DONE, "command": "source.resume"})
def resume_source(source_id: int) -> Response:
    """恢复接收"""
    by = acting_now().own
    return carried(source_id, "source.resume", lambda uow: sources.resume(uow, source_id, by=by))


@api.route("/systems/sources/<int:source_id>/new-key", methods=["POST"])
@problems
@api.response(200, schemas.KeyMade, example={**KEY, "command": "source.new_key"})
def new_source_key(source_id: int) -> Response:
    """换签名密钥;旧的还能用七天"""
    bihuan = system().bihuan
    with bihuan.unit_of_work() as uow:
        key = sources.new_key(uow, bihuan.source_vault(), source_id, by=acting_now().own)
    return told(source_id, "source.new_key", key, 200)


@api.route("/systems/calls")
@problems
@api.arguments(schemas.CallQuery, location="query")
@api.response(200, schemas.CallsShown)
def list_calls(asked: dict[str, Any]) -> dict[str, Any]:
    """来信,新的在前;status=quarantined 是待核对的"""
    page = asked.pop("page")
    with system().bihuan.unit_of_work() as uow:
        return {"items": quarantine.calls(uow, **asked, skipped=(page - 1) * quarantine.PAGE)}


@api.route("/systems/calls/<int:call_id>")
@problems
@api.response(200, schemas.CallShown)
def read_call(call_id: int) -> Any:
    """一封来信"""
    with system().bihuan.unit_of_work() as uow:
        return quarantine.call(uow, call_id)


@api.route("/systems/calls/<int:call_id>/retry", methods=["POST"])
@keyed
@api.arguments(schemas.Matches, example={"matches": {"project:OLD-1": "P1"}})
@api.response(200, Commanded, example={**DONE, "command": "call.retry"})
def retry_call(sent: dict[str, Any], call_id: int) -> Response:
    """再试一封来信;可写明对方的编码在本系统里是什么"""
    by = acting_now().own
    return carried(call_id, "call.retry", lambda uow: quarantine.retry(uow, call_id, sent["matches"], by=by))


@api.route("/systems/calls/<int:call_id>/drop", methods=["POST"])
@keyed
@api.arguments(schemas.Because, example={"reason": "对方发错"})
@api.response(200, Commanded, example={**DONE, "command": "call.drop"})
def drop_call(sent: dict[str, Any], call_id: int) -> Response:
    """不处理一封来信"""
    by = acting_now().own
    return carried(call_id, "call.drop", lambda uow: quarantine.drop(uow, call_id, sent["reason"], by=by))
