"""Other systems for programs: the same commands as the administrator's pages."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from host.composition import Bihuan
from host.workers.jobs import deliver_some
from tests.integration.webhooks_in.caller import Caller
from tests.web.test_rest_register import Program

RECEIVER = {"name": "总线", "address": "https://bus.invalid/in", "event_types": ["task.*"]}
SOURCE = {"name": "一体化", "call_types": ["payment.progress"], "messages": ["papers"]}
PAID = {"year": 2021, "as_of": "2021-02-28", "rows": [{"project": "OLD", "executed_amount": 100}]}


@pytest.fixture
def admin(county: Flask, bihuan: Bihuan) -> Program:
    with bihuan.unit_of_work() as uow:
        for one in ("webhook_endpoint", "inbound_call", "inbound_source"):
            uow.session.execute(text(f"delete from app.{one}"))
    return Program(county, "system")


def told(answer: Any) -> Any:
    assert answer.status_code in (200, 201), answer.text
    return answer.json


def test_a_receiver_is_added_changed_tried_paused_and_removed(admin: Program, bihuan: Bihuan) -> None:
    made = told(admin.post("/systems/receivers", RECEIVER))
    assert made["key"].startswith("whsec_")
    path = f"/systems/receivers/{made['id']}"
    assert told(admin.post(f"{path}/new-key"))["key"] != made["key"]
    told(admin.send("PUT", path, {**RECEIVER, "name": "新总线"}))
    told(admin.post(f"{path}/pause", {"reason": "维护"}))
    (listed,) = admin.get("/systems/receivers")["items"]
    assert (listed["name"], listed["pause_reason"]) == ("新总线", "维护")
    assert "secret" not in str(listed) and "whsec_" not in str(listed)
    told(admin.post(f"{path}/resume"))

    first, again = (told(admin.post(f"{path}/test", key="try-1")) for _ in range(2))
    assert first == again
    deliver_some(bihuan.unit_of_work, bihuan.post())
    (delivery,) = admin.get(f"{path}/deliveries?status=planned")["items"]
    shown = admin.get(f"/systems/deliveries/{delivery['id']}")
    assert "bihuan.webhook.tested" in shown["body"] and len(shown["attempts"]) == 1
    told(admin.post(f"/systems/deliveries/{delivery['id']}/replay"))
    told(admin.post(f"{path}/replay"))
    told(admin.send("DELETE", path))
    assert not admin.get("/systems/receivers")["items"]
    assert admin.send("DELETE", path).status_code == 404


def test_a_source_is_added_its_calls_matched_and_dropped(
    admin: Program, bihuan: Bihuan, county: Flask
) -> None:
    made = told(admin.post("/systems/sources", SOURCE))
    assert made["key"].startswith("whsec_")
    path = f"/systems/sources/{made['id']}"
    told(admin.send("PUT", path, {**SOURCE, "name": "新一体化"}))
    told(admin.post(f"{path}/pause", {"reason": "维护"}))
    told(admin.post(f"{path}/resume"))
    assert told(admin.post(f"{path}/new-key"))["key"] != made["key"]
    refused = admin.post("/systems/sources", {**SOURCE, "call_types": ["task.created"]})
    assert refused.status_code == 422

    Caller(bihuan, county).say("payment.progress", PAID)
    (waiting,) = admin.get("/systems/calls?status=quarantined")["items"]
    assert waiting["misfits"][0]["key"] == "OLD"
    call = f"/systems/calls/{waiting['id']}"
    told(admin.post(f"{call}/retry", {"matches": {"project:OLD": "NEW"}}))
    assert admin.get(call)["matches"] == {"project:OLD": "NEW"}
    assert admin.post(f"{call}/drop", {"reason": "x"}).status_code == 409
    Caller(bihuan, county).heard()
    told(admin.post(f"{call}/drop", {"reason": "对方发错"}))
    assert admin.get(call)["status"] == "dropped"
    items = {one["name"]: one for one in admin.get("/systems/sources")["items"]}
    assert items["新一体化"]["messages"] == ["papers"] and "secret" not in str(items)
