"""Robots of organisations' groups; addresses and secrets go in and never come out."""

from collections.abc import Callable
from typing import Any

from flask import Response
from marshmallow import Schema, fields, validate

from engine.scope import EVERYWHERE
from engine.uow import UnitOfWork
from host.telling import robots
from host.telling.contacts import KINDS
from host.web.context import acting_now, system
from host.web.ground import ground
from host.web.rest.commanding import carried_out, done
from host.web.rest.interface import api, keyed, problems
from host.web.rest.register_schemas import PlaceQuery
from host.web.rest.schemas import Commanded, described

SHOWN = (
    "id",
    "organisation_id",
    "organisation",
    "channel",
    "name",
    "kinds",
    "language",
    "paused_at",
    "created_at",
)
WRITTEN = {"name": "绩效群", "address": "https://robot.example.org/send?key=…", "kinds": ["reminder"]}
DONE = {"id": "1", "command": "robot.pause"}


class RobotWritten(Schema):
    """What a robot tells, in which group. address and secret are kept encrypted."""

    name = fields.String(required=True, validate=validate.Length(1, robots.LONGEST_NAME))
    address = fields.String(
        load_default="",
        validate=validate.Length(max=2000),
        metadata=described("当作密码保管,从不返回;修改时留空表示不换"),
    )
    secret = fields.String(
        load_default="",
        validate=validate.Length(max=robots.LONGEST_SECRET),
        metadata=described("钉钉、飞书的加签密钥,从不返回"),
    )
    kinds = fields.List(fields.String(validate=validate.OneOf(KINDS)), required=True)
    language = fields.String(load_default="zh", validate=validate.OneOf(robots.LANGUAGES))


class RobotAdded(RobotWritten):
    """The same, of which organisation, through what."""

    organisation_id = fields.Integer(required=True)
    channel = fields.String(required=True, validate=validate.OneOf([*robots.CHANNELS]))


class RobotShown(Schema):
    """A robot; never its address nor its secret."""

    id = fields.Integer()
    organisation_id = fields.Integer()
    organisation = fields.String()
    channel = fields.String()
    name = fields.String()
    kinds = fields.List(fields.String())
    language = fields.String()
    paused_at = fields.DateTime(allow_none=True)
    created_at = fields.DateTime()


class RobotsShown(Schema):
    """Those of a jurisdiction, by organisation."""

    items = fields.List(fields.Nested(RobotShown))


@api.route("/robots")
@problems
@api.arguments(PlaceQuery, location="query")
@api.response(200, RobotsShown)
def list_robots(asked: dict[str, Any]) -> dict[str, Any]:
    """群机器人"""
    with system().bihuan.unit_of_work() as uow:
        rows = robots.listed(uow, ground(uow))
    return {"items": [{name: getattr(row, name) for name in SHOWN} for row in rows]}


@api.route("/robots", methods=["POST"])
@keyed
@api.arguments(RobotAdded, example={**WRITTEN, "organisation_id": 10, "channel": "wecom"})
@api.response(200, Commanded, example={**DONE, "command": "robot.add"})
def add_robot(sent: dict[str, Any]) -> Response:
    """添加群机器人;地址和密钥不再返回"""
    postman, by = system().bihuan.postman(), acting_now().own

    def act(uow: UnitOfWork) -> Any:
        made = robots.add(uow, postman.vault, postman.schemes, **sent, by=by)
        return done(str(made), "robot.add")

    return carried_out(act, scope=EVERYWHERE)


@api.route("/robots/<int:robot_id>", methods=["PUT"])
@keyed
@api.arguments(RobotWritten, example=WRITTEN)
@api.response(200, Commanded, example={**DONE, "command": "robot.change"})
def change_robot(sent: dict[str, Any], robot_id: int) -> Response:
    """修改群机器人;地址留空就不换"""
    postman, by = system().bihuan.postman(), acting_now().own

    def act(uow: UnitOfWork) -> Any:
        robots.change(uow, postman.vault, postman.schemes, robot_id, **sent, by=by)
        return done(str(robot_id), "robot.change")

    return carried_out(act, scope=EVERYWHERE)


@api.route("/robots/<int:robot_id>", methods=["DELETE"])
@keyed
@api.response(200, Commanded, example={**DONE, "command": "robot.remove"})
def remove_robot(robot_id: int) -> Response:
    """删除群机器人和它的发送记录"""
    return _carried(robot_id, "robot.remove", robots.remove)


@api.route("/robots/<int:robot_id>/pause", methods=["POST"])
@keyed
@api.response(200, Commanded, example=DONE)
def pause_robot(robot_id: int) -> Response:
    """暂停;其间的消息以后也不补发"""
    return _carried(robot_id, "robot.pause", robots.pause)


@api.route("/robots/<int:robot_id>/resume", methods=["POST"])
@keyed
@api.response(200, Commanded, example={**DONE, "command": "robot.resume"})
def resume_robot(robot_id: int) -> Response:
    """恢复"""
    return _carried(robot_id, "robot.resume", robots.resume)


@api.route("/robots/<int:robot_id>/test", methods=["POST"])
@keyed
@api.response(200, Commanded, example={**DONE, "command": "robot.test"})
def test_robot(robot_id: int) -> Response:
    """发一条测试消息"""
    return _carried(robot_id, "robot.test", robots.test)


def _carried(robot_id: int, command: str, run: Callable[..., None]) -> Response:
    by = acting_now().own

    def act(uow: UnitOfWork) -> Any:
        run(uow, robot_id, by=by)
        return done(str(robot_id), command)

    return carried_out(act, scope=EVERYWHERE)
