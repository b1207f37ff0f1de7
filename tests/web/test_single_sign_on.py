"""Signing in with the organisation's service: a real provider in a process of its own, over HTTP."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from engine.uow import UnitOfWork
from host.composition import Bihuan
from host.model.accounts import Account
from host.settings import SettingInvalid, Settings
from tests.web.oidc_provider import CLIENT
from tests.web.oidc_provider import SECRET as CLIENT_SECRET
from tests.web.serving import serve
from tests.web.small_county import settle, sign_in

ROOT = Path(__file__).parents[2]
BACK = "/sign-in/service/back"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """The address of the service, running."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    environment = os.environ | {"AUTHLIB_INSECURE_TRANSPORT": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.web.oidc_provider", str(port)],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                requests.get(f"{address}/keys", timeout=1)
                break
            except requests.ConnectionError:
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def app(bihuan: Bihuan, issuer: str, server_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")  # loopback without TLS
    environment = {
        "BIHUAN_DATA_DIR": str(server_folder),
        "BIHUAN_OIDC_ISSUER": issuer,
        "BIHUAN_OIDC_CLIENT_ID": CLIENT,
        "BIHUAN_OIDC_CLIENT_SECRET": CLIENT_SECRET,
        "BIHUAN_OIDC_CLAIM": "preferred_username",
    }
    bihuan.settings = Settings.read(environment)
    with bihuan.unit_of_work() as uow:
        settle(uow)
        uow.session.execute(update(Account).values(oidc_subject=None))
    return serve(bihuan)


def become(issuer: str, sub: str, **more: str) -> None:
    requests.get(f"{issuer}/become", params={"sub": sub, **more}, timeout=5).raise_for_status()


def to_service(client: FlaskClient, start: str = "/sign-in/service") -> str:
    """Go to the service as a browser does; return where it sends the browser back to."""
    away = client.get(start).headers["Location"]
    return requests.get(away, allow_redirects=False, timeout=5).headers["Location"]


def come_back(client: FlaskClient, place: str) -> TestResponse:
    parts = urlsplit(place)
    return client.get(f"{parts.path}?{parts.query}")


def subject_of(uow: UnitOfWork, login: str) -> str | None:
    return uow.session.scalar(select(Account.oidc_subject).where(Account.login == login))


def test_the_way_out_carries_pkce_state_and_nonce(app: Flask) -> None:
    asked = parse_qs(urlsplit(app.test_client().get("/sign-in/service").headers["Location"]).query)

    assert asked["code_challenge_method"] == ["S256"]
    assert asked["response_type"] == ["code"]
    assert {"state", "nonce", "code_challenge"} <= set(asked)
    assert "openid" in asked["scope"][0]


def test_a_person_is_found_by_the_claim_and_from_then_on_by_the_subject(
    app: Flask, issuer: str, bihuan: Bihuan
) -> None:
    client, later = app.test_client(), app.test_client()
    become(issuer, "s-1", preferred_username="preparer")

    assert come_back(client, to_service(client)).status_code == 302
    assert client.get("/inbox").status_code == 200
    with bihuan.unit_of_work() as uow:
        assert subject_of(uow, "preparer") == f"{issuer} s-1"

    become(issuer, "s-1", preferred_username="renamed")
    come_back(later, to_service(later))
    assert later.get("/inbox").status_code == 200


def test_somebody_else_under_the_same_name_does_not_get_the_account(app: Flask, issuer: str) -> None:
    client, other = app.test_client(), app.test_client()
    become(issuer, "s-2", preferred_username="budget")
    come_back(client, to_service(client))

    become(issuer, "s-3", preferred_username="budget")

    assert come_back(other, to_service(other)).status_code == 422
    assert other.get("/me").status_code == 302


@pytest.mark.parametrize("login", ["system", "nobody", ""])
def test_administrators_and_strangers_are_not_found_by_a_claim(app: Flask, issuer: str, login: str) -> None:
    client = app.test_client()
    become(issuer, f"x-{login}", preferred_username=login)

    assert come_back(client, to_service(client)).status_code == 422


def test_an_administrator_links_his_account_while_signed_in(app: Flask, issuer: str) -> None:
    client, later = app.test_client(), app.test_client()
    sign_in(client, "system")
    become(issuer, "root", preferred_username="whoever")

    assert come_back(client, to_service(client, "/me/service")).headers["Location"].startswith("/me")
    come_back(later, to_service(later))

    assert later.get("/manage/accounts").status_code == 200


def test_an_answer_to_another_browser_is_refused(app: Flask, issuer: str) -> None:
    attacker, victim = app.test_client(), app.test_client()
    become(issuer, "s-4", preferred_username="section")
    planted = to_service(attacker)

    assert come_back(victim, planted).status_code == 403, "without a trip of its own"
    to_service(victim)
    assert come_back(victim, planted).status_code == 403, "with another state"
    assert victim.get("/me").status_code == 302


def test_a_code_works_once_and_only_with_its_verifier(app: Flask, issuer: str) -> None:
    client = app.test_client()
    become(issuer, "s-5", preferred_username="treasury")
    place = to_service(client)
    kept = client.get_cookie("bihuan_trip", path=BACK)
    come_back(client, place)
    assert kept
    client.set_cookie("bihuan_trip", kept.value, path=BACK)

    assert come_back(client, place).status_code == 403

    other = app.test_client()
    first, second = to_service(other), to_service(other)
    code = parse_qs(urlsplit(first).query)["code"][0]
    mixed = second.replace(parse_qs(urlsplit(second).query)["code"][0], code)
    assert come_back(other, mixed).status_code == 403


def test_a_false_nonce_is_refused(app: Flask, issuer: str) -> None:
    client = app.test_client()
    become(issuer, "s-6", preferred_username="government", nonce="of another time")

    assert come_back(client, to_service(client)).status_code == 403
    assert client.get("/me").status_code == 302


def test_keys_that_were_changed_are_read_again(app: Flask, issuer: str) -> None:
    client, later = app.test_client(), app.test_client()
    become(issuer, "s-7", preferred_username="performance")
    come_back(client, to_service(client))
    become(issuer, "s-7", preferred_username="performance", rotate="1")

    come_back(later, to_service(later))

    assert later.get("/inbox").status_code == 200


def test_a_service_without_tls_is_not_accepted(server_folder: Path) -> None:
    with pytest.raises(SettingInvalid, match="BIHUAN_OIDC_ISSUER"):
        Settings.read({"BIHUAN_DATA_DIR": str(server_folder), "BIHUAN_OIDC_ISSUER": "http://sso.example"})


def test_without_the_setting_there_is_no_such_way(county: Flask) -> None:
    client = county.test_client()

    assert client.get("/sign-in/service").status_code == 404
    assert "/sign-in/service" not in client.get("/sign-in").text
