"""One-time passwords end; accounts of the other two administrators are opened at the server only."""

import re
from datetime import timedelta

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.clock import VirtualClock
from engine.model.journal import AuditRow
from host.cli.main import bihuan as command_line
from host.composition import Bihuan
from host.model.accounts import Account
from tests.web.small_county import PASSWORD, post, sign_in

WORD = re.compile(r'class="bh-word">([\w-]+)<')


@pytest.fixture
def admin(county: Flask) -> FlaskClient:
    client = county.test_client()
    assert sign_in(client, "system").status_code == 302
    return client


def account_id(bihuan: Bihuan, login: str) -> int:
    with bihuan.unit_of_work() as uow:
        return uow.session.scalars(select(Account.id).where(Account.login == login)).one()


def reset(admin: FlaskClient, bihuan: Bihuan, login: str) -> str:
    page = post(admin, f"/manage/accounts/{account_id(bihuan, login)}/reset").text
    found = WORD.search(page)
    assert found and "前有效" in page
    return found[1]


def test_a_one_time_password_lets_nobody_in_when_its_time_is_over(
    county: Flask, bihuan: Bihuan, admin: FlaskClient, clock: VirtualClock
) -> None:
    word, begun = reset(admin, bihuan, "treasury"), clock.now()
    hours = bihuan.settings.one_time_hours

    clock.set(begun + timedelta(hours=hours, minutes=-1))
    assert sign_in(county.test_client(), "treasury", word).status_code == 302
    clock.set(begun + timedelta(hours=hours))
    refused = sign_in(county.test_client(), "treasury", word)

    assert refused.status_code == 422
    assert "一次性密码已过期" in refused.text


def test_who_is_in_already_cannot_change_it_any_more(
    county: Flask, bihuan: Bihuan, admin: FlaskClient, clock: VirtualClock
) -> None:
    word, begun = reset(admin, bihuan, "government"), clock.now()
    clock.set(begun + timedelta(hours=bihuan.settings.one_time_hours, minutes=-30))
    client = county.test_client()
    assert sign_in(client, "government", word).status_code == 302
    clock.set(begun + timedelta(hours=bihuan.settings.one_time_hours, minutes=1))

    answer = post(client, "/me/password", old=word, new=PASSWORD + "2", again=PASSWORD + "2")

    assert answer.status_code == 422


def test_ones_own_password_does_not_end(
    county: Flask, bihuan: Bihuan, admin: FlaskClient, clock: VirtualClock
) -> None:
    word, begun = reset(admin, bihuan, "budget"), clock.now()
    client = county.test_client()
    sign_in(client, "budget", word)
    assert post(client, "/me/password", old=word, new=PASSWORD, again=PASSWORD).status_code == 303

    clock.set(begun + timedelta(days=400))

    assert sign_in(county.test_client(), "budget").status_code == 302


@pytest.mark.parametrize("login", ["audit", "process"])
@pytest.mark.parametrize("action", ["reset", "enable", "factor-off"])
def test_a_system_administrator_does_not_open_the_account_of_another_duty(
    county: Flask, bihuan: Bihuan, admin: FlaskClient, action: str, login: str
) -> None:
    place = f"/manage/accounts/{account_id(bihuan, login)}"

    answer = post(admin, f"{place}/{action}")

    assert answer.status_code == 403
    assert "bihuan account" in answer.text
    assert WORD.search(answer.text) is None
    assert f"bihuan account reset {login}" in admin.get(place).text
    assert sign_in(county.test_client(), login).status_code == 302


def test_but_that_of_a_colleague(bihuan: Bihuan, admin: FlaskClient) -> None:
    made = post(admin, "/manage/accounts", name="同事", login="colleague", duty="system")

    assert WORD.search(made.text), made.text[:500]
    assert reset(admin, bihuan, "colleague")


def test_nor_does_a_program_of_his(bihuan: Bihuan, admin: FlaskClient) -> None:
    found = WORD.search(post(admin, "/me/tokens", name="程序", scope="accounts", days=30).text)
    assert found
    bearer, auditor = {"Authorization": f"Bearer {found[1]}"}, account_id(bihuan, "audit")
    place = f"/api/v1/accounts/{auditor}"

    tried = [
        admin.post(f"{place}/reset-password", headers=bearer),
        admin.post(f"{place}/enable", headers=bearer),
        admin.delete(f"{place}/factor", headers=bearer),
        admin.post(
            "/api/v1/accounts", headers=bearer, json={"login": "mine", "name": "自己人", "duty": "audit"}
        ),
    ]

    assert [one.status_code for one in tried] == [403, 403, 403, 403], [one.text for one in tried]


@pytest.mark.parametrize("duty", ["audit", "process"])
def test_nor_does_he_make_one(bihuan: Bihuan, admin: FlaskClient, duty: str) -> None:
    answer = post(admin, "/manage/accounts", name="自己人", login="mine", duty=duty)

    assert answer.status_code == 403
    assert "bihuan account make" in answer.text
    assert f'value="{duty}"' not in admin.get("/manage/accounts").text
    with bihuan.unit_of_work() as uow:
        assert uow.session.scalar(select(Account.id).where(Account.login == "mine")) is None


def test_at_the_server_it_is_done_and_the_audit_says_by_whom(
    county: Flask, bihuan: Bihuan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BIHUAN_DATA_DIR", str(bihuan.settings.data_dir))
    database = ["--database", bihuan.database.name]
    run = CliRunner().invoke
    made = run(command_line, ["account", "make", "Auditor", "--name", "夏至", "--duty", "audit", *database])
    again = run(command_line, ["account", "reset", "auditor", "--without-factor", *database])
    missing = run(command_line, ["account", "reset", "nobody", *database])

    assert (made.exit_code, again.exit_code) == (0, 0), (made.exception, again.exception)
    word = again.output.strip().splitlines()[-1].strip()
    assert missing.exit_code != 0
    client = county.test_client()
    assert sign_in(client, "auditor", word).status_code == 302
    assert client.get("/manage/audit").headers["Location"] == "/me/password"
    with bihuan.unit_of_work() as uow:
        said = uow.session.scalars(select(AuditRow).where(AuditRow.action == "account.reset_password")).all()
        assert said[-1].actor_name.startswith("运维(")
