"""Tokens of programs: no more than their scopes, until their last day; no cookie, no form token."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.clock import VirtualClock
from host.composition import Bihuan
from host.model.accounts import ApiToken
from tests.integration.engine.stage import UNIT
from tests.web.small_county import post, sign_in, task_of

WORD = re.compile(r'class="bh-word">(bihuan_[\w-]+)<')


@pytest.fixture
def owner(county: Flask) -> FlaskClient:
    client = county.test_client()
    sign_in(client, "preparer")
    return client


def made(owner: FlaskClient, *scopes: str) -> dict[str, str]:
    found = WORD.search(post(owner, "/me/tokens", name="报表", scope=list(scopes), days=30).text)
    assert found
    return {"Authorization": f"Bearer {found[1]}"}


def test_a_program_reads_with_it_and_gets_no_cookie(county: Flask, owner: FlaskClient) -> None:
    answer = county.test_client().get("/inbox", headers=made(owner, "view"))

    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers


def test_it_does_no_more_than_its_scopes(county: Flask, bihuan: Bihuan, owner: FlaskClient) -> None:
    with bihuan.unit_of_work() as uow:
        task_id = task_of(uow, UNIT)
    program = county.test_client()

    refused = program.post(f"/tasks/{task_id}/claim", headers=made(owner, "view"))
    done = program.post(f"/tasks/{task_id}/claim", headers=made(owner, "view", "work"))

    assert (refused.status_code, "permission.work" in refused.text) == (403, True)
    assert done.status_code == 303, "no form token is needed"
    for page in ("/me", "/me/password"):
        assert program.get(page, headers=made(owner, "view", "work")).status_code == 403


@pytest.mark.parametrize("scopes", [[], ["accounts"], ["view", "audit"], ["signed_in"], ["public"]])
def test_nobody_gives_more_than_he_has(owner: FlaskClient, scopes: list[str]) -> None:
    assert post(owner, "/me/tokens", name="报表", scope=scopes, days=30).status_code == 422


def test_it_ends_on_its_last_day_and_when_it_is_revoked(
    county: Flask, bihuan: Bihuan, owner: FlaskClient, clock: VirtualClock
) -> None:
    program, first, second = county.test_client(), made(owner, "view"), made(owner, "view")
    number = max(map(int, re.findall(r"/me/tokens/(\d+)/revoke", owner.get("/me").text)))
    assert post(owner, f"/me/tokens/{number}/revoke").status_code == 303

    answer = program.get("/inbox", headers=second)

    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert program.get("/inbox", headers=first).status_code == 200
    clock.set(clock.now() + timedelta(days=30))
    assert program.get("/inbox", headers=first).status_code == 401


def test_only_its_hash_is_kept_and_its_use_is_noted(
    county: Flask, bihuan: Bihuan, owner: FlaskClient
) -> None:
    headers = made(owner, "view")
    county.test_client().get("/inbox", headers=headers)

    with bihuan.unit_of_work() as uow:
        row = uow.session.scalars(select(ApiToken).order_by(ApiToken.id.desc()).limit(1)).one()
        assert row.last_used_at == uow.now()
        assert headers["Authorization"].split()[1] not in row.token_hash


@pytest.mark.parametrize("header", ["Bearer", "Bearer bihuan_nothing", "bearer x y"])
def test_a_wrong_token_is_refused_even_beside_a_session(owner: FlaskClient, header: str) -> None:
    assert owner.get("/inbox", headers={"Authorization": header}).status_code == 401
