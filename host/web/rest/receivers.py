"""Systems that are told what happens. What gives a key takes no Idempotency-Key: it is kept nowhere."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response

from engine.json_values import dumps
from engine.scope import EVERYWHERE
from engine.uow import UnitOfWork
from host.web.context import acting_now, system
from host.web.ground import ground
from host.web.rest import system_schemas as schemas
from host.web.rest.commanding import carried_out, done
from host.web.rest.interface import api, keyed, problems
from host.web.rest.schemas import Commanded
from webhooks import delivering, endpoints, showing

EXAMPLE = {"name": "总线", "address": "https://bus.example.org/in", "event_types": ["task.*"]}
DONE = {"id": "1", "command": "webhook.pause"}
KEY = {"id": "1", "command": "webhook.add", "key": "whsec_…"}


@api.route("/systems/receivers")
@problems
@api.response(200, schemas.Receivers)
def list_receivers() -> dict[str, Any]:
    """推送给谁"""
    with system().bihuan.unit_of_work() as uow:
        return {"items": showing.endpoints(uow)}


@api.route("/systems/receivers", methods=["POST"])
@problems
@api.arguments(schemas.ReceiverAdded, example=EXAMPLE)
@api.response(201, schemas.KeyMade, example=KEY)
def add_receiver(sent: dict[str, Any]) -> Response:
    """新增接收方;签名密钥只在回答里出现一次"""
    sent.pop("place", None)
    bihuan, by = system().bihuan, acting_now().own
    with bihuan.unit_of_work() as uow:
        made, key = endpoints.add(uow, bihuan.post().vault, jurisdiction_id=ground(uow), by=by, **sent)
    return told(made, "webhook.add", key, 201)


@api.route("/systems/receivers/<int:endpoint_id>", methods=["PUT"])
@keyed
@api.arguments(schemas.ReceiverWritten, example=EXAMPLE)
@api.response(200, Commanded, example={**DONE, "command": "webhook.change"})
def change_receiver(sent: dict[str, Any], endpoint_id: int) -> Response:
    """修改接收方"""
    by = acting_now().own
    return carried(
        endpoint_id, "webhook.change", lambda uow: endpoints.change(uow, endpoint_id, **sent, by=by)
    )


@api.route("/systems/receivers/<int:endpoint_id>", methods=["DELETE"])
@keyed
@api.response(200, Commanded, example={**DONE, "command": "webhook.remove"})
def remove_receiver(endpoint_id: int) -> Response:
    """删除接收方和它的推送记录"""
    by = acting_now().own
    return carried(endpoint_id, "webhook.remove", lambda uow: endpoints.remove(uow, endpoint_id, by=by))


@api.route("/systems/receivers/<int:endpoint_id>/pause", methods=["POST"])
@keyed
@api.arguments(schemas.Because, example={"reason": "对方维护"})
@api.response(200, Commanded, example=DONE)
def pause_receiver(sent: dict[str, Any], endpoint_id: int) -> Response:
    """暂停推送"""
    by = acting_now().own
    return carried(
        endpoint_id, "webhook.pause", lambda uow: endpoints.pause(uow, endpoint_id, sent["reason"], by=by)
    )


@api.route("/systems/receivers/<int:endpoint_id>/resume", methods=["POST"])
@keyed
@api.response(200, Commanded, example={**DONE, "command": "webhook.resume"})
def resume_receiver(endpoint_id: int) -> Response:
    """恢复推送"""
    by = acting_now().own
    return carried(endpoint_id, "webhook.resume", lambda uow: endpoints.resume(uow, endpoint_id, by=by))


@api.route("/systems/receivers/<int:endpoint_id>/test", methods=["POST"])
@keyed
@api.response(200, Commanded, example={**DONE, "command": "webhook.test"})
def test_receiver(endpoint_id: int) -> Response:
    """发一条试试"""
    by = acting_now().own
    return carried(endpoint_id, "webhook.test", lambda uow: endpoints.send_test(uow, endpoint_id, by=by))


@api.route("/systems/receivers/<int:endpoint_id>/replay", methods=["POST"])
@keyed
@api.response(200, Commanded, example={**DONE, "command": "webhook.replay"})
def replay_receiver(endpoint_id: int) -> Response:
    """重发所有送不到的"""
    by = acting_now().own
    return carried(endpoint_id, "webhook.replay", lambda uow: delivering.replay_dead(uow, endpoint_id, by=by))


@api.route("/systems/receivers/<int:endpoint_id>/new-key", methods=["POST"])
@problems
@api.response(200, schemas.KeyMade, example={**KEY, "command": "webhook.new_key"})
def new_receiver_key(endpoint_id: int) -> Response:
    """换签名密钥;旧的还能用七天"""
    bihuan = system().bihuan
    with bihuan.unit_of_work() as uow:
        key = endpoints.new_key(uow, bihuan.post().vault, endpoint_id, by=acting_now().own)
    return told(endpoint_id, "webhook.new_key", key, 200)


@api.route("/systems/receivers/<int:endpoint_id>/deliveries")
@problems
@api.arguments(schemas.DeliveryQuery, location="query")
@api.response(200, schemas.Deliveries)
def list_deliveries(asked: dict[str, Any], endpoint_id: int) -> dict[str, Any]:
    """推送记录,新的在前"""
    with system().bihuan.unit_of_work() as uow:
        showing.endpoint(uow, endpoint_id)
        skipped = (asked["page"] - 1) * showing.PAGE
        return {"items": showing.deliveries(uow, endpoint_id, status=asked["status"], skipped=skipped)}


@api.route("/systems/deliveries/<uuid:delivery_id>")
@problems
@api.response(200, schemas.DeliveryShown)
def read_delivery(delivery_id: UUID) -> dict[str, Any]:
    """一条推送:内容和每次的应答"""
    with system().bihuan.unit_of_work() as uow:
        one, attempts, body = showing.delivery(uow, delivery_id)
    return {"id": one.id, "type": one.type, "status": one.status, "body": body, "attempts": attempts}


@api.route("/systems/deliveries/<uuid:delivery_id>/replay", methods=["POST"])
@keyed
@api.response(200, Commanded, example={**DONE, "command": "webhook.replay"})
def replay_delivery(delivery_id: UUID) -> Response:
    """用同一编号重发"""
    by = acting_now().own

    def run(uow: UnitOfWork) -> None:
        showing.delivery(uow, delivery_id)
        delivering.replay(uow, [delivery_id], by=by)

    return carried(delivery_id, "webhook.replay", run)


def carried(thing: int | UUID, command: str, run: Callable[[UnitOfWork], object]) -> Response:
    """Carry a command about another system out, everywhere: these are the administrator's."""

    def act(uow: UnitOfWork) -> Any:
        run(uow)
        return done(str(thing), command)

    return carried_out(act, scope=EVERYWHERE)


def told(thing: int, command: str, key: str, status: int) -> Response:
    """Tell a key, this once."""
    said = {**done(str(thing), command), "key": key}
    return Response(dumps(said), status, content_type="application/json")
