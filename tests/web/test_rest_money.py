"""The money part for programs of finance: kept, signed, and then the holder may file."""

from typing import Any

import pytest

from host.composition import Bihuan
from tests.web.desks import Browser, Unit
from tests.web.test_shared_forms import MONEY, REST


@pytest.fixture
def unit(bihuan: Bihuan) -> Unit:
    return Unit(bihuan, "finance", "section")


def call(page: Browser, method: str, path: str, body: Any = None, **headers: str) -> Any:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    sent["X-Form-Token"] = page.form_token()
    return page.client.open(f"/api/v1{path}", method=method, json=body, headers=sent)


def test_finance_keeps_and_signs_its_part_and_then_the_form_is_filed(unit: Unit) -> None:
    task_id, holder, finance = unit.task(), unit.browser(), unit.browser("finance")
    money = f"/tasks/{task_id}/money"
    assert call(holder, "GET", money).json["code"] == "part.not_yours"

    kept = call(finance, "PUT", money, {"values": {**MONEY, "goal_result": "不归财务"}})
    stale = call(finance, "PUT", money, {"values": MONEY})
    early = call(holder, "POST", f"/tasks/{task_id}/complete", {"values": REST})
    signed = call(finance, "POST", f"{money}/sign")

    assert kept.status_code == 200 and kept.headers["ETag"] == '"1"', kept.text
    assert kept.json["values"]["executed_amount"] == "97" and "goal_result" not in kept.json["values"]
    assert (stale.status_code, stale.json["code"]) == (412, "etag.stale")
    assert early.json["code"] == "form.part_unsigned"
    assert signed.status_code == 200, signed.text
    assert call(finance, "GET", money).json["signed_by"]


def test_money_that_is_wrong_is_not_signed_and_every_place_is_said(unit: Unit) -> None:
    task_id, finance = unit.task(), unit.browser("finance")
    money = f"/tasks/{task_id}/money"
    call(finance, "PUT", money, {"values": {"budget_amount": "viel", "executed_amount": "97"}})

    refused = call(finance, "POST", f"{money}/sign")

    assert (refused.status_code, refused.json["code"]) == (422, "form.invalid")
    assert [one["path"] for one in refused.json["errors"]] == ["budget_amount"]
