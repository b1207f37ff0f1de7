"""代理: of oneself, and by an administrator for somebody who cannot arrange it."""

from typing import Any

from flask import Response

from engine.errors import InvalidInput
from engine.scope import EVERYWHERE
from engine.uow import UnitOfWork
from host.web.context import acting_now, system
from host.web.pages.people import find
from host.web.pages.substitutes import registered
from host.web.rest import register_schemas as schemas
from host.web.rest.commanding import carried_out, done
from host.web.rest.interface import api, keyed, problems
from host.web.rest.schemas import Commanded
from ledger import substituting

EXAMPLE = {
    "substitute_id": 102,
    "valid_from": "2022-03-01",
    "valid_to": "2022-03-10",
    "roles": [],
    "onward": False,
    "reason": "休假",
    "sure": False,
}
DONE = {"id": "7", "command": "substitute.arrange"}
SHOWN = ("id", "person_id", "substitute_id", "valid_from", "valid_to", "onward", "reason")


@api.route("/me/substitutes")
@problems
@api.response(200, schemas.Substitutes)
def list_substitutes() -> dict[str, Any]:
    """我委托的和委托给我的代理"""
    person_id, _place = registered()
    with system().bihuan.unit_of_work() as uow:
        return {"items": [_said(row) for row in substituting.listed(uow, person_id)]}


@api.route("/me/substitutes", methods=["POST"])
@keyed
@api.arguments(schemas.Substitute, example=EXAMPLE)
@api.response(201, Commanded, example=DONE)
def arrange_substitute(sent: dict[str, Any]) -> Response:
    """委托代理;有需要提醒的地方先拒绝(substitute.concerns),看清后带 sure 再来"""
    person_id, place = registered()

    def act(uow: UnitOfWork) -> Any:
        concerns = [] if sent["sure"] else substituting.concerns(uow, person_id, sent["substitute_id"])
        if concerns:
            raise InvalidInput(
                f"{';'.join(concerns)}。确认无误请带 sure 再提交。", code="substitute.concerns"
            )
        made = substituting.arrange(uow, place, _wanted(person_id, sent), by=acting_now().own)
        return done(str(made), "substitute.arrange")

    return carried_out(act, status=201, scope=EVERYWHERE)


@api.route("/me/substitutes/<int:substitution_id>/end", methods=["POST"])
@keyed
@api.response(200, Commanded, example={**DONE, "command": "substitute.end"})
def end_substitute(substitution_id: int) -> Response:
    """结束自己委托或接受的代理"""

    def act(uow: UnitOfWork) -> Any:
        substituting.end(uow, acting_now().jurisdiction_id or 0, substitution_id, by=acting_now().own)
        return done(str(substitution_id), "substitute.end")

    return carried_out(act, scope=EVERYWHERE)


@api.route("/people/<int:person_id>/substitutes", methods=["POST"])
@keyed
@api.arguments(schemas.Substitute, example=EXAMPLE)
@api.response(201, Commanded, example=DONE)
def substitute_for(sent: dict[str, Any], person_id: int) -> Response:
    """替不能自己办理的人登记代理"""

    def act(uow: UnitOfWork) -> Any:
        place, by = find(uow, person_id).place, acting_now().own
        made = substituting.arrange(uow, place, _wanted(person_id, sent), by=by)
        return done(str(made), "substitute.arrange")

    return carried_out(act, status=201, scope=EVERYWHERE)


@api.route("/people/<int:person_id>/substitutes/<int:substitution_id>/end", methods=["POST"])
@keyed
@api.response(200, Commanded, example={**DONE, "command": "substitute.end"})
def end_substitute_for(person_id: int, substitution_id: int) -> Response:
    """结束某人的代理"""

    def act(uow: UnitOfWork) -> Any:
        place, by = find(uow, person_id).place, acting_now().own
        substituting.end(uow, place, substitution_id, by=by, all_of=True)
        return done(str(substitution_id), "substitute.end")

    return carried_out(act, scope=EVERYWHERE)


def _wanted(person_id: int, sent: dict[str, Any]) -> substituting.Wanted:
    roles = frozenset((one["role"], one["organisation_id"]) for one in sent["roles"])
    since, until = sent["valid_from"], sent["valid_to"]
    return substituting.Wanted(
        person_id, sent["substitute_id"], since, until, roles, sent["onward"], sent["reason"]
    )


def _said(row: Any) -> dict[str, Any]:
    one = row.Substitution
    roles = [{"role": role, "organisation_id": place} for role, place in one.roles]
    kept = {name: getattr(one, name) for name in SHOWN}
    return {**kept, "roles": roles, "name": row.name, "substitute": row.substitute, "over": row.over}
