"""How often somebody may come: by account and address, shared by all processes, refused in words with the time to wait."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import text

from host.composition import Bihuan
from host.web.pacing import GUESSED, HEAVY, UPLOADS
from host.web.permissions import ENDPOINTS
from host.web.rates import WINDOW, Kind, Rates, limits_of
from tests.integration.engine.committee import statements
from tests.web.serving import serve
from tests.web.small_county import enter, post, sign_in


class Clock:
    """Seconds that pass when a test says so."""

    now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def passing(bihuan: Bihuan) -> Clock:
    with bihuan.unit_of_work() as uow:
        uow.session.execute(text("delete from app.rate_spent"))
    return Clock()


def limited(bihuan: Bihuan, passing: Clock, limits: Mapping[Kind, int], proxies: int = 0) -> Flask:
    """Return the application of one process."""
    behind = Bihuan(replace(bihuan.settings, proxies=proxies), clock=bihuan.clock, database=bihuan.database)
    return serve(behind, rates=Rates(behind, limits, passing))


def test_what_is_too_often_is_a_problem_with_the_seconds_to_wait(
    county: Flask, bihuan: Bihuan, passing: Clock
) -> None:
    client = limited(bihuan, passing, {Kind.REST: 3}).test_client()
    with bihuan.unit_of_work() as uow:
        enter(uow, client, 1)

    answers = [client.get("/api/v1/me") for _ in range(4)]

    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert answers[-1].content_type == "application/problem+json"
    assert answers[-1].headers["Retry-After"] == "20"
    assert answers[-1].json["code"] == "rate.limited"  # type: ignore[index]
    assert answers[-1].json["retry_after"] == 20  # type: ignore[index]
    passing.now += 20
    assert [client.get("/api/v1/me").status_code for _ in range(2)] == [200, 429]
    assert client.get("/me").status_code == 200


def test_a_browser_gets_a_page_in_plain_words(county: Flask, bihuan: Bihuan, passing: Clock) -> None:
    client = limited(bihuan, passing, {Kind.ADDRESS: 2}).test_client()

    *_, last = [client.get("/sign-in") for _ in range(3)]

    assert (last.status_code, last.headers["Retry-After"]) == (429, "30")
    assert "请过 30 秒再试" in last.text and "Content-Security-Policy" in last.headers
    assert client.get("/health/live").status_code == 200
    with client.get("/static/dist/app.css") as style:
        assert style.status_code == 200


def test_who_guesses_is_held_up_before_a_password_is_looked_at(
    county: Flask, bihuan: Bihuan, passing: Clock
) -> None:
    client = limited(bihuan, passing, {Kind.SIGN_IN: 2}).test_client()
    for number in range(2):
        assert post(client, "/sign-in", login=f"nobody-{number}", password="x").status_code == 422

    with statements(bihuan) as said:
        assert post(client, "/sign-in", login="preparer", password="x").status_code == 429

    assert not [one for one in said if "failed_attempts" in one]
    assert client.get("/sign-in").status_code == 200


def test_guesses_are_counted_at_once_for_all_processes(county: Flask, bihuan: Bihuan, passing: Clock) -> None:
    apps = [limited(bihuan, passing, {Kind.SIGN_IN: 3}) for _ in range(3)]

    answers = [sign_in(app.test_client(), "preparer", "wrong password").status_code for app in apps * 2]

    assert answers == [422, 422, 422, 429, 429, 429]


def test_processes_know_of_each_other_after_a_settlement(
    county: Flask, bihuan: Bihuan, passing: Clock
) -> None:
    one, other = (Rates(bihuan, {Kind.REST: 10}, passing) for _ in range(2))
    for _ in range(8):
        assert one.wait(Kind.REST, 7) == 0
    one.settle()
    assert other.wait(Kind.REST, 7) == 0
    other.settle()

    waits = [other.wait(Kind.REST, 7) for _ in range(2)]

    assert waits[0] == 0 and waits[1] == pytest.approx(WINDOW / 10, abs=0.01)
    assert other.wait(Kind.REST, 8) == 0


def test_a_settlement_is_one_statement_and_forgets_what_is_paid_back(
    county: Flask, bihuan: Bihuan, passing: Clock
) -> None:
    rates = Rates(bihuan, {Kind.REST: 100}, passing)
    rates.settle()  # sweeps
    for whom in range(50):
        rates.wait(Kind.REST, whom)

    with statements(bihuan) as said:
        rates.settle()
        rates.settle()
    passing.now += 2 * WINDOW
    rates.settle()

    assert len(said) == 1
    with bihuan.unit_of_work() as uow:
        assert uow.session.scalar(text("select count(*) from app.rate_spent")) == 0


def test_a_request_that_is_counted_asks_the_database_nothing_more(
    county: Flask, bihuan: Bihuan, passing: Clock
) -> None:
    counts = []
    for app in (county, limited(bihuan, passing, dict.fromkeys(Kind, 1000))):
        client = app.test_client()
        with bihuan.unit_of_work() as uow:
            enter(uow, client, 1)
        client.get("/api/v1/me")
        with statements(bihuan) as said:
            assert client.get("/api/v1/me").status_code == 200
        counts.append(len(said))

    assert counts[0] == counts[1]


@pytest.mark.parametrize(("proxies", "answers"), [(0, [200, 429]), (1, [200, 200]), (2, [200, 429])])
def test_only_the_addresses_that_proxies_wrote_are_believed(
    county: Flask, bihuan: Bihuan, passing: Clock, proxies: int, answers: list[int]
) -> None:
    client = limited(bihuan, passing, {Kind.ADDRESS: 1}, proxies).test_client()
    sent = ("6.6.6.6, 10.0.0.1, 10.0.0.2", "7.7.7.7, 10.0.0.1, 10.0.0.3")

    found = [client.get("/sign-in", headers={"X-Forwarded-For": one}).status_code for one in sent]

    assert found == answers


def test_a_house_of_ipv6_is_one_address(county: Flask, bihuan: Bihuan, passing: Clock) -> None:
    client = limited(bihuan, passing, {Kind.ADDRESS: 1}).test_client()
    sent = ("2001:db8::1", "2001:db8::ffff", "2001:db8:0:1::1", "::ffff:10.0.0.1", "10.0.0.1")

    found = [client.get("/sign-in", environ_overrides={"REMOTE_ADDR": one}).status_code for one in sent]

    assert found == [200, 429, 200, 200, 429]


def test_what_is_limited_exists_and_every_limit_is_a_setting(bihuan: Bihuan) -> None:
    assert set(ENDPOINTS) >= GUESSED | UPLOADS | HEAVY
    assert all(limit > 0 for limit in limits_of(bihuan.settings).values())
