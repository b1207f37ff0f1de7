"""The annual report of a year people live: each figure opens its rows and its query, a second run gives the same."""

import re
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import update

from engine import definitions
from engine.access import SYSTEM
from engine.model.campaigns import Campaign
from engine.parameters import parameters
from engine.uow import UnitOfWork
from host.composition import Bihuan
from host.publishing.factory import publish_factory
from ledger.measures.catalogue import catalogue
from ledger.measures.measure import ask
from ledger.measures.wording import in_words
from ledger.policies_in_force import places
from ledger.policy.pack import load
from ledger.reports.composing import compose
from ledger.reports.lasting import lasting_year
from ledger.reports.linked import marked, pieces
from ledger.reports.stage_plan import stage_plan
from ledger.year import open_year
from tests.integration.engine.committee import statements
from tests.web.results_county import YEAR, settle_results
from tests.web.small_county import sign_in

MOST_STATEMENTS = 26
RAN = ("target", "monitoring", "self_evaluation")


def settle_year(uow: UnitOfWork) -> None:
    """Open the year whose results are there, and let three stages have run."""
    settle_results(uow)
    if places(uow.session)[0].opened:
        return
    publish_factory(uow, by=SYSTEM)
    body = load("cn-default").resolve(YEAR).parameters()
    chosen = parameters({**body, "jurisdiction": "riverside"})
    definitions.keep_parameters(uow, chosen)
    open_year(uow, 1, chosen, stages=[*RAN, "key_evaluation"], by=SYSTEM)
    ran = Campaign.stage.in_(RAN), Campaign.round == 1
    uow.session.execute(update(Campaign).where(*ran).values(status="closed"))


@pytest.fixture
def lived(county: Flask, bihuan: Bihuan) -> Flask:
    with bihuan.unit_of_work() as uow:
        settle_year(uow)
    return county


def reader(app: Flask, login: str = "performance") -> FlaskClient:
    client = app.test_client()
    sign_in(client, login)
    return client


def test_every_figure_of_the_text_opens_its_rows_and_its_query(lived: Flask) -> None:
    client = reader(lived)
    page = client.get("/reports/annual").text

    assert "河畔县2021年度预算绩效管理工作报告" in page and "重点评价" not in page
    addresses = set(re.findall(r'class="bh-figure" href="([^"]+)"', page))
    assert len(addresses) > 20
    for address in addresses:
        assert client.get(address).status_code == 200, address
    mean = client.get("/reports/annual/figures/self_eval.fin_avg").text
    assert "78.0" in mean and "各行“财政评分”的算术平均" in mean and "from app.self_evaluation f" in mean
    assert "渠道维修" in mean and ">94.00<" in mean


def test_a_second_run_gives_the_same_figures(lived: Flask) -> None:
    client = reader(lived)
    for file in ("report.docx", "report.xlsx"):
        first, second = (client.get(f"/reports/annual/{file}") for _ in range(2))
        assert first.status_code == 200 and first.data == second.data


def test_one_statement_says_what_each_query_says_alone(lived: Flask, bihuan: Bihuan) -> None:
    with bihuan.unit_of_work() as uow:
        year = lasting_year(uow.session, places(uow.session)[0], YEAR)
        alone = {key: ask(uow.session, one, year.bound) for key, one in year.measures.items()}

        assert year.figures() == alone


def test_marks_change_nothing_but_where_a_figure_leads(lived: Flask, bihuan: Bihuan) -> None:
    with bihuan.unit_of_work() as uow:
        year = lasting_year(uow.session, places(uow.session)[0], YEAR)
        report = year.report(uow.now())
    plain, linked = compose(report), compose(marked(report))
    said = [part for block in linked.blocks if hasattr(block, "text") for part in pieces(block.text)]

    assert [getattr(one, "text", "") for one in plain.blocks] == [
        "".join(part for part, _ in pieces(getattr(one, "text", ""))) for one in linked.blocks
    ]
    assert {key for _, key in said} - {""} <= set(year.measures)


def test_every_measure_says_in_words_what_it_computes() -> None:
    policy = load("cn-default").resolve(2021).parameters()["policy"]
    for one in catalogue(policy, [section.key for section in stage_plan()]).values():
        assert in_words(one, lambda name: name)


def test_sheets_hold_figures_and_rows_and_no_formula(lived: Flask) -> None:
    client = reader(lived)
    book = load_workbook(BytesIO(client.get("/reports/annual/report.xlsx").data))
    assert book.sheetnames == ["指标", "存在的问题", "逾期", "缺报"]
    assert {str(row[5].value): row[2].value for row in book["指标"].rows}["self_eval.count"] == "4"
    rows = load_workbook(BytesIO(client.get("/reports/annual/figures/self_eval.count/rows.xlsx").data)).active
    assert rows is not None
    kinds = {cell.data_type for row in rows.iter_rows() for cell in row}
    assert "f" not in kinds


def test_programs_read_the_report_and_the_rows_of_a_measure(lived: Flask) -> None:
    client = reader(lived)
    said = client.get("/api/v1/annual-report").json
    rows = client.get("/api/v1/annual-report/figures/self_eval.count/rows?limit=3").json

    assert said and said["measures"]["self_eval.count"]["value"] == 4 and said["seed"] is None
    assert rows and rows["count"] == 4 and len(rows["rows"]) == 3


def test_the_report_is_the_bureaus_and_of_years_that_were_opened(lived: Flask) -> None:
    assert reader(lived, "unit_head").get("/reports/annual").status_code == 403
    client = reader(lived)
    assert client.get("/reports/annual?year=1999").status_code == 404
    assert client.get("/reports/annual/figures/no.such").status_code == 404


@pytest.mark.parametrize("address", ["", "/lists", "/problems", "/figures/self_eval.count"])
def test_pages_take_a_bounded_number_of_statements(lived: Flask, bihuan: Bihuan, address: str) -> None:
    client = reader(lived)
    with statements(bihuan, scopes=True) as said:
        assert client.get(f"/reports/annual{address}").status_code == 200

    assert len(said) <= MOST_STATEMENTS, "\n".join(said)
