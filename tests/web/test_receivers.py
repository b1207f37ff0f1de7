"""Systems that are told what happens, as the administrator looks after them."""

import re
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from engine.events import Event
from engine.scope import Scope
from host.composition import Bihuan
from host.workers.jobs import deliver_some
from tests.web.small_county import post, sign_in

KEY = re.compile(r"whsec_[\w+/=]+")
ADDRESS = "https://bus.invalid/in"


@pytest.fixture
def admin(county: Flask, bihuan: Bihuan) -> FlaskClient:
    with bihuan.unit_of_work() as uow:
        uow.session.execute(text("delete from app.webhook_endpoint"))
    client = county.test_client()
    sign_in(client, "system")
    return client


def added(admin: FlaskClient, **form: Any) -> tuple[int, str]:
    """Add a receiver; return its number and its key."""
    sent = {"name": "一体化系统", "address_": ADDRESS, "type": ["task.*", "instance.started"], **form}
    page = post(admin, "/manage/systems/receivers", **sent).text
    number, key = re.search(r"receivers/(\d+)/test", page), KEY.search(page)
    assert number and key
    return int(number[1]), key[0]


def happened(bihuan: Bihuan) -> UUID:
    """Let a task be urged and a worker try to tell it; return the delivery."""
    with bihuan.unit_of_work(Scope(1)) as uow:
        uow.record(Event("task.urged"))
    deliver_some(bihuan.unit_of_work, bihuan.post())
    with bihuan.unit_of_work() as uow:
        found = uow.session.scalar(text("select id from app.webhook_delivery order by created_at desc, id"))
    assert isinstance(found, UUID)
    return found


def test_a_key_is_shown_once_and_kept_encrypted(admin: FlaskClient, bihuan: Bihuan) -> None:
    number, key = added(admin)

    page = admin.get(f"/manage/systems/receivers/{number}").text
    assert "whsec_" not in page and ADDRESS in page
    again = KEY.search(post(admin, f"/manage/systems/receivers/{number}/new-key").text)
    assert again and again[0] != key
    assert "旧密钥" in admin.get(f"/manage/systems/receivers/{number}").text
    with bihuan.unit_of_work() as uow:
        kept = uow.session.execute(text("select secret, previous_secret from app.webhook_endpoint")).all()
        told = uow.session.scalars(text("select data::text from app.audit_entry")).all()
    assert not [one for row in kept for one in row if one and "whsec_" in one]
    assert not [one for one in told if "whsec_" in one]


def test_what_was_told_is_listed_with_every_attempt_and_sent_again(
    admin: FlaskClient, bihuan: Bihuan
) -> None:
    number, _ = added(admin)
    delivery = happened(bihuan)

    assert str(delivery) in admin.get(f"/manage/systems/receivers/{number}?status=planned").text
    assert str(delivery) not in admin.get(f"/manage/systems/receivers/{number}?status=dead").text
    page = admin.get(f"/manage/systems/deliveries/{delivery}").text
    assert "bus.invalid" in page, "why nobody took it"
    assert "bihuan.task.urged" in page, "what was sent"
    with bihuan.unit_of_work() as uow:
        uow.session.execute(text("update app.webhook_delivery set status = 'dead'"))
    assert "重发送不到的 1 条" in admin.get(f"/manage/systems/receivers/{number}").text
    assert post(admin, f"/manage/systems/receivers/{number}/replay").location.endswith("said=replayed")
    with bihuan.unit_of_work() as uow:
        assert uow.session.execute(text("select status, attempts from app.webhook_delivery")).all() == [
            ("planned", 0)
        ]
        uow.session.execute(text("update app.webhook_delivery set status = 'delivered'"))
    post(admin, f"/manage/systems/deliveries/{delivery}/replay")
    with bihuan.unit_of_work() as uow:
        assert uow.session.scalars(text("select status from app.webhook_delivery")).all() == ["planned"]


def test_it_is_paused_with_a_reason_resumed_changed_tested_and_removed(
    admin: FlaskClient, bihuan: Bihuan
) -> None:
    number, _ = added(admin)
    base = f"/manage/systems/receivers/{number}"

    post(admin, f"{base}/pause", reason="对方维护")
    assert "对方维护" in admin.get("/manage/systems").text
    post(admin, f"{base}/resume")
    assert "对方维护" not in admin.get("/manage/systems").text
    post(admin, f"{base}/change", name="总线", address_="https://other.invalid/", type="*")
    assert "https://other.invalid/" in admin.get("/manage/systems").text
    refused = post(admin, f"{base}/change", name="总线", address_="http://u:p@x/", type="*")
    assert refused.status_code == 422 and "账号、密码" in refused.text
    post(admin, f"{base}/test")
    assert "webhook.tested" in admin.get(base).text
    post(admin, f"{base}/remove")
    assert admin.get(base).status_code == 404
    assert "总线" not in admin.get("/manage/systems").text


def test_a_bad_address_is_refused_with_what_was_typed(admin: FlaskClient) -> None:
    refused = post(admin, "/manage/systems/receivers", name="甲<b>", address_="ftp://x", type="*")

    assert refused.status_code == 422
    assert "甲&lt;b&gt;" in refused.text and "ftp://x" in refused.text and "甲<b>" not in refused.text
