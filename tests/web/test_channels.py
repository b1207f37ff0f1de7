"""通知渠道 and 发送记录: what the system administrator sees, and what he never sees again."""

from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, text

from host.composition import Bihuan
from host.telling.letters import LETTER
from tests.integration.engine.stage import UNIT
from tests.web.small_county import PEOPLE, post, sign_in

ROBOT = {
    "channel": "wecom",
    "name": "绩效群",
    "address_": "https://robot.example.test/?key=very-secret",
    "language": "zh",
}


@pytest.fixture
def admin(county: Flask, bihuan: Bihuan) -> FlaskClient:
    client = county.test_client()
    sign_in(client, "system")
    with bihuan.unit_of_work() as uow:
        for table in ("letter", "robot"):
            uow.session.execute(text(f"delete from app.{table}"))
    return client


def sent(bihuan: Bihuan, status: str) -> UUID:
    row = {
        "jurisdiction_id": 1,
        "person_id": PEOPLE["preparer"],
        "status": status,
        "attempts": 10,
        "told": "451 busy",
    }
    with bihuan.unit_of_work() as uow:
        times = {"created_at": uow.now(), "next_attempt_at": uow.now()}
        made: UUID = uow.session.scalars(insert(LETTER).values(row | times).returning(LETTER.c.id)).one()
    return made


def test_a_robot_goes_in_and_its_address_never_comes_out(admin: FlaskClient) -> None:
    made = post(admin, "/manage/robots", organisation=UNIT, kind=["reminder"], **ROBOT)
    page = admin.get("/manage/robots").text

    assert made.status_code == 303
    assert "绩效群" in page and "企业微信" in page and "very-secret" not in page
    number = page.split("/manage/robots/")[1].split("/")[0]
    for action in ("test", "pause", "resume", "remove"):
        assert post(admin, f"/manage/robots/{number}/{action}").status_code == 303
    assert "绩效群" not in admin.get("/manage/robots").text
    assert post(admin, f"/manage/robots/{number}/explode").status_code == 404


def test_what_is_wrong_with_a_robot_is_said_and_the_rest_is_kept(admin: FlaskClient) -> None:
    wrong = post(admin, "/manage/robots", organisation=UNIT, kind=["urge"], **(ROBOT | {"address_": "x"}))

    assert wrong.status_code == 422 and "https:// 开头" in wrong.text and 'value="绩效群"' in wrong.text


def test_a_robot_is_changed_on_the_same_page_without_its_address(admin: FlaskClient) -> None:
    post(admin, "/manage/robots", organisation=UNIT, kind=["reminder"], **ROBOT)
    number = admin.get("/manage/robots").text.split("/manage/robots/")[1].split("/")[0]
    page = admin.get(f"/manage/robots?edit={number}").text
    assert (
        f"/manage/robots/{number}/change" in page and 'value="绩效群"' in page and "very-secret" not in page
    )
    change = f"/manage/robots/{number}/change"

    wrong = post(admin, change, name="新群", language="zh")
    done = post(admin, change, name="新群", language="zh", kind=["urge"])

    assert wrong.status_code == 422 and 'value="新群"' in wrong.text and change in wrong.text
    assert done.status_code == 303
    listed = admin.get("/manage/robots").text
    assert "新群" in listed and "绩效群" not in listed


def test_programs_keep_robots_and_are_never_given_an_address(admin: FlaskClient) -> None:
    def send(method: str, path: str, body: Any = None) -> Any:
        answer = admin.open(f"/api/v1{path}", method=method, json=body, headers={"X-Form-Token": token})
        assert answer.status_code == 200, answer.text
        return answer.json

    token = admin.get("/api/v1/me").json["form_token"]  # type: ignore[index]
    wanted = {"name": "绩效群", "kinds": ["reminder"], "address": ROBOT["address_"]}
    made = send("POST", "/robots", {**wanted, "organisation_id": UNIT, "channel": "wecom"})
    path = f"/robots/{made['id']}"
    send("PUT", path, {"name": "新群", "kinds": ["urge"]})
    for act in ("test", "pause", "resume", "pause"):
        send("POST", f"{path}/{act}")

    [shown] = send("GET", "/robots")["items"]

    assert (shown["name"], shown["kinds"], shown["organisation_id"]) == ("新群", ["urge"], UNIT)
    assert shown["paused_at"] and not {"address", "secret"} & {*shown}
    send("DELETE", path)
    gone = admin.delete(f"/api/v1{path}", headers={"X-Form-Token": token})
    assert gone.status_code == 404 and gone.json["code"] == "robot.not_found"  # type: ignore[index]


def test_the_log_says_to_whom_how_often_and_what_came_back_and_sends_again(
    admin: FlaskClient, bihuan: Bihuan
) -> None:
    dead, waiting = sent(bihuan, "dead"), sent(bihuan, "planned")
    page = admin.get("/manage/letters?state=dead").text
    assert "人101" in page and "10 次" in page and "451 busy" in page and str(waiting) not in page

    assert post(admin, f"/manage/letters/{dead}/replay").status_code == 303

    listed = admin.get("/api/v1/letters?state=planned").json
    assert listed and {one["id"] for one in listed["items"]} == {str(dead), str(waiting)}


def test_programs_send_again_too_and_learn_what_cannot_be(admin: FlaskClient, bihuan: Bihuan) -> None:
    dead, waiting = sent(bihuan, "dead"), sent(bihuan, "planned")

    assert post(admin, f"/api/v1/letters/{dead}/replay").status_code == 200
    assert post(admin, f"/api/v1/letters/{waiting}/replay").status_code == 404
