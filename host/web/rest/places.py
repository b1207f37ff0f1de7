"""Places whose budget is managed: which there are, registering one."""

from typing import Any

from flask import Response
from marshmallow import Schema, fields, validate
from sqlalchemy import select

from engine.scope import EVERYWHERE
from engine.uow import UnitOfWork
from host.web.context import acting_now, system
from host.web.rest.commanding import carried_out, done
from host.web.rest.interface import api, keyed, problems
from host.web.rest.schemas import Commanded, described
from ledger.model.register import Jurisdiction
from ledger.roster import jurisdictions


class PlaceWritten(Schema):
    """A place. code: that of its policy pack, or any other."""

    code = fields.String(
        required=True, validate=validate.Length(2, 40), metadata=described("地区代码", "riverside")
    )
    name = fields.String(required=True, validate=validate.Length(1, jurisdictions.LONGEST_NAME))


class PlaceShown(PlaceWritten):
    """The same as it is registered."""

    id = fields.Integer()


class PlacesShown(Schema):
    """All of them, in the order they were registered."""

    items = fields.List(fields.Nested(PlaceShown))


@api.route("/places")
@problems
@api.response(200, PlacesShown)
def list_places() -> dict[str, Any]:
    """登记过的地区"""
    with system().bihuan.unit_of_work() as uow:
        rows = uow.session.scalars(select(Jurisdiction).order_by(Jurisdiction.id)).all()
    return {"items": [{"id": one.id, "code": one.code, "name": one.name} for one in rows]}


@api.route("/places", methods=["POST"])
@keyed
@api.arguments(PlaceWritten, example={"code": "riverside", "name": "河畔县"})
@api.response(201, Commanded, example={"id": "1", "command": "place.add"})
def add_place(sent: dict[str, Any]) -> Response:
    """登记一个地区"""

    def act(uow: UnitOfWork) -> Any:
        number = jurisdictions.add(uow, sent["code"], sent["name"], by=acting_now().own)
        return done(str(number), "place.add")

    return carried_out(act, status=201, scope=EVERYWHERE)
