"""The register and the accounts for programs: the same commands as the administrators' pages."""

import re
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from host.composition import Bihuan
from tests.integration.engine.stage import BUREAU, UNIT
from tests.web.small_county import PEOPLE, sign_in

API = "/api/v1"
DEPARTMENT = {"code": "D77", "name": "林业局", "kind": "department"}


class Program:
    """A program in the session of an account."""

    def __init__(self, county: Flask, login: str) -> None:
        self._client = county.test_client()
        assert sign_in(self._client, login).status_code == 302
        self._token = self._client.get(f"{API}/me").json["form_token"]  # type: ignore[index]

    def get(self, path: str) -> Any:
        answer = self._client.get(API + path)
        assert answer.status_code == 200, answer.text
        return answer.json

    def send(self, method: str, path: str, body: Any = None, key: str = "") -> TestResponse:
        headers = {"X-Form-Token": self._token} | ({"Idempotency-Key": key} if key else {})
        return self._client.open(API + path, method=method, json=body, headers=headers)

    def post(self, path: str, body: Any = None, key: str = "") -> TestResponse:
        return self.send("POST", path, body, key)


@pytest.fixture
def admin(county: Flask, bihuan: Bihuan) -> Program:
    return Program(county, "system")


def names(found: Any) -> set[str]:
    return {one["name"] for one in found["items"]}


def test_an_organisation_is_added_changed_and_closed(admin: Program) -> None:
    made = admin.post("/organisations", DEPARTMENT)
    number = made.json["id"]  # type: ignore[index]
    assert made.status_code == 201
    assert (
        admin.send("PUT", f"/organisations/{number}", {"name": "林草局", "parent_id": UNIT}).status_code
        == 200
    )

    assert "林草局" in names(admin.get("/organisations"))
    assert admin.post(f"/organisations/{number}/close", {"on": "2030-12-31"}).status_code == 200
    again = admin.post("/organisations", DEPARTMENT)
    assert (again.status_code, again.json["code"]) == (409, "organisation.exists")  # type: ignore[index]


def test_an_administrators_key_does_it_once(admin: Program) -> None:
    body, key = {**DEPARTMENT, "code": "D78"}, uuid4().hex

    first, again = admin.post("/organisations", body, key), admin.post("/organisations", body, key)

    assert first.status_code == again.status_code == 201
    assert first.data == again.data


def test_somebody_is_added_given_a_role_and_leaves(admin: Program) -> None:
    made = admin.post("/people", {"organisation_id": UNIT, "name": "何晓", "code": "77"}).json["id"]  # type: ignore[index]
    role = {"role": "preparer", "organisation_id": UNIT, "valid_from": "2021-01-01"}
    assert admin.post(f"/people/{made}/roles", role).status_code == 201
    assert admin.post(f"/people/{made}/roles", role).status_code == 409
    assert admin.send("PUT", f"/people/{made}", {"organisation_id": UNIT, "name": "何筱"}).status_code == 200

    found = admin.get(f"/people/{made}")
    assert (found["name"], [one["role"] for one in found["roles"]]) == ("何筱", ["preparer"])
    assert "何筱" in names(admin.get(f"/people?organisation_id={UNIT}"))
    held = found["roles"][0]["id"]
    assert admin.post(f"/roles/{held}/end", {"on": "2021-02-01"}).status_code == 200
    assert admin.post(f"/people/{made}/leave", {"on": "2021-02-20"}).status_code == 200
    assert admin.get(f"/people/{made}")["left_on"] == "2021-02-20"


def test_an_account_is_made_its_password_told_once_and_disabled(county: Flask, admin: Program) -> None:
    person = admin.post("/people", {"organisation_id": UNIT, "name": "何明"}).json["id"]  # type: ignore[index]
    made = admin.post("/accounts", {"login": "heming", "person_id": int(person)})
    told: Any = made.json
    assert made.status_code == 201 and re.fullmatch(r"\w{14}", told["password"])
    assert sign_in(county.test_client(), "heming", told["password"]).status_code == 302

    other: Any = admin.post(f"/accounts/{told['id']}/reset-password").json
    assert other["password"] != told["password"]
    assert admin.post(f"/accounts/{told['id']}/sign-out").status_code == 200
    assert admin.post(f"/accounts/{told['id']}/disable").status_code == 200

    found = next(one for one in admin.get("/accounts?q=heming")["items"] if one["login"] == "heming")
    assert found["disabled_at"] and found["must_change"]
    assert "password" not in str(admin.get("/accounts?q=heming"))


def test_an_account_of_nobody_a_second_one_and_two_duties_are_refused(admin: Program) -> None:
    nobody = admin.post("/accounts", {"login": "nobody"})
    second = admin.post("/accounts", {"login": "second", "person_id": PEOPLE["preparer"]})
    both = admin.post("/accounts", {"login": "both", "person_id": PEOPLE["preparer"], "duty": "system"})

    assert (nobody.status_code, nobody.json["code"]) == (422, "account.nobodys")  # type: ignore[index]
    assert (second.status_code, second.json["code"]) == (409, "account.of_person")  # type: ignore[index]
    assert both.status_code in (409, 422)


def test_who_may_only_read_changes_nothing_and_sees_his_own_unit(county: Flask, admin: Program) -> None:
    head = Program(county, "unit_head")
    preparer = Program(county, "preparer")

    seen = {one["id"] for one in head.get("/organisations")["items"]}
    assert UNIT in seen and BUREAU not in seen
    assert head.post("/organisations", DEPARTMENT).status_code == 403
    assert preparer.send("GET", "/people").status_code == 403
    assert preparer.post("/accounts", {"login": "x", "duty": "system"}).status_code == 403


def test_a_substitute_is_arranged_seen_by_both_and_ended(county: Flask, admin: Program) -> None:
    giver, asked = Program(county, "department"), {"substitute_id": PEOPLE["unit_head"], "reason": "休假"}
    days = {"valid_from": "2021-03-01", "valid_to": "2021-03-05"}
    made = giver.post("/me/substitutes", {**asked, **days, "sure": True})
    assert made.status_code == 201, made.text
    number = made.json["id"]  # type: ignore[index]

    assert [str(one["id"]) for one in giver.get("/me/substitutes")["items"] if not one["over"]] == [number]
    receiver = Program(county, "unit_head")
    assert number in {str(one["id"]) for one in receiver.get("/me/substitutes")["items"]}
    assert Program(county, "preparer").post(f"/me/substitutes/{number}/end").status_code == 404
    assert receiver.post(f"/me/substitutes/{number}/end").status_code == 200

    again = admin.post(f"/people/{PEOPLE['department']}/substitutes", {**asked, **days})
    assert again.status_code == 201, again.text
    ended = f"/people/{PEOPLE['department']}/substitutes/{again.json['id']}/end"  # type: ignore[index]
    assert admin.post(ended).status_code == 200
