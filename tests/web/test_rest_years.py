"""Programs open a year, manage its stages, register projects and holidays: the same commands as on the pages."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete

from host.composition import Bihuan
from ledger.model.calendars import CalendarVersion
from ledger.model.register import Project
from tests.web.small_county import TOKEN, sign_in

API = "/api/v1"
ROW = {"项目编码": "R-1", "项目名称": "河道清淤", "单位编码": "D01", "预算金额": "12.5"}


@pytest.fixture
def lead(county: Flask) -> FlaskClient:
    client = county.test_client()
    assert sign_in(client, "performance").status_code == 302
    return client


def send(client: FlaskClient, place: str, **body: Any) -> Any:
    found = TOKEN.search(client.get("/sign-in").text)
    assert found
    return client.post(f"{API}{place}", json=body, headers={"X-Form-Token": found[1]})


def test_a_year_is_looked_at_opened_and_its_stages_are_managed(lead: FlaskClient) -> None:
    plan = lead.get(f"{API}/years/plan?year=2036").get_json()
    assert plan["to_confirm"] and {one["name"] for one in plan["stages"]} >= {"target", "monitoring"}

    assert send(lead, "/years", year=2036, stages=["target", "approval"]).status_code == 201
    assert send(lead, "/years", year=2036, stages=["target"]).status_code == 409
    items = lead.get(f"{API}/stages?year=2036").get_json()["items"]
    ids = {one["stage"]: one["id"] for one in items}
    place = f"/stages/{ids['target']}"
    assert send(lead, f"{place}/extend", reason="推迟").get_json()["code"] == "stage.extension"
    assert send(lead, f"{place}/extend", reason="推迟", until="2035-12-20").status_code == 200
    assert send(lead, f"{place}/start", reason="提前").status_code == 200
    assert send(lead, f"{place}/close", reason="早关").status_code == 409
    assert send(lead, f"/stages/{ids['approval']}/waive", reason="不办").status_code == 200
    assert send(lead, "/stages/999999/waive", reason="不办").status_code == 404


def test_projects_are_registered_all_or_none_and_carried_over(lead: FlaskClient, bihuan: Bihuan) -> None:
    refused = send(
        lead, "/projects", year=2037, projects=[ROW, {**ROW, "项目编码": "R-2", "单位编码": "NONE"}]
    )
    assert refused.get_json()["code"] == "projects.faults" and "第 2 行" in refused.get_json()["detail"]
    assert send(lead, "/projects", year=2037, projects=[ROW]).get_json()["added"] == 1
    assert send(lead, "/projects", year=2037, projects=[ROW]).get_json()["same"] == 1
    assert send(lead, "/projects/carry-over", year=2038).status_code == 200
    assert send(lead, "/projects", year=2037, projects=[{"项目编码": "R-3"}]).status_code == 422
    with bihuan.unit_of_work() as uow:
        uow.session.execute(delete(Project))


def test_holidays_are_published_once_per_version(lead: FlaskClient, bihuan: Bihuan) -> None:
    sent = {"year": 2040, "arrangement": "元旦 2040-01-01 至 2040-01-03", "note": "通知"}
    assert send(lead, "/calendar", **sent).get_json()["moved"] == []
    assert send(lead, "/calendar", **sent).status_code == 409
    foreseen = send(lead, "/calendar", **sent, dry_run=True).get_json()
    assert foreseen == {"dry_run": True, "moved": [], "tasks": []}
    [version] = lead.get(f"{API}/calendar?year=2040").get_json()["versions"]
    assert (version["version"], version["note"], version["arrangement"]) == (1, "通知", sent["arrangement"])
    with bihuan.unit_of_work() as uow:
        uow.session.execute(delete(CalendarVersion))
