"""Systems that call, as the administrator looks after them; and what waits because it fits nothing."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from host.composition import Bihuan
from host.workers.hearing import hear_some
from tests.integration.webhooks_in.caller import Caller
from tests.web.small_county import post, sign_in

KEY = re.compile(r"whsec_[\w+/=]+")
PAID = {"year": 2021, "as_of": "2021-02-28", "rows": [{"project": "老编码<b>", "executed_amount": 100}]}
PROJECT = """insert into app.project (jurisdiction_id, organisation_id, year, track, code, name, central_transfer, is_new,
    specialised, budget_amount) values (1, 11, 2021, 'project', 'P1', '灌溉', false, false, false, 1) on conflict do nothing"""


@pytest.fixture
def admin(county: Flask, bihuan: Bihuan) -> FlaskClient:
    with bihuan.unit_of_work() as uow:
        for one in ("project_payment", "inbound_call", "inbound_source"):
            uow.session.execute(text(f"delete from app.{one}"))
        uow.session.execute(text(PROJECT))
    client = county.test_client()
    sign_in(client, "system")
    return client


def test_a_source_is_added_its_key_shown_once_changed_and_paused(admin: FlaskClient, bihuan: Bihuan) -> None:
    sent = {"name": "一体化系统", "call_type": ["payment.progress"], "messages": "papers other"}
    page = post(admin, "/manage/systems/sources", **sent).text
    found = re.search(r"/api/in/(\d+)", page)
    assert found and KEY.search(page)
    base = f"/manage/systems/sources/{found[1]}"

    assert "whsec_" not in admin.get(base).text
    assert KEY.search(post(admin, f"{base}/new-key").text)
    assert "旧密钥" in admin.get(base).text
    post(admin, f"{base}/change", name="总线", call_type=["project.list", "upper.scored"])
    listed = admin.get("/manage/systems").text
    assert "总线" in listed and "项目清单、直达资金上级评分" in listed
    post(admin, f"{base}/pause", reason="对方换机器")
    assert "对方换机器" in admin.get("/manage/systems").text
    post(admin, f"{base}/resume")
    assert "对方换机器" not in admin.get("/manage/systems").text
    refused = post(admin, f"{base}/change", name="总线")
    assert refused.status_code == 422 and "来信种类" in refused.text
    with bihuan.unit_of_work() as uow:
        actions = "select action, actor_name from app.audit_entry where action like 'source.%' order by id"
        assert [tuple(row) for row in uow.session.execute(text(actions))] == [
            (f"source.{name}", "甲") for name in ("add", "new_key", "change", "pause", "resume")
        ]


def test_what_fits_nothing_is_looked_at_matched_and_tried_again(
    admin: FlaskClient, bihuan: Bihuan, county: Flask
) -> None:
    caller = Caller(bihuan, county)
    caller.say("payment.progress", PAID)
    listed = admin.get("/manage/systems/quarantine").text
    found = re.search(r"/manage/systems/calls/(\d+)", listed)
    assert found and "没有编码为“老编码&lt;b&gt;”的项目" in listed
    page = admin.get(found[0]).text
    assert 'value="P1"' in page and "灌溉" in page, "what may be chosen"

    post(admin, f"{found[0]}/retry", **{"as:project:老编码<b>": "P1"})
    assert "等待处理" in admin.get(found[0]).text
    while hear_some(bihuan.unit_of_work, bihuan.unit_of_work):
        pass
    assert "已处理" in admin.get(found[0]).text
    assert caller.rows("select executed_amount from app.project_payment") == [(100,)]
    assert "没有待核对的来信" in admin.get("/manage/systems/quarantine").text


def test_what_fits_nothing_is_dropped_with_a_reason(
    admin: FlaskClient, bihuan: Bihuan, county: Flask
) -> None:
    caller = Caller(bihuan, county)
    caller.say("payment.progress", PAID)
    ((number,),) = caller.rows("select id from app.inbound_call")

    refused = post(admin, f"/manage/systems/calls/{number}/drop", reason=" ")
    assert refused.status_code == 422 and "请写明" in refused.text
    post(admin, f"/manage/systems/calls/{number}/drop", reason="对方发错")
    assert "对方发错" in admin.get(f"/manage/systems/calls/{number}").text
    again = post(admin, f"/manage/systems/calls/{number}/retry")
    assert again.status_code == 409 and "别人已经处理" in again.text
