"""The second factor: asked for after the password, each code once, recovery codes, a pause after failures."""

import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.clock import VirtualClock
from host.accounts import second_factor, sessions, totp
from host.accounts.failures import FREE_ATTEMPTS, pause
from host.composition import Bihuan
from host.model.accounts import Account, RecoveryCode
from tests.web.small_county import PASSWORD, SECRET, post, sign_in

NOW = datetime(2026, 1, 1, tzinfo=UTC)
HALF_MINUTE = timedelta(seconds=30)


def waiting(bihuan: Bihuan, login: str) -> tuple[str, str, list[str]]:
    """Turn the factor on for an account; return a session that waits for the code, the secret, the recovery codes."""
    secret = totp.new_secret()
    with bihuan.unit_of_work() as uow:
        one = uow.session.scalars(select(Account).where(Account.login == login)).one()
        one.failed_attempts, one.locked_until = 0, None
        code = pyotp.TOTP(secret).at(NOW)
        codes = second_factor.turn_on(uow, one.id, secret, code, at=NOW, key=SECRET)
        return sessions.begin(uow, one.id, factor_due=True), secret, codes


def shown(bihuan: Bihuan, token: str, code: str, at: datetime) -> str | None:
    with bihuan.unit_of_work() as uow:
        return second_factor.show(uow, token, code, at=at, key=SECRET)


def again(bihuan: Bihuan, login: str) -> str:
    with bihuan.unit_of_work() as uow:
        one = uow.session.scalars(select(Account).where(Account.login == login)).one()
        return sessions.begin(uow, one.id, factor_due=True)


def test_the_password_alone_opens_nothing(county: Flask, bihuan: Bihuan) -> None:
    waiting(bihuan, "budget")
    client = county.test_client()

    assert sign_in(client, "budget").headers["Location"].startswith("/sign-in/code")

    assert client.get("/me").status_code == 302
    assert post(client, "/sign-in/code", code="000000").status_code == 422


def test_a_code_works_once_and_no_older_one_after_it(county: Flask, bihuan: Bihuan) -> None:
    token, secret, _ = waiting(bihuan, "section")
    phone = pyotp.TOTP(secret)
    later = NOW + 4 * HALF_MINUTE

    assert shown(bihuan, token, phone.at(NOW), NOW) is None, "it turned the factor on"
    assert shown(bihuan, token, phone.at(later), later)
    for replayed in (later, later - HALF_MINUTE):
        assert shown(bihuan, again(bihuan, "section"), phone.at(replayed), later) is None
    assert shown(bihuan, again(bihuan, "section"), phone.at(later + HALF_MINUTE), later), (
        "a clock a little ahead"
    )


def test_a_recovery_code_works_once_and_only_its_hash_is_kept(county: Flask, bihuan: Bihuan) -> None:
    token, secret, codes = waiting(bihuan, "performance")
    with bihuan.unit_of_work() as uow:
        kept = uow.session.scalars(select(RecoveryCode.code_hash)).all()
        account = uow.session.scalars(select(Account).where(Account.login == "performance")).one()
        assert not set(codes) & set(kept)
        assert account.factor_secret and secret not in account.factor_secret

    assert shown(bihuan, token, codes[3].upper(), NOW)
    assert shown(bihuan, again(bihuan, "performance"), codes[3], NOW) is None
    assert shown(bihuan, again(bihuan, "performance"), codes[4], NOW)


def test_guessing_codes_locks_the_account_and_the_password_does_not_open_it_again(
    county: Flask, bihuan: Bihuan, clock: VirtualClock
) -> None:
    token, secret, _ = waiting(bihuan, "treasury")
    client = county.test_client()
    for _ in range(FREE_ATTEMPTS):
        sign_in(client, "treasury")
        assert shown(bihuan, token, "000000", NOW) is None

    right, later = pyotp.TOTP(secret).at(NOW + HALF_MINUTE), NOW + HALF_MINUTE
    assert shown(bihuan, token, right, later) is None
    assert sign_in(client, "treasury").status_code == 422
    clock.set(clock.now() + pause(FREE_ATTEMPTS))
    assert shown(bihuan, again(bihuan, "treasury"), right, later)


def test_a_session_waits_five_minutes_for_the_code(
    county: Flask, bihuan: Bihuan, clock: VirtualClock
) -> None:
    token, _, codes = waiting(bihuan, "government")

    clock.set(clock.now() + sessions.FOR_THE_CODE)

    assert shown(bihuan, token, codes[0], NOW) is None


@pytest.fixture
def client(county: Flask) -> FlaskClient:
    client = county.test_client()
    sign_in(client, "upper_finance")
    return client


def test_it_is_turned_on_and_off_in_the_browser_with_the_password(county: Flask, client: FlaskClient) -> None:
    page = client.get("/me/factor").text
    secret = re.search(r'name="secret" value="(\w+)"', page)
    assert secret and "<svg" in page and "style=" not in page
    code = pyotp.TOTP(secret[1]).now()

    assert post(client, "/me/factor", secret=secret[1], code=code, password="not the one").status_code == 422
    done = post(client, "/me/factor", secret=secret[1], code=code, password=PASSWORD)

    codes = re.findall(r"<li>(\w{5}-\w{5})</li>", done.text)
    assert len(codes) == second_factor.RECOVERY_CODES
    other = county.test_client()
    sign_in(other, "upper_finance")
    assert post(other, "/sign-in/code", code=codes[0]).headers["Location"] == "/"
    assert other.get("/me").status_code == 200
    assert post(client, "/me/factor/off", password="not the one").status_code == 422
    assert post(client, "/me/factor/off", password=PASSWORD).status_code == 303
    assert sign_in(county.test_client(), "upper_finance").headers["Location"] == "/"
