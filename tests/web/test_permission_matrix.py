"""Every route × every role × own and other unit, generated from the routes of the application.

What a role may open is written here once more, in words of its own: the table of the application is what is examined.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from engine.model.tasks import UserTask
from engine.uow import UnitOfWork
from host.composition import Bihuan
from host.model.accounts import Account
from host.web.permissions import ENDPOINTS
from ledger.roles import ROLES
from tests.integration.engine.stage import BUREAU, UNIT
from tests.web.small_county import NEIGHBOUR, OTHER_UNIT, PEOPLE, TOKEN, enter, task_of

ADMINISTRATORS = {
    "system": {"directory", "people", "accounts", "telling", "systems", "health"},
    "process": {"definitions", "processes", "health"},
    "audit": {"definitions", "audit"},
}
NO_SUBSTITUTE = {"expert"}
DIRECTORY = {
    "unit_head",
    "department",
    "section",
    "economic_construction",
    "social_insurance",
    "performance",
    "budget",
    "treasury",
    "leading_group",
}
SEES_ALL = {"section", "economic_construction", "social_insurance", "performance", "budget", "treasury"}
ENDS_THE_SESSION = {"sign_out"}
WITHOUT_UNIT = {
    "assignment_id": "1",
    "substitution_id": "1",
    "account_id": "999999",
    "token_id": "1",
    "view_id": "1",
    "item_id": "1",
    "import_id": "1",
    "number": "1",
    "robot_id": "1",
    "letter_id": "00000000-0000-0000-0000-000000000001",
    "incident_id": "1",
    "endpoint_id": "1",
    "source_id": "1",
    "call_id": "1",
    "delivery_id": "00000000-0000-0000-0000-000000000001",
    "campaign_id": "1",
    "filed_id": "00000000-0000-0000-0000-000000000001",
    "attachment_id": "00000000-0000-0000-0000-000000000001",
    "action": "enable",
    "chapter": "start",
    "folder": "processes",
    "version": "1",
    "topic": "grades",
    "place": "riverside",
    "year": "2021",
    "kind": "results",
    "department": "D01",
    "code": "N1",
    "measure": "self_eval.count",
    "project_id": "1",
}


Tasks = dict[int, tuple[UUID, UUID]]
"""A task and its instance, by unit."""


def may(login: str) -> set[str]:
    """Return the permissions of who signs in under a login."""
    always = {"public", "signed_in"}
    if login in ADMINISTRATORS:
        return always | ADMINISTRATORS[login]
    found = always | {"view", "work"}
    if login not in NO_SUBSTITUTE:
        found.add("substitute")
    if login == "performance":
        found |= {"definitions", "confirm", "year"}
    if login in DIRECTORY:
        found.add("figures")
    if login in SEES_ALL | {"leading_group"}:
        found.add("report")
    return found | ({"directory"} if login in DIRECTORY else set())


@pytest.fixture
def tasks(county: Flask, bihuan: Bihuan) -> Tasks:
    with bihuan.unit_of_work() as uow:
        made = {unit: task_of(uow, unit) for unit in (UNIT, OTHER_UNIT)}
        return {unit: (one, uow.session.get_one(UserTask, one).instance_id) for unit, one in made.items()}


def routes(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Yield every route with the method that does most."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            yield rule, next(one for one in ("POST", "PUT", "DELETE", "GET") if one in (rule.methods or ()))


def address(rule: Rule, unit: int, tasks: Tasks) -> str:
    """Return the address of a route for something of a unit; a kind of thing that is not known here fails."""
    people = {UNIT: PEOPLE["preparer"], OTHER_UNIT: NEIGHBOUR}
    task_id, instance_id = tasks[unit]
    things = {
        "task_id": str(task_id),
        "instance_id": str(instance_id),
        "key": "review",
        "organisation_id": str(unit),
        "person_id": str(people[unit]),
        "token": "x",
    }
    things |= WITHOUT_UNIT
    text = rule.rule
    for name in rule.arguments - set(rule.defaults or ()):
        assert name in things, f"say here what <{name}> of {rule.rule} is"
        kind = type(rule._converters[name]).__name__
        spelled = {"IntegerConverter": f"<int:{name}>", "UUIDConverter": f"<uuid:{name}>"}
        text = text.replace(spelled.get(kind, f"<{name}>"), things[name])
    return text


def described(app: Flask, rule: Rule, method: str) -> Any:
    """Return the example of a route's JSON in the description of the interface, with people of this county."""
    path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
    operation = app.extensions["bihuan.openapi"]["paths"].get(path, {}).get(method.lower(), {})
    content = operation.get("requestBody", {}).get("content", {})
    example = content.get("application/json", {}).get("example")
    people = {"person_id": PEOPLE["preparer"], "person_ids": [PEOPLE["preparer"]]}
    return example and {name: people.get(name, value) for name, value in example.items()}


def account_of(uow: UnitOfWork, login: str) -> int:
    return uow.session.scalars(select(Account.id).where(Account.login == login)).one()


def entered(county: Flask, bihuan: Bihuan, login: str) -> tuple[FlaskClient, dict[str, str]]:
    client = county.test_client()
    with bihuan.unit_of_work() as uow:
        enter(uow, client, account_of(uow, login))
    found = TOKEN.search(client.get("/sign-in").text)
    assert found
    return client, {"X-Form-Token": found[1]}


@pytest.mark.parametrize("login", [*ROLES, *ADMINISTRATORS])
def test_a_role_opens_exactly_what_it_is_granted(
    county: Flask, bihuan: Bihuan, tasks: Tasks, login: str
) -> None:
    client, headers = entered(county, bihuan, login)

    for rule, method in routes(county):
        if rule.endpoint in ENDS_THE_SESSION:
            continue
        answer = client.open(address(rule, UNIT, tasks), method=method, headers=headers)
        refused = answer.status_code == 403 and f"permission.{ENDPOINTS[rule.endpoint]}" in answer.text
        assert refused == (ENDPOINTS[rule.endpoint].value not in may(login)), f"{login} {rule.rule}"
        assert answer.status_code < 500, f"{login} {rule.rule} {answer.status_code}"


@pytest.mark.parametrize("login", ["preparer", "unit_head", "expert", "third_party"])
def test_nothing_of_another_unit_is_reached(county: Flask, bihuan: Bihuan, tasks: Tasks, login: str) -> None:
    client, headers = entered(county, bihuan, login)

    for rule, method in routes(county):
        if not rule.arguments & {"task_id", "instance_id", "organisation_id", "person_id"}:
            continue
        example = described(county, rule, method)
        files = {name: (BytesIO(b"x"), "x.xlsx") for name in ("file", "sheet")}
        sent = files if method == "POST" and example is None else None
        place = address(rule, OTHER_UNIT, tasks)
        answer = client.open(place, method=method, headers=headers, data=sent, json=example)
        assert answer.status_code in (403, 404), f"{login} {rule.rule} {answer.status_code}"


def test_a_unit_head_sees_his_unit_in_the_directory_and_the_bureau_sees_all(
    county: Flask, bihuan: Bihuan
) -> None:
    head, _ = entered(county, bihuan, "unit_head")
    bureau, _ = entered(county, bihuan, "performance")

    assert head.get(f"/manage/organisations?id={UNIT}").status_code == 200
    assert head.get(f"/manage/organisations?id={OTHER_UNIT}").status_code == 403
    assert "水利局" not in head.get("/manage/organisations").text
    assert "/manage/people/" not in head.get("/manage/organisations?q=人301").text
    for unit in (BUREAU, UNIT, OTHER_UNIT):
        assert bureau.get(f"/manage/organisations?id={unit}").status_code == 200


def test_the_menu_shows_what_one_may_open(county: Flask, bihuan: Bihuan) -> None:
    preparer, _ = entered(county, bihuan, "preparer")
    system, _ = entered(county, bihuan, "system")
    audit, _ = entered(county, bihuan, "audit")

    assert "/manage/" not in preparer.get("/inbox").text
    page = system.get("/manage/organisations").text
    assert "/manage/accounts" in page and "/manage/audit" not in page and "/inbox" not in page
    page = audit.get("/manage/audit").text
    assert "/manage/audit" in page and "/manage/accounts" not in page
