"""Opening a year in the browser: looked at first, opened once, its stages managed; only by who leads the year."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, text

from engine.model.campaigns import Campaign, CampaignSubject
from engine.model.journal import AuditRow
from host.composition import Bihuan
from ledger.model.register import Jurisdiction
from tests.web.small_county import post, sign_in

YEAR = 2022


@pytest.fixture
def lead(county: Flask) -> FlaskClient:
    """Somebody of the performance section."""
    client = county.test_client()
    assert sign_in(client, "performance").status_code == 302
    return client


def stages(bihuan: Bihuan, year: int) -> dict[str, Campaign]:
    with bihuan.unit_of_work() as uow:
        return {one.stage: one for one in uow.session.scalars(select(Campaign).where(Campaign.year == year))}


def test_the_year_to_come_is_looked_at_before_it_is_opened(lead: FlaskClient, bihuan: Bihuan) -> None:
    page = lead.get(f"/manage/years/new?year={YEAR}").text

    assert "待本局确认" in page and "暂按" in page
    assert "绩效目标" in page and "2021-11-30" in page
    assert page.index("2021年10月") < page.index("2021年11月")
    assert "style=" not in page
    assert not stages(bihuan, YEAR), "looking changes nothing"


def test_a_year_is_opened_once_with_the_chosen_stages_and_is_audited(
    lead: FlaskClient, bihuan: Bihuan
) -> None:
    answer = post(lead, "/manage/years/new", year=YEAR, policy="cn-default", stage=["target", "monitoring"])

    assert answer.status_code == 303
    assert set(stages(bihuan, YEAR)) == {"year", "target", "monitoring"}
    page = lead.get(answer.headers["Location"]).text
    assert "年度已开启" in page and "绩效目标" in page
    again = post(lead, "/manage/years/new", year=YEAR, policy="cn-default", stage=["target"])
    assert again.status_code == 409
    with bihuan.unit_of_work() as uow:
        noted = uow.session.scalars(select(AuditRow).where(AuditRow.action == "year.open")).all()
    assert [one.subject for one in noted] == [f"1/{YEAR}"]


def test_a_year_without_a_stage_or_of_an_unknown_pack_is_refused(lead: FlaskClient) -> None:
    answer = post(lead, "/manage/years/new", year=2030, policy="cn-default")
    assert answer.status_code == 422 and "至少选择一个阶段" in answer.text
    assert post(lead, "/manage/years/new", year=2030, policy="nowhere", stage="target").status_code == 422
    assert lead.get("/manage/years/new?year=1").status_code == 422


def test_a_stage_is_extended_and_waived_with_a_reason(lead: FlaskClient, bihuan: Bihuan) -> None:
    post(lead, "/manage/years/new", year=2023, policy="cn-default", stage=["target"])
    number = stages(bihuan, 2023)["target"].id
    place = f"/manage/stages/{number}"
    with bihuan.unit_of_work() as uow:  # as it is once the stage is open
        uow.session.add(
            CampaignSubject(
                campaign_id=number,
                process_key="target",
                subject_kind="project",
                subject_id=1,
                subject_code="P-1",
                organisation_id=11,
                title="河道清淤",
                data={},
                status="missing",
            )
        )
    assert "缺报" in lead.get(place).text

    refused = post(lead, f"{place}/extend", until="2022-11-30", reason="推迟")
    assert refused.status_code == 422 and "应晚于 2022-11-30" in refused.text
    assert post(lead, f"{place}/extend", until="2022-12-14", reason="推迟").status_code == 303
    assert "2022-12-14" in lead.get(place).text
    assert post(lead, f"{place}/waive", reason="").status_code == 422
    assert post(lead, f"{place}/waive", reason="本年不再申报").status_code == 303
    assert "本年不再申报" in lead.get(place).text
    assert post(lead, f"{place}/melt", reason="x").status_code == 404


def test_an_installation_without_a_place_leads_the_administrator_to_register_one(
    county: Flask, bihuan: Bihuan
) -> None:
    client = county.test_client()
    assert sign_in(client, "system").status_code == 302
    with bihuan.database.owner_engine.begin() as owner:  # the small county has numbered itself by hand
        owner.execute(text("select setval(pg_get_serial_sequence('app.jurisdiction', 'id'), 100)"))

    page = post(client, "/manage/places", name="新区", code="BAD CODE")
    assert page.status_code == 422 and "地区代码" in page.text
    assert post(client, "/manage/places", name="新区", code="370000").status_code == 303
    assert post(client, "/manage/places", name="新区", code="370000").status_code == 409
    assert re.search(r"<option value=\"\d+\" ?>新区", client.get("/manage/import").text)
    with bihuan.unit_of_work() as uow:
        uow.session.execute(delete(Jurisdiction).where(Jurisdiction.code == "370000"))
