"""The calendar in the browser: pasted, looked at with what it moves, published as a version, and who is told."""

import re
from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from engine import bulk
from engine.calendar.local_time import local_date
from engine.model.campaigns import Campaign
from engine.model.journal import AuditRow
from host.composition import Bihuan
from ledger.holidays.versions import calendar_of
from ledger.model.calendars import CalendarVersion
from tests.web.small_county import post, sign_in

PLACE = "/manage/calendar"
DUE = date(2032, 11, 30)  # a Tuesday


@pytest.fixture(autouse=True)
def _nothing_published(bihuan: Bihuan) -> Iterator[None]:
    yield
    with bihuan.unit_of_work() as uow:
        uow.session.execute(delete(CalendarVersion))


@pytest.fixture
def lead(county: Flask) -> FlaskClient:
    client = county.test_client()
    assert sign_in(client, "performance").status_code == 302
    return client


def due(bihuan: Bihuan, year: int) -> date:
    with bihuan.unit_of_work() as uow:
        found = select(Campaign.due_at).where(Campaign.year == year, Campaign.stage == "target")
        return local_date(uow.session.scalars(found).one())


def test_an_arrangement_is_looked_at_then_published_and_moves_the_deadlines(
    lead: FlaskClient, bihuan: Bihuan
) -> None:
    post(lead, "/manage/years/new", year=2033, policy="cn-default", stage="target")
    assert due(bihuan, 2033) == DUE
    text = "国庆节 2032-10-01 至 2032-10-07\n上班 2032-10-09"
    sent = {"year": 2032, "arrangement": text, "closures": "县庆 2032-11-30 至 2032-12-01"}

    page = post(lead, PLACE, **sent).text
    assert "2032-11-30 周二" in page and "2032-12-02 周四" in page and "1 个阶段" in page
    assert due(bihuan, 2033) == DUE, "looking changes nothing"
    assert "style=" not in page
    answer = post(lead, PLACE, **sent, sure="yes", seen=0, note="国办发明电〔2031〕1号")

    assert answer.status_code == 303
    assert due(bihuan, 2033) == date(2032, 12, 2)
    page = lead.get(answer.headers["Location"]).text
    assert "第 1 版" in page and "国办发明电〔2031〕1号" in page and "县庆" in page
    with bihuan.unit_of_work() as uow:
        assert not calendar_of(uow.session, 1).is_workday(date(2032, 10, 4))
        actions = set(uow.session.scalars(select(AuditRow.action)))
    assert {"calendar.publish", "calendar.move"} <= actions
    again = post(lead, PLACE, **sent, sure="yes", seen=0, note="再发一次")
    assert again.status_code == 409

    back = {**sent, "closures": ""}
    assert post(lead, PLACE, **back, sure="yes", seen=1, note="县庆改期").status_code == 303
    assert due(bihuan, 2033) == DUE
    assert "2032-11-30" in lead.get("/manage/years/new?year=2033").text


def test_what_cannot_be_read_is_said_and_what_was_typed_stays(lead: FlaskClient) -> None:
    answer = post(lead, PLACE, year=2032, arrangement="元旦 2032年1月", closures="")
    assert answer.status_code == 422
    assert "读不懂" in answer.text and "元旦 2032年1月" in answer.text
    assert (
        post(lead, PLACE, year=2032, arrangement="", closures="", sure="yes", seen=0, note="").status_code
        == 422
    )


def test_a_closure_beside_the_holidays_the_program_knows_takes_none_of_them_away(
    lead: FlaskClient, bihuan: Bihuan
) -> None:
    page = lead.get(f"{PLACE}?year=2026").text
    assert "春节 2026-02-15 至 2026-02-23" in page and "上班 2026-02-14" in page
    found = re.search(r'name="arrangement"[^>]*>([^<]+)</textarea>', page)
    assert found

    sent = {"year": 2026, "arrangement": found[1], "closures": "县庆 2026-11-30"}
    assert post(lead, PLACE, **sent).text.count("is-moved") == 1
    assert post(lead, PLACE, **sent, sure="yes", seen=0, note="县庆").status_code == 303
    with bihuan.unit_of_work() as uow:
        calendar = calendar_of(uow.session, 1)
    assert not calendar.is_workday(date(2026, 2, 16)) and calendar.is_workday(date(2026, 2, 14))
    assert not calendar.is_workday(date(2026, 11, 30))


def test_how_far_the_new_days_have_come_is_on_the_page_until_all_are_there(
    lead: FlaskClient, bihuan: Bihuan
) -> None:
    with bihuan.unit_of_work() as uow:
        order = bulk.submit(uow, "redate", [str(UUID(int=1)), "x", "y"], {}, by=uow.actor)
        bulk.keep(uow, order, 0, bulk.Result("", "ok"))
    page = lead.get(f"{PLACE}?year=2032&order={order}").text
    assert "1 / 3 件" in page and "hx-trigger" in page and 'value="1"' in page

    with bihuan.unit_of_work() as uow:
        bulk.keep(uow, order, 1, bulk.Result("", "failed", "case.over", "事项已经办结。"))
        bulk.keep(uow, order, 2, bulk.Result("", "failed", "case.over", "事项已经办结。"))
    page = lead.get(f"{PLACE}?year=2032&order={order}").text

    assert "3 / 3 件" in page and "2 件没有改成" in page and page.count("事项已经办结。") == 1
    assert "hx-trigger" not in page
    assert lead.get(f"{PLACE}?year=2032&order=999999").status_code == 404
    assert "逐个更新期限" not in lead.get(f"{PLACE}?year=2032").text
