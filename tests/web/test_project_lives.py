"""Projects, one project's life, and the search over projects, forms and remarks, within what one may see."""

import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select

from engine.model.base import table_of
from engine.model.campaigns import CampaignSubject
from engine.model.returns import TaskReturn
from engine.model.tasks import SubmissionRow
from engine.uow import UnitOfWork
from host.composition import Bihuan
from tests.integration.engine.committee import statements
from tests.integration.engine.stage import UNIT
from tests.web.small_county import sign_in
from tests.web.year_county import YEAR, live_through, register_projects


@pytest.fixture(scope="module")
def known() -> dict[str, int]:
    return {}


@pytest.fixture
def app(county: Flask, bihuan: Bihuan, known: dict[str, int]) -> Flask:
    if not known:
        with bihuan.unit_of_work() as uow:
            live_through(uow)
            known |= register_projects(uow)
            _remark(uow)
    return county


def _remark(uow: UnitOfWork) -> None:
    """Send the filed review back with a remark, and let its form say something to look for."""
    instance_id = uow.session.scalars(
        select(CampaignSubject.instance_id).where(CampaignSubject.subject_code == "P901")
    ).one()
    filed = uow.session.scalars(select(SubmissionRow).where(SubmissionRow.instance_id == instance_id)).one()
    filed.values = dict(filed.values) | {"lines": [{"reason": "因汛期推迟,护岸砌筑完成九成"}]}
    step = {"definition_key": "review", "element_id": "fill", "name": "填报"}
    uow.session.execute(insert(table_of(TaskReturn)), [{
        "jurisdiction_id": 1, "organisation_id": UNIT, "instance_id": instance_id, "task_id": filed.task_id, "round": 2,
        **{f"{way}_{name}": value for way in ("from", "to") for name, value in step.items()},
        "reason": "请补充监理月报", "remarks": [["lines.0.reason", "附上水毁照片"]], "returned_by_id": 1,
        "returned_by_name": "赵六", "returned_at": datetime(2021, 2, 1, tzinfo=UTC),
    }])  # fmt: skip


def reader(app: Flask, login: str) -> FlaskClient:
    client = app.test_client()
    assert sign_in(client, login).status_code == 302
    return client


def said(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", page.partition("<main")[2]).split())


def test_projects_are_listed_by_fifty_and_filtered(app: Flask) -> None:
    client = reader(app, "section")

    assert "共 62 个" in said(client.get(f"/projects?year={YEAR}").text)
    assert "共 1 个" in said(client.get(f"/projects?year={YEAR}&q=水库").text)
    assert "共 61 个" in said(client.get(f"/projects?year={YEAR}&unit=12").text)
    found = said(client.get(f"/projects?year={YEAR}&stage=self_evaluation").text)
    assert "共 1 个" in found and "河道整治工程" in found
    assert "没有符合条件的项目" in said(client.get("/projects?q=没有这个").text)
    assert client.get(f"/projects?year={YEAR}&page=2").text.count("/projects/") >= 12


def test_a_unit_lists_and_opens_its_own_projects_only(app: Flask, known: dict[str, int]) -> None:
    client = reader(app, "unit_head")

    page = said(client.get(f"/projects?year={YEAR}").text)
    assert "共 1 个" in page and "水库" not in page
    assert client.get(f"/projects/{known[f'P77/{YEAR}']}").status_code == 404
    assert client.get(f"/projects/{known[f'P900/{YEAR}']}").status_code == 200


def test_a_project_tells_its_life(app: Flask, known: dict[str, int]) -> None:
    page = reader(app, "section").get(f"/projects/{known[f'P900/{YEAR}']}").text

    assert "项目自评" in said(page) and "请补充监理月报" in said(page) and "附上水毁照片" in said(page)
    assert "/instances/" in page and f"/projects/{known[f'P900/{YEAR + 1}']}" in page


@pytest.mark.parametrize(
    ("asked", "kind"),
    [("河道整治", "项目"), ("护岸砌筑", "表单内容"), ("水毁照片", "退回和意见"), ("监理 月报", "退回和意见")],
)
def test_the_search_finds_projects_forms_and_remarks(app: Flask, asked: str, kind: str) -> None:
    page = reader(app, "section").get(f"/search?q={asked}")

    assert page.status_code == 200
    assert kind in said(page.text) and "没有找到" not in page.text
    if kind != "项目":
        assert f"<mark>{asked.split()[0]}</mark>" in page.text


def test_the_search_stays_within_the_scope(app: Flask) -> None:
    neighbour, own = reader(app, "neighbour"), reader(app, "preparer")

    for asked in ("河道整治", "护岸砌筑", "水毁照片"):
        assert "没有找到" in neighbour.get(f"/search?q={asked}").text
        assert "没有找到" not in own.get(f"/search?q={asked}").text
    assert "没有找到" in own.get("/search?q=水库除险").text


def test_lists_and_search_take_a_bounded_number_of_statements(
    app: Flask, bihuan: Bihuan, known: dict[str, int]
) -> None:
    client = reader(app, "section")
    for address, most in (
        ("/projects", 10),
        (f"/projects/{known[f'P900/{YEAR}']}", 12),
        ("/search?q=河道", 9),
    ):
        client.get(address)
        with statements(bihuan) as run:
            client.get(address)
        assert len(run) <= most, "\n".join(run)


def test_programs_read_projects_and_search(app: Flask, known: dict[str, int]) -> None:
    client = reader(app, "section")

    listed = client.get(f"/api/v1/projects?year={YEAR}&unit=12").json
    assert listed and listed["total"] == 61 and len(listed["items"]) == 50
    life = client.get(f"/api/v1/projects/{known[f'P900/{YEAR}']}").json
    assert (
        life and life["returns"][0]["reason"] == "请补充监理月报" and life["members"] and life["filed"] == []
    )
    found = client.get("/api/v1/search?q=护岸砌筑&kind=form").json
    assert found and found["total"] == 1 and found["items"][0]["excerpt"][1] == "护岸砌筑"
    assert client.get("/api/v1/search?q=").status_code == 422
    assert reader(app, "neighbour").get(f"/api/v1/projects/{known[f'P900/{YEAR}']}").status_code == 404
