"""Budgets and payments from xlsx: what changes is shown before it is written, wrong cells are named, the newest holds."""

import io
import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import delete, select

from engine.access import SYSTEM
from engine.clock import VirtualClock
from engine.model.journal import AuditRow
from host.composition import Bihuan
from host.imports.of_year import at_once
from host.workers.queueing import drain
from ledger.model.payments import ProjectPayment
from ledger.model.register import Project
from ledger.payments import standing
from tests.integration.engine.committee import statements
from tests.web.small_county import post, sign_in
from tests.web.test_budgets import GOOD, OTHER, book, brought, projects, send

BUDGETS, PAYMENTS = "预算", "支出"
CELLS = re.compile(r'<tr><td>(\d+)</td><td lang="zh-CN">([^<]+)</td><td lang="zh-CN">([^<]+)</td>')
CHANGE = re.compile(
    r'<span lang="zh-CN">([^<]+)</span>[^<]*(?:<del lang="zh-CN">([^<]+)</del>[^<]*)?<ins lang="zh-CN">([^<]+)'
)


@pytest.fixture
def lead(county: Flask, bihuan: Bihuan) -> Iterator[FlaskClient]:
    client = county.test_client()
    assert sign_in(client, "performance").status_code == 302
    brought(client, bihuan, [GOOD, OTHER], 2021)
    yield client
    with bihuan.unit_of_work() as uow:
        uow.session.execute(delete(ProjectPayment))
        uow.session.execute(delete(Project))


def money(bihuan: Bihuan, code: str) -> Any:
    with bihuan.unit_of_work() as uow:
        return standing(uow.session, projects(bihuan, 2021)[code].id)


def test_a_budget_is_adjusted_with_its_document_and_the_projects_page_shows_it(
    lead: FlaskClient, bihuan: Bihuan
) -> None:
    row = ("P-1", "河道清淤", "", "1000", "财预〔2021〕8号")

    page = send(lead, [row], 2021, BUDGETS)
    assert CHANGE.findall(page) == [("调整后预算", "", "1,000.00"), ("调整依据", "", "财预〔2021〕8号")]
    assert projects(bihuan, 2021)["P-1"].adjusted_amount is None, "only tried"
    assert "更新 1 行" in brought(lead, bihuan, [row], 2021, BUDGETS)

    again = [("P-1", "", "1300", "900", "财预〔2021〕9号"), ("P-2", "", 80, "", "")]
    page = send(lead, again, 2021, BUDGETS)
    assert CHANGE.findall(page)[:2] == [
        ("年初预算", "1,200.50", "1,300.00"),
        ("调整后预算", "1,000.00", "900.00"),
    ]
    assert "更新 1 行，没有变化 1 行" in brought(lead, bihuan, again, 2021, BUDGETS)
    one = projects(bihuan, 2021)["P-1"]
    assert (one.budget_amount, one.adjusted_amount) == (Decimal(13_000_000), Decimal(9_000_000))
    shown = lead.get(f"/projects/{one.id}").text
    assert "900.00 万元" in shown and "财预〔2021〕9号" in shown
    told: Any = lead.get(f"/api/v1/projects/{one.id}").json
    assert told["money"]["adjusted_amount"] == "9000000.00"
    with bihuan.unit_of_work() as uow:
        noted = select(AuditRow).where(AuditRow.action == "budgets.import").order_by(AuditRow.id.desc())
        assert uow.session.scalars(noted).first().data["changed"] == 1  # type: ignore[union-attr]


def test_every_wrong_cell_of_a_budget_is_named(lead: FlaskClient, bihuan: Bihuan) -> None:
    wrong = [
        ("P-7", "", "", 1, "依据"),
        ("P-1", "别的项目", "", 1, "依据"),
        ("P-2", "", "-3", "", ""),
        ("P-2", "", "", 5, ""),
        ("P-1", "", "=1+1", "", ""),
    ]

    page = send(lead, wrong, 2021, BUDGETS)

    assert [(row, cell) for row, cell, _ in CELLS.findall(page)] == [
        ("3", "A 项目编码"),
        ("4", "B 项目名称"),
        ("5", "C 年初预算"),
        ("6", "A 项目编码"),
        ("7", "C 年初预算"),
    ]
    assert "登记的是“河道清淤”" in page and "这一格是公式" in page
    assert "依据" in send(lead, [("P-1", "", "", 5, "")], 2021, BUDGETS)


def test_payments_are_brought_in_by_project_and_day_and_shown_where_people_look(
    lead: FlaskClient, bihuan: Bihuan
) -> None:
    rows = [
        ("P-1", "", date(2021, 2, 28), 300, "", 1100, ""),
        ("P-1", "", "2021-01-31", "120.5", 400, "", ""),
    ]

    page = brought(lead, bihuan, rows, 2021, PAYMENTS)

    assert "新增 2 行" in page
    found = money(bihuan, "P-1")
    assert (found.as_of, found.executed_amount) == (date(2021, 2, 28), Decimal(3_000_000))
    assert (found.budget_amount, found.adjusted_amount) == (Decimal(12_005_000), Decimal(11_000_000))
    shown = lead.get(f"/projects/{projects(bihuan, 2021)['P-1'].id}").text
    assert "300.00 万元" in shown and "截至 2021-02-28" in shown and "Excel 导入" in shown


def test_of_two_words_about_a_day_the_one_taken_later_holds(lead: FlaskClient, bihuan: Bihuan) -> None:
    brought(lead, bihuan, [("P-1", "", "2021-02-01", 50, "", "", "2021-02-20 10:00")], 2021, PAYMENTS)

    older = [("P-1", "", "2021-02-01", 40, "", "", "2021-02-20 09:00")]
    assert "保留不变 1 行" in send(lead, older, 2021, PAYMENTS)
    brought(lead, bihuan, older, 2021, PAYMENTS)
    assert money(bihuan, "P-1").executed_amount == Decimal(500_000)

    brought(lead, bihuan, [("P-1", "", "2021-02-01", 50, 70, "", "2021-02-20 10:30")], 2021, PAYMENTS)
    between = [("P-1", "", "2021-02-01", 45, "", "", "2021-02-20 10:20")]
    assert "保留不变 1 行" in send(lead, between, 2021, PAYMENTS), "the same figure again was a newer word"
    newer = [("P-1", "", "2021-02-01", 60, "", "", "2021-02-20 11:00")]
    assert CHANGE.findall(send(lead, newer, 2021, PAYMENTS)) == [("累计支出", "50.00", "60.00")]
    brought(lead, bihuan, newer, 2021, PAYMENTS)
    found = money(bihuan, "P-1")
    assert (found.executed_amount, found.arrived_amount) == (Decimal(600_000), Decimal(700_000))


def test_a_budget_adjusted_after_the_last_payment_holds_and_before_it_does_not(
    lead: FlaskClient, bihuan: Bihuan, clock: VirtualClock
) -> None:
    brought(lead, bihuan, [("P-1", "", "", 700, "八号")], 2021, BUDGETS)
    clock.set(clock.now() + timedelta(minutes=1))
    brought(lead, bihuan, [("P-1", "", "2021-02-01", 50, "", 800, "")], 2021, PAYMENTS)
    assert (money(bihuan, "P-1").adjusted_amount, money(bihuan, "P-1").adjusted_basis) == (8_000_000, None)

    clock.set(clock.now() + timedelta(minutes=1))
    brought(lead, bihuan, [("P-1", "", "", 900, "九号")], 2021, BUDGETS)
    assert (money(bihuan, "P-1").adjusted_amount, money(bihuan, "P-1").adjusted_basis) == (9_000_000, "九号")


def test_every_wrong_cell_of_a_payment_is_named_and_nothing_is_written(
    lead: FlaskClient, bihuan: Bihuan
) -> None:
    wrong = [
        ("P-1", "", "2021-12-31", 1, "", "", ""),
        ("P-1", "", "二月", 1, "", "", ""),
        ("P-1", "", "2021-02-01", "", "", "", ""),
        ("P-2", "", "2021-02-01", 1, "x", "", "2031-01-01 10:00"),
        ("P-2", "", "2021-02-02", 1, "", "", ""),
        ("P-2", "", "2021-02-02", 2, "", "", ""),
    ]

    page = send(lead, wrong, 2021, PAYMENTS)

    assert [(row, cell) for row, cell, _ in CELLS.findall(page)] == [
        ("3", "C 截至日期"),
        ("4", "C 截至日期"),
        ("5", "D 累计支出"),
        ("6", "E 到位资金"),
        ("6", "G 取数时间"),
        ("8", "A 项目编码"),
    ]
    assert money(bihuan, "P-1").as_of is None


def test_a_template_lists_the_years_projects_and_rows_left_alone_are_not_brought_in(
    lead: FlaskClient, bihuan: Bihuan
) -> None:
    given = lead.get("/manage/projects/templates/payments.xlsx?year=2021")
    made = load_workbook(io.BytesIO(given.data))
    assert [[cell.value for cell in row[:2]] for row in made[PAYMENTS].iter_rows(min_row=3)] == [
        ["P-1", "河道清淤"],
        ["P-2", "灌区改造"],
    ]
    made[PAYMENTS]["C4"], made[PAYMENTS]["D4"] = date(2021, 2, 1), 7
    kept = io.BytesIO()
    made.save(kept)

    form = {"file": (io.BytesIO(kept.getvalue()), "x.xlsx"), "year": "2021"}
    assert "新增 1 行" in post(lead, "/manage/projects", **form).text
    assert lead.get("/manage/projects/templates/other.xlsx?year=2021").status_code == 404


def test_programs_try_order_and_follow_an_import(lead: FlaskClient, bihuan: Bihuan) -> None:
    def order(rows: list[tuple[Any, ...]], **more: str) -> Any:
        form = {"file": (io.BytesIO(book(rows, PAYMENTS)), "x.xlsx"), "year": "2021", **more}
        return lead.post("/api/v1/imports", data=form, headers=bearer)

    made = post(lead, "/me/tokens", name="导入", scope="year", days=30).text
    word = re.search(r'class="bh-word">([^<]+)<', made)
    assert word
    bearer = {"Authorization": f"Bearer {word[1]}"}
    wrong = order([("P-8", "", "2021-02-01", 1, "", "", "")])
    assert (wrong.status_code, wrong.json["code"]) == (422, "projects.faults")
    assert wrong.json["faults"][0]["column"] == "A 项目编码"
    row = ("P-1", "", "2021-02-01", 5, "", "", "")
    tried = order([row], dry_run="true").json
    assert (tried["kind"], tried["added"], tried["rows"][0]["changes"][0]["new"]) == ("payments", 1, "5.00")

    ordered = order([row])
    assert (ordered.status_code, ordered.json["status"]) == (202, "waiting")
    drain(bihuan.queue)

    told: Any = lead.get(f"/api/v1/imports/{ordered.json['id']}", headers=bearer).json
    assert (told["status"], told["kind"], told["summary"]["added"]) == ("done", "payments", 1)
    assert lead.get("/api/v1/imports/999999", headers=bearer).status_code == 404


@pytest.mark.parametrize(
    ("sheet", "cells"), [(BUDGETS, ("", 10, "依据")), (PAYMENTS, ("2021-02-01", 5, "", "", ""))]
)
def test_a_file_of_many_rows_takes_a_bounded_number_of_statements(
    lead: FlaskClient, bihuan: Bihuan, sheet: str, cells: tuple[Any, ...]
) -> None:
    many = [(f"M-{number}", "河道", "D01", 1) for number in range(60)]
    brought(lead, bihuan, many, 2021)
    with bihuan.unit_of_work() as uow, statements(bihuan) as said:
        found = at_once(uow, 1, 2021, book([(row[0], "", *cells) for row in many], sheet), by=SYSTEM)

    assert len(found.rows) == 60 and not found.faults
    assert len(said) <= 6, "\n".join(said)
