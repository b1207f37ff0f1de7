"""通知方式 and the calendar: an address proved by mail, wishes, the secret address of the deadlines."""

import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import vobject
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import delete, text

from engine import tasks
from engine.access import Actor
from engine.clock import VirtualClock
from engine.model.tasks import UserTask
from host.composition import Bihuan
from host.settings import Settings
from host.telling.contacts import CONTACT
from tests.integration.engine.stage import UNIT
from tests.integration.telling.mailbox import HOST, Mailbox
from tests.integration.webhooks.authority import Authority
from tests.web.serving import serve
from tests.web.small_county import PEOPLE, post, settle, sign_in, task_of

PREPARER = PEOPLE["preparer"]
ADDRESS = "preparer@example.test"


@pytest.fixture
def mailbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Mailbox, Authority]]:
    authority = Authority(tmp_path_factory.mktemp("mail"), "post office")
    found = Mailbox(authority.certificate(HOST))
    found.open()
    yield found, authority
    found.close()


@pytest.fixture
def site(bihuan: Bihuan, mailbox: tuple[Mailbox, Authority]) -> Flask:
    """The pages of a county with a mail server, and nobody's wishes."""
    box, authority = mailbox
    settings = Settings.read(
        {
            "BIHUAN_DATA_DIR": str(bihuan.settings.data_dir),
            "BIHUAN_WEBHOOK_NETWORKS": "127.0.0.0/8,::1/128",
            "BIHUAN_SMTP_HOST": HOST,
            "BIHUAN_SMTP_PORT": str(box.port),
            "BIHUAN_SMTP_FROM": "bihuan@example.test",
            "BIHUAN_SMTP_AUTHORITIES": str(authority.file),
        }
    )
    served = Bihuan(settings, clock=bihuan.clock, database=bihuan.database)
    with served.unit_of_work() as uow:
        settle(uow)
        uow.session.execute(delete(CONTACT))
    return serve(served)


@pytest.fixture
def client(site: Flask) -> FlaskClient:
    found = site.test_client()
    sign_in(found, "preparer")
    return found


def contact(bihuan: Bihuan) -> Any:
    with bihuan.unit_of_work() as uow:
        return uow.session.execute(text("select * from app.contact")).one()


def test_an_address_is_proved_by_the_code_in_the_mail(
    bihuan: Bihuan, client: FlaskClient, mailbox: tuple[Mailbox, Authority]
) -> None:
    asked = post(client, "/me/telling/address", email=ADDRESS)
    [letter] = mailbox[0].got
    code = re.search(r"\b\d{6}\b", letter.get_body(("plain",)).get_content())  # type: ignore[union-attr]
    assert code and asked.status_code == 303 and contact(bihuan).email is None

    assert post(client, "/me/telling/code", code="000000x").status_code == 422
    assert post(client, "/me/telling/code", code=code[0]).status_code == 303

    assert contact(bihuan).email == ADDRESS
    assert "已验证" in client.get("/me/telling").text


def test_a_refused_address_is_said_at_once(client: FlaskClient, mailbox: tuple[Mailbox, Authority]) -> None:
    mailbox[0].refuses = {ADDRESS}

    answer = post(client, "/me/telling/address", email=ADDRESS)

    assert answer.status_code == 422 and "550 no such user here" in answer.text


def test_without_a_mail_server_the_page_says_so(county: Flask) -> None:
    client = county.test_client()
    sign_in(client, "preparer")

    assert "系统管理员还没有设置邮件服务器" in client.get("/me/telling").text
    assert post(client, "/me/telling/address", email=ADDRESS).status_code == 422


def test_wishes_are_kept_and_shown(bihuan: Bihuan, client: FlaskClient) -> None:
    wishes = {"kind": ["urge", "return"], "digest_hour": "9", "quiet_from": "22", "quiet_until": "7"}
    assert post(client, "/me/telling", **wishes).status_code == 303

    found = contact(bihuan)
    assert (found.kinds, found.digest_hour, found.quiet_from, found.quiet_until) == (
        ["urge", "return"],
        9,
        22,
        7,
    )
    assert 'value="9" selected' in client.get("/me/telling").text
    assert post(client, "/me/telling", kind="urge", digest_hour="nine").status_code == 422


def address_in(page: str) -> str:
    found = re.search(r"http://localhost(/calendar/[\w-]+\.ics)", page)
    assert found
    return found[1]


def due(bihuan: Bihuan) -> UserTask:
    with bihuan.unit_of_work() as uow:
        task = uow.session.get_one(UserTask, task_of(uow, UNIT))
        uow.session.expunge(task)
    return task


def test_the_calendar_holds_the_open_deadlines_for_any_program_without_a_session(
    bihuan: Bihuan, site: Flask, client: FlaskClient, clock: VirtualClock
) -> None:
    task, done = due(bihuan), due(bihuan)
    with bihuan.unit_of_work() as uow:
        uow.session.get_one(UserTask, done.id).status = "completed"
    address = address_in(post(client, "/me/telling/calendar").text)
    assert address not in client.get("/me/telling").text, "shown once"

    answer = site.test_client().get(address)

    assert answer.mimetype == "text/calendar" and "Set-Cookie" not in answer.headers
    read: Any = Calendar.from_ical(answer.data)
    events = {str(one["UID"]): one for one in read.walk("VEVENT")}
    event = events[f"{task.id}@bihuan"]
    assert f"{done.id}@bihuan" not in events
    assert task.due_at and event["DTSTART"].dt.isoformat() == "2021-03-31"
    assert str(event["SUMMARY"]).startswith(task.name)
    assert set(event) == {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "TRANSP"}
    [alarm] = event.walk("VALARM")
    assert alarm["TRIGGER"].dt == timedelta(hours=-15)
    again = {one.uid.value: one for one in vobject.readOne(answer.text).vevent_list}
    assert again.keys() == events.keys()
    assert again[f"{task.id}@bihuan"].valarm.trigger.value == timedelta(hours=-15)


def test_a_program_that_has_the_calendar_is_told_so_until_it_changes(
    bihuan: Bihuan, site: Flask, client: FlaskClient
) -> None:
    address, task = address_in(post(client, "/me/telling/calendar").text), due(bihuan)
    program = site.test_client()
    etag = program.get(address).headers["ETag"]

    assert program.get(address, headers={"If-None-Match": etag}).status_code == 304
    with bihuan.unit_of_work() as uow:
        tasks.claim(uow, task.id, by=Actor(102, "别人", frozenset({("preparer", UNIT)})))
    assert program.get(address, headers={"If-None-Match": etag}).status_code == 200


def test_a_new_address_ends_the_old_one_and_ending_it_ends_it(site: Flask, client: FlaskClient) -> None:
    old = address_in(post(client, "/me/telling/calendar").text)
    new = address_in(post(client, "/me/telling/calendar").text)
    program = site.test_client()
    assert (program.get(old).status_code, program.get(new).status_code) == (404, 200)

    post(client, "/me/telling/calendar/end")

    assert program.get(new).status_code == 404


def test_the_calendar_ends_with_the_account(bihuan: Bihuan, site: Flask, client: FlaskClient) -> None:
    address = address_in(post(client, "/me/telling/calendar").text)
    try:
        with bihuan.unit_of_work() as uow:
            uow.session.execute(text("update app.account set disabled_at = now() where login = 'preparer'"))
        assert site.test_client().get(address).status_code == 404
    finally:
        with bihuan.unit_of_work() as uow:
            uow.session.execute(text("update app.account set disabled_at = null where login = 'preparer'"))


def test_the_address_stands_in_no_log_no_audit_and_no_table(
    bihuan: Bihuan, site: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    address = address_in(post(client, "/me/telling/calendar").text)
    token = address.split("/")[2].removesuffix(".ics")
    program = site.test_client()
    program.get(address)
    refused = program.get(address.replace(token, token[::-1]))

    assert refused.status_code == 404 and token[::-1] not in refused.text
    assert token not in caplog.text and token[::-1] not in caplog.text
    with bihuan.unit_of_work() as uow:
        kept = str(uow.session.execute(text("select * from app.contact")).all())
        kept += str(uow.session.execute(text("select * from app.audit_entry")).all())
    assert token not in kept
