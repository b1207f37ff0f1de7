"""People of the register: find, add, change, their last day, their roles."""

from typing import Any

from flask import Response

from engine.scope import EVERYWHERE
from engine.uow import UnitOfWork
from host.accounts import administering
from host.web.context import acting_now, system
from host.web.ground import ground_about, ground_of, require_seen, within
from host.web.pages.people import find, place_of_role
from host.web.rest import register_schemas as schemas
from host.web.rest.commanding import carried_out, done
from host.web.rest.interface import api, keyed, problems
from host.web.rest.schemas import Commanded
from ledger.roster import people

EXAMPLE = {"organisation_id": 12, "name": "王芳", "code": "101001-03"}
DONE = {"id": "101", "command": "person.add"}
SHOWN = ("id", "name", "code", "organisation_id", "left_on")


@api.route("/people")
@problems
@api.arguments(schemas.PeopleQuery, location="query")
@api.response(200, schemas.Staff)
def list_people(asked: dict[str, Any]) -> dict[str, Any]:
    """人员:按单位,或按姓名、编号查找"""
    office = asked.get("organisation_id")
    if office is not None:
        require_seen(office)
    with system().bihuan.unit_of_work() as uow:
        place = ground_about(uow, office)
        rows = people.listed(uow, place, organisation_id=office, text=asked["q"], within=within())
        return {"items": [{name: getattr(row.Person, name) for name in SHOWN} for row in rows]}


@api.route("/people/<int:person_id>")
@problems
@api.response(200, schemas.Person)
def read_person(person_id: int) -> dict[str, Any]:
    """一个人和他的岗位"""
    with system().bihuan.unit_of_work() as uow:
        one = find(uow, person_id).person
        held = [row.RoleAssignment for row in people.roles_of(uow, [person_id])]
        return {**{name: getattr(one, name) for name in SHOWN}, "roles": held}


@api.route("/people", methods=["POST"])
@keyed
@api.arguments(schemas.PersonWritten, example=EXAMPLE)
@api.response(201, Commanded, example=DONE)
def add_person(sent: dict[str, Any]) -> Response:
    """新增人员"""

    def act(uow: UnitOfWork) -> Any:
        office, by = sent["organisation_id"], acting_now().own
        made = people.add(uow, ground_of(uow, office), office, sent["name"], sent["code"], by=by)
        return done(str(made), "person.add")

    return carried_out(act, status=201, scope=EVERYWHERE)


@api.route("/people/<int:person_id>", methods=["PUT"])
@keyed
@api.arguments(schemas.PersonWritten, example=EXAMPLE)
@api.response(200, Commanded, example={**DONE, "command": "person.change"})
def change_person(sent: dict[str, Any], person_id: int) -> Response:
    """改姓名、编号或所在单位"""

    def act(uow: UnitOfWork) -> Any:
        place, office = find(uow, person_id).place, sent["organisation_id"]
        people.change(uow, place, person_id, office, sent["name"], sent["code"], by=acting_now().own)
        return done(str(person_id), "person.change")

    return carried_out(act, scope=EVERYWHERE)


@api.route("/people/<int:person_id>/leave", methods=["POST"])
@keyed
@api.arguments(schemas.Day, example={"on": "2022-12-31"})
@api.response(200, Commanded, example={**DONE, "command": "person.leave"})
def leave(sent: dict[str, Any], person_id: int) -> Response:
    """登记离岗;岗位、代理和账号随之结束"""

    def act(uow: UnitOfWork) -> Any:
        place, who = find(uow, person_id).place, acting_now()
        administering.leave(uow, place, person_id, sent["on"], by=who.own, own_id=who.account_id)
        return done(str(person_id), "person.leave")

    return carried_out(act, scope=EVERYWHERE)


@api.route("/people/<int:person_id>/roles", methods=["POST"])
@keyed
@api.arguments(schemas.Role, example={"role": "preparer", "organisation_id": 12, "valid_from": "2022-01-01"})
@api.response(201, Commanded, example={**DONE, "command": "role.assign"})
def assign_role(sent: dict[str, Any], person_id: int) -> Response:
    """给人员加岗位"""

    def act(uow: UnitOfWork) -> Any:
        place, since = find(uow, person_id).place, sent["valid_from"] or people.today(uow)
        role, office, until = sent["role"], sent["organisation_id"], sent["valid_to"]
        people.assign(uow, place, person_id, role, office, since, until, by=acting_now().own)
        return done(str(person_id), "role.assign")

    return carried_out(act, status=201, scope=EVERYWHERE)


@api.route("/roles/<int:assignment_id>/end", methods=["POST"])
@keyed
@api.arguments(schemas.Day, example={"on": "2022-12-31"})
@api.response(200, Commanded, example={**DONE, "command": "role.end"})
def end_role(sent: dict[str, Any], assignment_id: int) -> Response:
    """结束岗位"""

    def act(uow: UnitOfWork) -> Any:
        _person, place = place_of_role(uow, assignment_id)
        people.end_role(uow, place, assignment_id, sent["on"], by=acting_now().own)
        return done(str(assignment_id), "role.end")

    return carried_out(act, scope=EVERYWHERE)
