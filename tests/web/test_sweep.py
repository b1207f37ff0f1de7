"""The whole of the pages swept for what attackers look for first: headers, cookies, ways out, paths, fields too many, addresses inside."""

import re
import socket
from collections.abc import Iterator
from contextlib import closing
from threading import Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from engine.events import Event
from engine.scope import Scope
from host.accounts.first import setup_token
from host.composition import Bihuan
from host.model.accounts import Account
from host.web.guarding import HEADERS
from host.workers.jobs import deliver_some
from tests.integration.engine.committee import statements
from tests.web.small_county import SECRET, post, sign_in

ELSEWHERE = (
    "https://evil.invalid/", "//evil.invalid", "/\\evil.invalid", "\\\\evil.invalid", "/\t/evil.invalid", "javascript:alert(1)",
    "https:evil.invalid", "///evil.invalid", "/\n/evil.invalid", "data:text/html,x", " //evil.invalid", "http:///evil.invalid",
)  # fmt: skip
OUTSIDE = ("../../../../etc/passwd", "..%2f..%2fsettings.py", "%2e%2e/%2e%2e/settings.py", "....//settings.py", "..\\..\\settings.py",
    "%00", "/etc/passwd", "..%5c..%5csettings.py")  # fmt: skip
INSIDE = (
    "http://127.0.0.1:{port}/", "http://localhost:{port}/", "http://[::1]:{port}/", "http://0.0.0.0:{port}/", "http://2130706433:{port}/",
    "http://0x7f.1:{port}/", "http://[::ffff:127.0.0.1]:{port}/", "https://127.0.0.1:{port}/",
)  # fmt: skip
UUID = f"{'0' * 8}-0000-0000-0000-{'0' * 12}"


def addresses(app: Flask, method: str) -> Iterator[str]:
    """Yield an address of every route that takes a method."""
    for rule in app.url_map.iter_rules():
        if method in (rule.methods or ()) and rule.endpoint not in ("static", "sign_out"):
            yield re.sub(r"<\w+>", "x", re.sub(r"<int:\w+>", "1", re.sub(r"<uuid:\w+>", UUID, rule.rule)))


def browser(app: Flask, login: str) -> FlaskClient:
    """Return the browser of somebody who is signed in."""
    client = app.test_client()
    assert sign_in(client, login).status_code == 302
    return client


def held(answer: TestResponse, address: str) -> None:
    """Hold an answer to what every answer carries."""
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, address
    assert answer.cache_control.public or answer.headers["Cache-Control"] == "no-store", address
    assert not {"X-Powered-By", "Access-Control-Allow-Origin"} & set(answer.headers.keys()), address
    for cookie in answer.headers.getlist("Set-Cookie"):
        assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; ")), address
    assert b"Traceback" not in answer.data and b"sqlalchemy" not in answer.data, address


@pytest.mark.parametrize("login", ["", "performance", "system"])
def test_every_answer_whatever_it_says_is_guarded_and_kept_nowhere_but_what_is_public(
    county: Flask, login: str
) -> None:
    client = browser(county, login) if login else county.test_client()

    for address in sorted({*addresses(county, "GET"), "/nothing", "/sign-in?next=%00", "/api/v1/nothing"}):
        answer = client.get(address)
        assert answer.status_code < 500, address
        held(answer, address)


def test_what_only_asks_what_is_possible_does_nothing(county: Flask, bihuan: Bihuan) -> None:
    client = browser(county, "preparer")

    with statements(bihuan) as said:
        for address in sorted({*addresses(county, "POST"), *addresses(county, "GET")}):
            assert client.options(address).status_code in (200, 403, 404), address
            assert client.open(address, method="TRACE").status_code in (403, 405), address

    changes = [one for one in said if re.match(r"\s*(insert|update|delete)\b", one, re.I)]
    assert not changes, changes


@pytest.mark.parametrize("place", ELSEWHERE)
def test_nobody_is_led_elsewhere(county: Flask, place: str) -> None:
    client = county.test_client()
    token = re.search(r'name="form-token" content="(\w+)"', client.get("/sign-in").text)
    assert token
    given = {"login": "budget", "password": "a long password", "form_token": token[1]}

    answers = [
        client.post("/sign-in", query_string={"next": place}, data=given),
        post(client, "/look", back=place),
    ]

    for answer in answers:
        assert answer.status_code == 302
        assert re.fullmatch(r"/([\w?=&-][^\\\s]*)?", answer.headers["Location"]), answer.headers["Location"]


@pytest.mark.parametrize("path", OUTSIDE)
def test_no_path_leads_out_of_its_folder(county: Flask, path: str) -> None:
    client = browser(county, "process")
    folders = (
        "/static/",
        "/help/",
        "/studio/processes/",
        "/studio/",
        "/api/v1/definitions/processes/",
        "/api/v1/forms/",
    )

    for folder in folders:
        answer = client.get(folder + path)
        assert answer.status_code in (302, 308, 403, 404, 422), folder
        assert "root:" not in answer.text and "BIHUAN_" not in answer.text, folder


def test_a_field_too_many_changes_nothing(county: Flask, bihuan: Bihuan) -> None:
    def rows() -> list[object]:
        with bihuan.unit_of_work() as uow:
            kept = select(
                Account.login,
                Account.person_id,
                Account.password_hash,
                Account.disabled_at,
                Account.must_change,
            )
            duties = uow.session.execute(
                text("select account_id, duty from app.account_duty order by 1")
            ).all()
            return [*uow.session.execute(kept.order_by(Account.id)).all(), *duties]

    client = browser(county, "treasury")
    before = rows()
    more = {
        "duty": "system",
        "person_id": "1",
        "password_hash": "x",
        "account_id": "1",
        "must_change": "1",
        "role": "budget",
    }
    post(client, "/look", theme="dark", **more)
    post(client, "/me/keys", keys="off", **more)
    form_token = client.get("/api/v1/me").json["form_token"]  # type: ignore[index]
    sent = client.put(
        "/api/v1/inbox/views", json={"name": "甲", "query": "", **more}, headers={"X-Form-Token": form_token}
    )

    assert sent.status_code == 422
    assert rows() == before


@pytest.fixture
def door() -> Iterator[tuple[int, list[object]]]:
    """A port of this machine, and who has knocked at it."""
    knocked: list[object] = []
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:

        def listen() -> None:
            try:
                while True:
                    other, address = listening.accept()
                    knocked.append(address)
                    other.close()
            except OSError:
                return

        Thread(target=listen, daemon=True).start()
        yield listening.getsockname()[1], knocked
        listening.shutdown(socket.SHUT_RDWR)


def test_no_address_field_lets_this_machine_knock_at_its_own_doors(
    county: Flask, bihuan: Bihuan, door: tuple[int, list[object]]
) -> None:
    port, knocked = door
    client = browser(county, "system")
    for number, address in enumerate(INSIDE):
        post(
            client,
            "/manage/systems/receivers",
            name=f"里面 {number}",
            address_=address.format(port=port),
            type="*",
        )
    with bihuan.unit_of_work(Scope(1)) as uow:
        uow.record(Event("task.urged"))

    deliver_some(bihuan.unit_of_work, bihuan.post())

    assert not knocked
    with bihuan.unit_of_work() as uow:
        told = uow.session.scalars(text("select status_code from app.webhook_attempt")).all()
        uow.session.execute(text("delete from app.webhook_endpoint"))
    assert told and set(told) == {None}


def test_the_set_up_address_opens_nothing_once_somebody_is_there(county: Flask, bihuan: Bihuan) -> None:
    client = county.test_client()
    given = {"login": "second", "name": "某", "password": "a long password"}

    right, wrong = (post(client, f"/set-up/{token}", **given) for token in (setup_token(SECRET), "x" * 43))

    assert right.status_code == wrong.status_code == 403
    with bihuan.unit_of_work() as uow:
        assert uow.session.scalar(select(Account.id).where(Account.login == "second")) is None


def test_what_the_database_cannot_keep_is_refused_in_words(county: Flask) -> None:
    client = browser(county, "system")

    page = post(client, "/manage/accounts", login="nul\0", name="甲", duty="system")
    answer = client.get("/api/v1/people", query_string={"text": "\0"})

    assert page.status_code == 422 and "存不下" in page.text
    assert answer.status_code in (200, 422)
