"""A file that a program offers: checked, published as the next version; and the way back."""

from dataclasses import asdict
from typing import Any

from flask import Response
from marshmallow import Schema, fields, validate

from engine import versions
from engine.differences import Difference
from engine.uow import UnitOfWork
from host.publishing import offering
from host.publishing.kinds import kind_of
from host.web.context import acting_now, system
from host.web.refusals import difference
from host.web.rest import schemas
from host.web.rest.commanding import carried_out
from host.web.rest.definitions import ALL, answer
from host.web.rest.interface import api, command, problems
from host.web.rest.schemas import described

CONTENT = {"content": '<?xml version="1.0"?><bpmn:definitions …/>', "seen": 3}
CHECKED = {"key": "target", "name": "绩效目标申报与审核", "version": 3, "problems": [], "differences": []}


class Content(Schema):
    """A file. seen: the version in force when its differences were looked at; refused if another one is by now."""

    content = fields.String(
        required=True,
        validate=validate.Length(1, offering.LARGEST),
        metadata=described("BPMN、DMN、表单 JSON 或政策包 TOML 的全文"),
    )
    seen = fields.Integer(load_default=None, allow_none=True)


@api.route(f"{ALL}/check", methods=["POST"])
@problems
@api.arguments(Content, example=CONTENT)
@api.response(200, schemas.Loose, example=CHECKED)
def check_definition(sent: dict[str, Any], folder: str) -> Response:
    """检查一份文件,说明和现在用的差别;不发布"""
    names = system().bihuan.operations.names()
    with system().bihuan.unit_of_work(acting_now().reading) as uow:
        offer = offering.look(uow, kind_of(folder), sent["content"].encode(), names)
    return answer(
        {
            "key": offer.key,
            "name": offer.name,
            "version": offer.version,
            "problems": [
                {"element_id": one.element_id, "severity": one.severity, "code": one.code, "text": one.text}
                for one in offer.problems
            ],
            "differences": [_told(one) for one in offer.differences],
        }
    )


def _told(one: Difference) -> dict[str, Any]:
    """Return a difference with its sentences in the reader's language; names and values of a pack stay as they are."""
    said = asdict(one)
    return said | {name: difference(said[name]) for name in ("text", "also") if said.get(name)}


@api.route(ALL, methods=["POST"])
@command
@api.arguments(Content, example=CONTENT)
@api.response(
    200, schemas.Loose, example={"id": "process/target/4", "command": "definition.publish", "version": 4}
)
def publish_version(sent: dict[str, Any], folder: str) -> Response:
    """发布为下一个版本;与现在用的相同则不变"""
    kind, data, names = kind_of(folder), sent["content"].encode(), system().bihuan.operations.names()

    def act(uow: UnitOfWork) -> Any:
        return _done(offering.publish(uow, kind, data, names, seen=sent["seen"], by=acting_now().own))

    return carried_out(act)


@api.route(f"{ALL}/<key>/versions/<int:version>/publish", methods=["POST"])
@command
@api.response(
    200, schemas.Loose, example={"id": "process/target/5", "command": "definition.publish", "version": 5}
)
def publish_again(folder: str, key: str, version: int) -> Response:
    """把较早的版本重新发布为最新的版本;0 是随程序提供的"""
    kind = kind_of(folder)

    def act(uow: UnitOfWork) -> Any:
        return _done(offering.publish_again(uow, kind, key, version, by=acting_now().own))

    return carried_out(act)


def _done(made: versions.Published) -> dict[str, Any]:
    name = f"{made.kind}/{made.key}/{made.version}"
    return {"id": name, "command": "definition.publish", "version": made.version, "is_new": made.is_new}
