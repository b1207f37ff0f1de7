"""Probes, metrics and the page of the system's health."""

import dataclasses
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import event, select, text
from sqlalchemy.exc import OperationalError

from host.composition import Bihuan
from host.health.signs import Signs
from host.health.watching import Watch
from host.model.accounts import Account
from tests.web.serving import serve
from tests.web.small_county import enter

TOKEN = "t" * 40


def sweep_was(bihuan: Bihuan, seconds: int) -> None:
    """Let the last look for what is due have been so long ago."""
    word = "insert into app.sweep values (1, :at) on conflict (id) do update set at = excluded.at"
    with bihuan.unit_of_work() as uow:
        uow.session.execute(text(word), {"at": uow.now() - timedelta(seconds=seconds)})


def browser_of(app: Flask, bihuan: Bihuan, login: str) -> FlaskClient:
    """Return the browser of somebody who is signed in."""
    client = app.test_client()
    with bihuan.unit_of_work() as uow:
        enter(uow, client, uow.session.scalars(select(Account.id).where(Account.login == login)).one())
    return client


def test_probes_need_no_session_and_set_no_cookie(county: Flask) -> None:
    for address, said in (("/health/live", "live"), ("/health/ready", "ready")):
        answer = county.test_client().get(address)

        assert (answer.status_code, answer.json) == (200, {"status": said})
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_database_that_is_away_is_not_ready_and_nothing_more_is_told(
    county: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise OperationalError("select", {}, Exception("10.1.2.3 refused"))

    monkeypatch.setattr("host.web.pages.health.current", away)
    answer = county.test_client().get("/health/ready")

    assert answer.status_code == 503
    assert answer.json == {"status": "unavailable", "code": "database.unreachable"}


def test_tables_of_another_version_are_not_ready(county: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("host.web.pages.health.newest", lambda: "9999")

    assert county.test_client().get("/health/ready").json == {
        "status": "unavailable",
        "code": "database.version",
    }


def test_without_a_token_of_the_settings_there_are_no_metrics(county: Flask) -> None:
    for sent in ({}, {"Authorization": "Bearer "}, {"Authorization": f"Bearer {TOKEN}"}):
        assert county.test_client().get("/metrics", headers=sent).status_code == 404


@pytest.fixture
def measured(bihuan: Bihuan, county: Flask) -> Flask:
    """The application of an installation with a token for its metrics."""
    settings = replace(bihuan.settings, metrics_token=TOKEN)
    other = Bihuan(settings, clock=bihuan.clock, database=bihuan.database)
    return serve(other)


def test_metrics_are_what_prometheus_reads(measured: Flask, bihuan: Bihuan) -> None:
    sweep_was(bihuan, 7)
    client = measured.test_client()
    client.get("/sign-in")

    refused = client.get("/metrics", headers={"Authorization": "Bearer wrong"})
    told = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})

    assert refused.status_code == 404
    families = {one.name: one for one in text_string_to_metric_families(told.text)}
    assert 6 < families["bihuan_sweep_age_seconds"].samples[0].value < 60
    counted = {
        one.labels["endpoint"]: one.value
        for one in families["bihuan_request_seconds"].samples
        if one.name.endswith("_count")
    }
    assert counted == {"sign_in": 1.0, "metrics": 1.0}


@pytest.fixture
def administrator(county: Flask, bihuan: Bihuan) -> FlaskClient:
    """The browser of the system administrator."""
    return browser_of(county, bihuan, "system")


def test_the_page_says_in_a_sentence_whether_all_is_well(administrator: FlaskClient, bihuan: Bihuan) -> None:
    sweep_was(bihuan, 3)
    assert "期限和提醒都停着" not in administrator.get("/manage/health").text

    sweep_was(bihuan, 180)
    page = administrator.get("/manage/health").text

    assert "已经 3 分钟" in page and "启动 bihuan worker" in page


@pytest.fixture
def watch(bihuan: Bihuan) -> Iterator[Watch]:
    found = Watch(bihuan, every=3600)
    yield found
    found.stop()


def test_a_web_process_notices_by_itself_that_time_stands_still(
    bihuan: Bihuan, county: Flask, watch: Watch, caplog: pytest.LogCaptureFixture
) -> None:
    sweep_was(bihuan, 90)
    watch.look()
    watch.look()

    assert [one.message for one in caplog.records if one.levelno == logging.ERROR] == [
        "no deadline is being fired"
    ]
    app = serve(bihuan, watch=watch)
    warned = browser_of(app, bihuan, "system").get("/manage/accounts").text
    assert "没有进程在看到期的事" in warned
    assert "没有进程在看到期的事" not in browser_of(app, bihuan, "preparer").get("/inbox").text

    sweep_was(bihuan, 1)
    watch.look()
    assert "没有进程在看到期的事" not in browser_of(app, bihuan, "system").get("/manage/accounts").text


def test_a_scheduler_that_died_before_the_clock_was_set_back_is_missed_too(
    bihuan: Bihuan, county: Flask, watch: Watch
) -> None:
    sweep_was(bihuan, -3600)
    watch.look()

    assert watch.still
    sweep_was(bihuan, 1)
    watch.look()
    assert not watch.still


def test_letters_and_calls_that_wait_or_were_given_up_are_said_with_what_to_do(
    bihuan: Bihuan, administrator: FlaskClient
) -> None:
    letter = """insert into app.letter (jurisdiction_id, person_id, status, created_at, next_attempt_at)
        values (1, 101, :status, :at, :at)"""
    source = """insert into app.inbound_source (jurisdiction_id, name, call_types, messages, secret, created_at)
        values (1, 'x', '{}', '{}', 'x', :at) returning id"""
    call = """insert into app.inbound_call (jurisdiction_id, source_id, fingerprint, type, sent_at, received_at, data, status,
        next_attempt_at) values (1, :source, 'x', 'message.sent', :at, :at, '{}', :status, :at)"""
    with bihuan.unit_of_work() as uow:
        at = {"at": uow.now() - timedelta(minutes=5)}
        for status in ("planned", "dead", "dead", "delivered", "refused"):
            uow.session.execute(text(letter), {**at, "status": status})
        number = uow.session.scalar(text(source), at)
        for status in ("accepted", "quarantined", "quarantined", "quarantined", "applied"):
            uow.session.execute(text(call), {**at, "status": status, "source": number})
    sweep_was(bihuan, 1)

    page = administrator.get("/manage/health").text

    assert "1 条邮件或群消息过了一分钟还没有发出" in page and "2 封邮件或群消息三天都没送到" in page
    assert "1 封外部系统的来信过了一分钟还没有办" in page and "3 封外部系统的来信对不上" in page
    with bihuan.unit_of_work() as uow:
        for table in ("letter", "inbound_call", "inbound_source"):
            uow.session.execute(text(f"delete from app.{table}"))


def test_the_signs_are_read_by_one_statement(bihuan: Bihuan, administrator: FlaskClient) -> None:
    administrator.get("/manage/health")
    seen = list[str]()
    engine = bihuan.database.system_engine
    listener = lambda *said: seen.append(said[2])  # noqa: E731
    event.listen(engine, "before_cursor_execute", listener)
    try:
        administrator.get("/manage/health")
    finally:
        event.remove(engine, "before_cursor_execute", listener)

    assert len([one for one in seen if "sweep" in one]) == 1
    assert len(seen) <= 3


def test_programs_read_what_is_wrong_and_every_sign(county: Flask, bihuan: Bihuan) -> None:
    sweep_was(bihuan, 300)

    said = browser_of(county, bihuan, "system").get("/api/v1/health").json
    assert said is not None
    refused = browser_of(county, bihuan, "performance").get("/api/v1/health")

    [still] = [one for one in said["findings"] if one["code"] == "scheduler.still"]
    assert (still["weight"], still["count"]) == ("bad", 5) and "5 分钟" in still["text"]
    assert said["signs"]["sweep_age_seconds"] >= 300
    assert {one.name for one in dataclasses.fields(Signs)} == set(said["signs"])
    assert refused.status_code == 403
