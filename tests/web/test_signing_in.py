"""Signing in: sessions, form tokens, locks; and that every route has its line in the permission table."""

import re

import pytest
from flask.testing import FlaskClient

from engine.clock import VirtualClock
from host.accounts import first, making, sessions
from host.accounts.failures import pause
from host.composition import Bihuan
from host.web.permissions import ENDPOINTS, Permission
from tests.web.serving import serve

PASSWORD = "a long password"
SECRET = "s" * 40
TOKEN = re.compile(r'name="form_token" value="(\w+)"')
MASKED = re.compile(r'(?:value|content)="\w{128}"')


@pytest.fixture
def client(bihuan: Bihuan) -> FlaskClient:
    with bihuan.unit_of_work() as uow:
        if first.nobody_yet(uow):
            making.make(uow, "lin", "林岚", PASSWORD, duty="system")
    return serve(bihuan).test_client()


def token_of(client: FlaskClient) -> str:
    found = TOKEN.search(client.get("/sign-in").text)
    assert found
    return found[1]


def enter(client: FlaskClient, password: str = PASSWORD, login: str = "lin") -> int:
    form = {"login": login, "password": password, "form_token": token_of(client)}
    return client.post("/sign-in", data=form).status_code


def test_a_right_password_opens_a_session_under_a_new_cookie(client: FlaskClient) -> None:
    client.get("/sign-in")
    before = client.get_cookie("bihuan_session")

    assert enter(client) == 302

    after = client.get_cookie("bihuan_session")
    assert before and after and before.value != after.value
    assert client.get("/me").status_code == 200


def test_a_form_without_its_token_does_nothing(client: FlaskClient) -> None:
    answer = client.post("/sign-in", data={"login": "lin", "password": PASSWORD})

    assert answer.status_code == 403
    assert "form.token" in answer.text


def test_a_wrong_login_and_a_wrong_password_get_the_same_answer(client: FlaskClient) -> None:
    def answer(login: str) -> str:
        form = {"login": login, "password": "wrong password", "form_token": token_of(client)}
        return MASKED.sub("", client.post("/sign-in", data=form).text)

    assert answer("lin") == answer("nobody")


def test_an_account_is_locked_after_five_wrong_passwords_and_opens_again(
    client: FlaskClient, clock: VirtualClock
) -> None:
    for _ in range(5):
        enter(client, "wrong password")

    assert enter(client) == 422

    clock.set(clock.now() + pause(5))
    assert enter(client) == 302


def test_a_session_ends_when_nobody_uses_it(client: FlaskClient, clock: VirtualClock) -> None:
    enter(client)

    clock.set(clock.now() + sessions.IDLE)

    assert client.get("/").status_code == 302


def test_the_first_administrator_is_made_once(bihuan: Bihuan, client: FlaskClient) -> None:
    form = {"login": "evil", "name": "恶", "password": PASSWORD, "form_token": token_of(client)}

    answer = client.post(f"/set-up/{first.setup_token(SECRET)}", data=form)

    assert answer.status_code == 403


def test_nobody_reaches_a_page_without_signing_in(client: FlaskClient) -> None:
    rules = [
        rule
        for rule in client.application.url_map.iter_rules()
        if rule.endpoint != "static" and not rule.rule.startswith("/api/")
    ]
    closed = [rule for rule in rules if ENDPOINTS[rule.endpoint] is not Permission.PUBLIC]
    token = token_of(client)

    for rule in closed:
        address = re.sub(r"<uuid:\w+>", "00000000-0000-0000-0000-000000000000", rule.rule)
        address = re.sub(r"<(int:)?\w+>", "1", address)
        method = "POST" if "POST" in (rule.methods or ()) else "GET"
        answer = client.open(address, method=method, headers={"X-Form-Token": token})

        assert "/sign-in" in answer.headers.get("Location", ""), rule.rule


def test_an_account_without_a_person_has_no_inbox(client: FlaskClient) -> None:
    enter(client)

    assert client.get("/inbox").status_code == 403


def test_every_page_forbids_inline_code(client: FlaskClient) -> None:
    answer = client.get("/sign-in")

    assert "script-src 'self';" in answer.headers["Content-Security-Policy"]
    assert "style=" not in answer.text
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_signing_in_leads_to_no_foreign_place(client: FlaskClient) -> None:
    form = {"login": "lin", "password": PASSWORD, "form_token": token_of(client)}

    answer = client.post("/sign-in?next=//evil.example/", data=form)

    assert answer.headers["Location"] == "/"


def test_who_is_no_longer_signed_in_when_he_sends_a_form_comes_back_to_its_page(client: FlaskClient) -> None:
    enter(client)
    client.delete_cookie("bihuan_session")
    form, origin = {"form_token": "of the session that ended"}, "http://localhost"

    def answer(referrer: str) -> str:
        return client.post("/me/tokens", data=form, headers={"Referer": referrer}).headers["Location"]

    assert answer(f"{origin}/me?tab=tokens") == "/sign-in?next=/me?tab%3Dtokens"
    assert answer("http://evil.example/me") == answer("") == "/sign-in"
    assert "登录后回到刚才那一页" in client.get("/sign-in?next=/me").text
    assert "登录后回到刚才那一页" not in client.get("/", follow_redirects=True).text


def test_who_signed_in_anew_elsewhere_is_shown_the_way_back_to_the_page_he_was_on(
    client: FlaskClient,
) -> None:
    enter(client)

    answer = client.post("/me/tokens", data={"form_token": "old"}, headers={"Referer": "http://localhost/me"})

    assert (answer.status_code, "form.token" in answer.text) == (403, True)
    assert '<a class="btn btn-primary" href="/me">回到刚才那一页</a>' in answer.text
