"""Projects and budgets from xlsx: tried first, every fault by row and column, whole or not at all, as a job."""

import io
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import delete, select

from engine.model.journal import AuditRow
from host.composition import Bihuan
from host.workers.queueing import drain
from ledger.budgeting.sheet import template
from ledger.model.register import Project
from tests.web.small_county import TOKEN, post, sign_in

GOOD = ("P-1", "河道清淤", "D01", "1,200.5", "", "", "农林水支出", "否", "是", "")
OTHER = ("P-2", "灌区改造", "D02", 80, "直达资金", 300, "", "", "", "")
TRIED = re.compile(r'name="tried" value="([^"]+)"')


@pytest.fixture(autouse=True)
def _no_projects(bihuan: Bihuan) -> Iterator[None]:
    yield
    with bihuan.unit_of_work() as uow:
        uow.session.execute(delete(Project))


@pytest.fixture
def lead(county: Flask) -> FlaskClient:
    client = county.test_client()
    assert sign_in(client, "performance").status_code == 302
    return client


def book(rows: Sequence[tuple[Any, ...]], sheet: str = "项目") -> bytes:
    made = load_workbook(io.BytesIO(template(sheet)))
    for row in rows:
        made[sheet].append(row)
    kept = io.BytesIO()
    made.save(kept)
    return kept.getvalue()


def send(client: FlaskClient, rows: Sequence[tuple[Any, ...]], year: int = 2022, sheet: str = "项目") -> str:
    found = TOKEN.search(client.get("/manage/projects").text)
    assert found
    form = {"file": (io.BytesIO(book(rows, sheet)), "projects.xlsx"), "year": str(year)}
    return client.post("/manage/projects", data=form, headers={"X-Form-Token": found[1]}).text


def brought(
    client: FlaskClient,
    bihuan: Bihuan,
    rows: Sequence[tuple[Any, ...]],
    year: int = 2022,
    sheet: str = "项目",
) -> str:
    """Try, confirm, let the job run; return the page of the import."""
    tried = TRIED.search(send(client, rows, year, sheet))
    assert tried
    answer = post(client, "/manage/projects", tried=tried[1], sure="yes", year=year)
    assert answer.status_code == 303
    assert "排在队列里" in client.get(answer.headers["Location"]).text
    drain(bihuan.queue)
    return client.get(answer.headers["Location"]).text


def projects(bihuan: Bihuan, year: int = 2022) -> dict[str, Project]:
    with bihuan.unit_of_work() as uow:
        found = uow.session.scalars(select(Project).where(Project.year == year))
        return {one.code: one for one in found}


def test_a_file_is_tried_then_written_as_a_job_and_audited(lead: FlaskClient, bihuan: Bihuan) -> None:
    page = send(lead, [GOOD, OTHER])
    assert "新增 2 行" in page and "1,280.50 万元" in page
    assert not projects(bihuan)

    page = brought(lead, bihuan, [GOOD, OTHER])

    assert "已导入。" in page and page.count("<td>新增</td>") == 2
    found = projects(bihuan)
    assert found["P-1"].budget_amount == Decimal("12005000.00")
    assert (found["P-1"].track, found["P-1"].is_new, found["P-1"].specialised) == ("project", True, False)
    assert (found["P-2"].track, found["P-2"].total_investment_amount) == ("direct", Decimal(3_000_000))
    assert re.search(r"2022 年度的项目，2 行</td>.*?imports/\d+\">已导入<", lead.get("/manage/projects").text)
    with bihuan.unit_of_work() as uow:
        noted = select(AuditRow).where(AuditRow.action == "projects.import")
        assert uow.session.scalars(noted.order_by(AuditRow.id.desc())).first().data["added"] == 2  # type: ignore[union-attr]


def test_every_fault_is_named_by_row_and_column_and_nothing_is_written(
    lead: FlaskClient, bihuan: Bihuan
) -> None:
    wrong = [
        ("P-3", "甲", "NONE", 1, "", "", "", "", "", ""),
        ("P-4", "", "D01", 1, "", "", "", "", "", ""),
        ("P-5", "乙", "D01", "1.234", "其他", "", "", "也许", "", ""),
        GOOD,
        GOOD,
    ]

    page = send(lead, wrong)

    assert "表里有 6 处要改" in page
    cells = re.findall(r"<tr><td>(\d+)</td><td lang=.zh-CN.>([^<]+)</td>", page)
    assert cells == [
        ("3", "C 单位编码"),
        ("4", "B 项目名称"),
        ("5", "D 预算金额"),
        ("5", "E 类型"),
        ("5", "H 中央转移支付"),
        ("7", "A 项目编码"),
    ]
    assert not projects(bihuan)


def test_a_known_code_is_changed_and_the_rest_is_left_alone(lead: FlaskClient, bihuan: Bihuan) -> None:
    brought(lead, bihuan, [GOOD, OTHER])

    page = brought(lead, bihuan, [(*GOOD[:3], "900", *GOOD[4:]), OTHER])

    assert "更新 1 行，没有变化 1 行" in page
    assert projects(bihuan)["P-1"].budget_amount == Decimal(9_000_000)


def test_what_no_longer_fits_when_the_job_runs_writes_nothing_and_says_why(
    lead: FlaskClient, bihuan: Bihuan
) -> None:
    brought(lead, bihuan, [GOOD])
    tried = TRIED.search(send(lead, [(*GOOD[:2], "D02", *GOOD[3:]), OTHER]))
    assert tried
    place = post(lead, "/manage/projects", tried=tried[1], sure="yes", year=2022).headers["Location"]
    post(lead, "/manage/years/new", year=2022, policy="cn-default", stage="target")

    drain(bihuan.queue)

    page = lead.get(place).text
    assert "没有导入任何内容" in page and "年度已开启,项目的单位不能改" in page
    assert set(projects(bihuan)) == {"P-1"}


def test_last_years_projects_are_carried_over_once(lead: FlaskClient, bihuan: Bihuan) -> None:
    new = ("P-9", "新申请", "D01", 10, "新增申请", "", "", "", "", "")
    brought(lead, bihuan, [GOOD, OTHER, new], 2030)

    assert post(lead, "/manage/projects/carry-over", year=2031).status_code == 303
    found = projects(bihuan, 2031)
    assert set(found) == {"P-1", "P-2"}
    assert (found["P-1"].is_new, found["P-1"].budget_amount) == (False, Decimal("12005000.00"))
    again = post(lead, "/manage/projects/carry-over", year=2031)
    assert again.status_code == 422 and "不用再沿用" in again.text


def test_a_file_that_is_none_is_refused(lead: FlaskClient) -> None:
    assert post(lead, "/manage/projects", year=2022).status_code == 422
    assert "没有填好的行" in send(lead, [])
