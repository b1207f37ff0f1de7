"""What attackers try: forged forms, planted and stolen sessions, guessing of logins, other people's things by their number."""

import re

import pytest
from flask import Flask
from sqlalchemy import event, select

from engine.clock import VirtualClock
from host.accounts import passwords, sessions, signing_in
from host.accounts.failures import pause
from host.composition import Bihuan
from host.model.accounts import Account
from tests.integration.engine.committee import statements
from tests.web.serving import serve
from tests.web.small_county import PASSWORD, post, sign_in

SIGNED = {"receive_call"}
"""Calls of other systems have a signature in place of a session and its token."""


def test_no_command_runs_without_the_token_of_its_own_session(county: Flask) -> None:
    client, other = county.test_client(), county.test_client()
    sign_in(client, "preparer")
    found = re.search(r'name="form-token" content="(\w+)"', other.get("/sign-in").text)
    assert found

    for rule in county.url_map.iter_rules():
        if "POST" in (rule.methods or ()) and rule.endpoint not in SIGNED:
            address = re.sub(r"<(\w+:)?\w+>", "1", rule.rule).replace(
                "/tasks/1", f"/tasks/{'0' * 8}-0000-0000-0000-{'0' * 12}"
            )
            for token in ("", found[1]):
                answer = client.post(address, data={"form_token": token})
                assert (answer.status_code, "form.token" in answer.text) == (403, True), rule.rule


def test_who_asks_for_the_head_of_a_page_commands_nothing(county: Flask, bihuan: Bihuan) -> None:
    client = county.test_client()
    sign_in(client, "preparer")
    addresses = {"/sign-in", "/sign-in/code", "/set-up/x", "/me/password", "/me/factor"}
    both = {
        rule.rule
        for rule in county.url_map.iter_rules()
        if {"GET", "POST"} <= (rule.methods or set()) and not rule.rule.startswith("/api/")
    }

    with statements(bihuan) as said:
        for address in sorted(addresses):
            assert client.head(address).status_code == client.get(address).status_code, address
        for rule in sorted(both):
            client.head(re.sub(r"<uuid:\w+>", f"{'0' * 8}-0000-0000-0000-{'0' * 12}", rule))

    assert {re.sub("<.*", "x", rule) for rule in both} >= addresses - {"/set-up/x"}
    assert not [one for one in said if "audit_entry" in one or "failed_attempts=" in one]


def test_a_planted_session_is_not_the_one_that_is_opened(county: Flask) -> None:
    client = county.test_client()
    client.set_cookie("bihuan_session", "planted")

    sign_in(client, "preparer")

    kept = client.get_cookie("bihuan_session")
    assert kept and kept.value != "planted"
    planted = county.test_client()
    planted.set_cookie("bihuan_session", "planted")
    assert planted.get("/me").status_code == 302


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(bihuan: Bihuan, county: Flask) -> None:
    app = serve(bihuan, https=True)
    set_ = app.test_client().get("/sign-in", base_url="https://localhost").headers["Set-Cookie"]

    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(set_.split("; "))
    assert "Domain" not in set_ and "Expires" not in set_


def test_signing_out_ends_the_session_not_only_the_cookie(county: Flask) -> None:
    client, thief = county.test_client(), county.test_client()
    sign_in(client, "preparer")
    stolen = client.get_cookie("bihuan_session")
    assert stolen
    thief.set_cookie("bihuan_session", stolen.value)
    assert thief.get("/me").status_code == 200

    post(client, "/sign-out")

    assert thief.get("/me").status_code == 302


def test_a_session_ends_when_it_is_old_however_busy(county: Flask, clock: VirtualClock) -> None:
    client = county.test_client()
    sign_in(client, "section")

    for _ in range(8):
        clock.set(clock.now() + sessions.LONGEST / 8)
        last = client.get("/me").status_code

    assert last == 302


@pytest.mark.parametrize("login", ["preparer", "nobody-has-this", "locked", "disabled"])
def test_a_failure_tells_nothing_and_costs_the_same_work(
    county: Flask, bihuan: Bihuan, login: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with bihuan.unit_of_work() as uow:
        for name, column in (("locked", "locked_until"), ("disabled", "disabled_at")):
            one = uow.session.scalar(select(Account).where(Account.login == name))
            if one is None:
                uow.session.add(
                    Account(
                        login=name,
                        name=name,
                        password_hash=passwords.hashed(PASSWORD),
                        created_at=uow.now(),
                        **{column: uow.now() + pause(20)},
                    )
                )
    hashed: list[str] = []
    real = passwords.matches

    def matches(kept: str | None, word: str) -> bool:
        hashed.append(word)
        return real(kept, word)

    monkeypatch.setattr(passwords, "matches", matches)
    statements: list[str] = []
    with bihuan.unit_of_work() as uow:
        event.listen(uow.connection(), "before_cursor_execute", lambda *_: statements.append(_[2]))
        assert signing_in.sign_in(uow, login, "wrong password") is None

    assert len(hashed) == 1
    if login in ("preparer", "nobody-has-this"):
        assert len(statements) == 3  # the look-up with its lock, the count, the audit entry


def test_the_page_answers_alike_for_known_and_unknown_logins(county: Flask) -> None:
    answers = set()
    for login in ("budget", "nobody-has-this", "disabled"):
        answer = post(county.test_client(), "/sign-in", login=login, password="wrong password")
        shown = re.sub(r'(content|value)="[\w-]{20,}"', "", answer.text)
        answers.add((answer.status_code, shown))

    assert len(answers) == 1


def test_the_pause_grows_and_a_right_password_does_not_shorten_it(county: Flask, clock: VirtualClock) -> None:
    client = county.test_client()
    for _ in range(5):
        sign_in(client, "treasury", "wrong password")

    assert sign_in(client, "treasury").status_code == 422
    clock.set(clock.now() + pause(5))
    assert sign_in(client, "treasury", "wrong password").status_code == 422
    clock.set(clock.now() + pause(5))
    assert sign_in(client, "treasury").status_code == 422
    clock.set(clock.now() + pause(5))
    assert sign_in(client, "treasury").status_code == 302


def test_other_peoples_sessions_and_tokens_are_not_reached_by_their_number(county: Flask) -> None:
    mine, other = county.test_client(), county.test_client()
    sign_in(mine, "budget")
    sign_in(other, "performance")
    post(other, "/me/tokens", name="报表", scope="view", days=30)
    stolen = sessions.hash_of(other.get_cookie("bihuan_session").value)  # type: ignore[union-attr]

    assert post(mine, "/me/tokens/1/revoke").status_code == 404
    post(mine, "/me/sessions/end", handle=stolen[:16])

    page = other.get("/me")
    assert page.status_code == 200 and "报表" in page.text
