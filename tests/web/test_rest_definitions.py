"""Definitions for programs: read, checked, published, published again; under the permissions of the pages."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from host.composition import Bihuan
from host.model.accounts import Account
from tests.web.small_county import TOKEN, sign_in
from tests.web.test_definitions import BROKEN, DIAGRAM, RENAMED, _factory

_ = _factory
BASE = "/api/v1/definitions"


@pytest.fixture
def call(county: Flask) -> Any:
    client = county.test_client()
    sign_in(client, "process")
    found = TOKEN.search(client.get("/sign-in").text)
    assert found
    headers = {"X-Form-Token": found[1]}

    def send(method: str, path: str, body: Any = None, **more: str) -> Any:
        return client.open(BASE + path, method=method, json=body, headers=headers | more)

    return send


def test_versions_are_listed_and_read(call: Any) -> None:
    [row] = [one for one in call("GET", "/processes").json["items"] if one["key"] == "self_evaluation"]

    assert row["version"] == 1 and "xml" not in row
    assert call("GET", "/processes/self_evaluation").json["items"][0]["content_hash"] == row["content_hash"]
    assert 'id="self_evaluation"' in call("GET", "/processes/self_evaluation/versions/1").json["content"]
    assert call("GET", "/forms/signature/versions/0").json["version"] == 0
    assert call("GET", "/processes/nothing").status_code == 404


def test_a_file_is_checked_without_being_published(call: Any) -> None:
    changed = call("POST", "/processes/check", {"content": RENAMED}).json
    broken = call("POST", "/processes/check", {"content": BROKEN}).json

    assert (changed["key"], changed["version"], changed["problems"]) == ("self_evaluation", 1, [])
    assert [one["change"] for one in changed["differences"]] == ["changed"]
    assert broken["key"] == "" and broken["problems"][0]["severity"] == "error"
    assert len(call("GET", "/processes/self_evaluation").json["items"]) == 1


def test_what_differs_is_told_in_the_readers_language(bihuan: Bihuan, call: Any) -> None:
    reads = update(Account).where(Account.login == "process")
    with bihuan.unit_of_work() as uow:
        uow.session.execute(reads.values(language="en"))
    [english] = call("POST", "/processes/check", {"content": RENAMED}).json["differences"]
    with bihuan.unit_of_work() as uow:
        uow.session.execute(reads.values(language="zh"))
    [chinese] = call("POST", "/processes/check", {"content": RENAMED}).json["differences"]

    assert "由“负责人签字”改为“领导签字”" in chinese["text"]
    assert "name: from “负责人签字” to “领导签字”" in english["text"]


def test_a_file_is_published_once_and_an_older_version_again(call: Any) -> None:
    key = {"Idempotency-Key": "publish-renamed"}
    made = call("POST", "/processes", {"content": RENAMED, "seen": 1}, **key)
    repeated = call("POST", "/processes", {"content": RENAMED, "seen": 1}, **key)
    late = call("POST", "/processes", {"content": DIAGRAM, "seen": 1})
    back = call("POST", "/processes/self_evaluation/versions/1/publish")

    assert made.json == {
        "id": "process/self_evaluation/2", "command": "definition.publish", "version": 2, "is_new": True,
    }  # fmt: skip
    assert repeated.json == made.json and repeated.headers["Idempotency-Replayed"] == "true"
    assert late.status_code == 409 and late.json["code"] == "definition.moved_on"
    assert back.json["version"] == 3


def test_a_refused_file_is_a_problem(call: Any) -> None:
    refused = call("POST", "/processes", {"content": BROKEN})

    assert refused.status_code == 422 and refused.json["code"] == "definition.rejected"
    assert call("POST", "/processes", {"content": ""}).status_code == 422
