"""Pages of figures: grouped, drawn in true proportions, each number down to its rows, each reader within his walls."""

import re
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from host.composition import Bihuan
from tests.integration.engine.committee import statements
from tests.web.results_county import ask, open_round, report_again, settle_results
from tests.web.small_county import sign_in

MOST_STATEMENTS = 9


@pytest.fixture
def filed(county: Flask, bihuan: Bihuan) -> Flask:
    with bihuan.unit_of_work() as uow:
        settle_results(uow, 2020)
        settle_results(uow, 2021, first=11)
    return county


def reader(app: Flask, login: str) -> FlaskClient:
    client = app.test_client()
    sign_in(client, login)
    return client


def test_bars_are_as_long_as_their_numbers_say_and_the_table_says_the_same(filed: Flask) -> None:
    page = reader(filed, "section").get("/reports/figures/scores?year=2021&by=department").text

    assert re.findall(r'<rect width="([\d.]+)"', page) == ["790.0", "600.0", "930.0", "870.0"]
    assert page.index("水利局") < page.index(
        '<a class="bh-any" href="/reports/figures/scores/rows?year=2021&amp;by=department&amp;code=D01"'
    )
    cells = re.findall(r'<td class="bh-num">([^<]*)</td>', page)
    assert cells[:5] == ["2", "93.00", "87.00", "6.00", "2"]
    assert cells[-5:] == ["4", "86.00", "78.00", "7.33", "3"]


@pytest.mark.parametrize(
    ("address", "groups"),
    [
        ("grades?year=2021", ["优", "良", "差"]),
        ("grades?year=2021&by=department", ["农业农村局", "水利局"]),
        ("scores?year=2021&by=fund", ["213 农林水支出", "未分类"]),
        ("quantification?by=year", ["2020", "2021"]),
        ("execution?year=2020", ["农业农村局", "水利局"]),
        ("first-pass?year=2021&by=fund&department=D02", ["213 农林水支出", "未分类"]),
    ],
)
def test_figures_are_grouped_as_the_address_says(filed: Flask, address: str, groups: list[str]) -> None:
    page = reader(filed, "performance").get(f"/reports/figures/{address}").text

    assert re.findall(r'<th scope="row"><a [^>]*>([^<]+)<', page) == [*groups, "合计"]


def test_a_project_that_missed_the_last_round_counts_with_its_own_latest_report(
    filed: Flask, bihuan: Bihuan
) -> None:
    with bihuan.unit_of_work() as uow:
        report_again(uow, 11, round=2, executed=750_000)

    said: Any = reader(filed, "section").get("/api/v1/figures/execution?year=2021").json
    assert (said["whole"]["rows"], said["whole"]["values"]["missed"]) == (4, "3")
    rows = reader(filed, "section").get("/reports/figures/execution/rows?year=2021&code=D01").text
    assert re.findall(r"<td[^>]*>([12])</td>", rows)[:2] == ["2", "1"] and "未报最近一轮" in rows

    with bihuan.unit_of_work() as uow:
        open_round(uow, 3)
    own: Any = reader(filed, "unit_head").get("/api/v1/figures/execution?year=2021").json
    assert (own["whole"]["rows"], own["whole"]["values"]["missed"]) == (2, "2"), (
        "nobody has reported in it yet"
    )


def test_a_project_that_never_reported_has_a_row_and_its_budget_stands_apart(
    filed: Flask, bihuan: Bihuan
) -> None:
    before: Any = reader(filed, "section").get("/api/v1/figures/execution?year=2021").json
    with bihuan.unit_of_work() as uow:
        round_id = open_round(uow, 4)
        silent, excused = ask(uow, round_id, "S-1", "started"), ask(uow, round_id, "S-2", "excluded")

    said: Any = reader(filed, "section").get("/api/v1/figures/execution?year=2021").json
    rows = reader(filed, "section").get("/reports/figures/execution/rows?year=2021").text
    told = said["whole"]["values"]

    assert said["whole"]["rows"] == before["whole"]["rows"] + 1
    assert (told["never"], told["unreported"]) == ("1", "50")
    assert all(
        told[one] == before["whole"]["values"][one] for one in ("budget", "executed", "rate", "progress")
    )
    assert silent in rows and excused not in rows and "从未填报" in rows
    other: Any = reader(filed, "unit_head").get("/api/v1/figures/execution?year=2021").json
    assert other["whole"]["values"]["never"] == "0", "it is another department's"


def test_a_figure_opens_its_rows_and_nothing_else(filed: Flask) -> None:
    client = reader(filed, "section")
    page = client.get("/reports/figures/grades?year=2021").text
    address = re.search(r'<a class="bh-any" href="([^"]+)">良<', page)
    assert address

    rows = client.get(address[1].replace("&amp;", "&")).text

    assert "良种推广" in rows and "渠道维修" not in rows and "1 行" in rows
    assert "100.00" in rows  # 1,000,000 yuan, said in 万元


def test_a_department_sees_its_own_figures_and_no_other(filed: Flask) -> None:
    client = reader(filed, "unit_head")
    page = client.get("/reports/figures/scores?year=2021&department=D02").text

    assert "水利局" not in page
    assert re.findall(r'<td class="bh-num">([^<]*)</td>', page)[:3] == ["2", "93.00", "87.00"]
    assert "水库" not in client.get("/reports/figures/scores/rows?year=2021&code=D01").text


def test_programs_read_the_same_figures(filed: Flask) -> None:
    client = reader(filed, "unit_head")
    said = client.get("/api/v1/figures/scores?year=2021").json
    rows = client.get("/api/v1/figures/scores/rows?year=2021&code=D01&limit=1").json

    assert said and [one["code"] for one in said["groups"]] == ["D01"]
    assert said["whole"]["values"]["self"] == "93"
    assert rows and rows["count"] == 2 and len(rows["rows"]) == 1


def test_a_sheet_holds_texts_as_texts(filed: Flask) -> None:
    client = reader(filed, "section")
    answer = client.get("/reports/figures/scores/rows.xlsx?year=2021&code=D01")
    sheet = load_workbook(BytesIO(answer.data)).active
    assert sheet is not None
    [cell] = [one for row in sheet.iter_rows() for one in row if str(one.value).startswith("=1+1")]

    assert cell.data_type == "s"
    table = load_workbook(BytesIO(client.get("/reports/figures/scores/table.xlsx?year=2021").data)).active
    assert table is not None and [one.value for one in list(table.rows)[-1]][:3] == ["合计", 4, 86]


@pytest.mark.parametrize("part", ["", "/rows"])
def test_a_page_takes_a_bounded_number_of_statements(filed: Flask, bihuan: Bihuan, part: str) -> None:
    client = reader(filed, "section")
    for topic in ("grades", "scores", "quantification", "execution", "workload", "first-pass"):
        with statements(bihuan, scopes=True) as said:
            assert client.get(f"/reports/figures/{topic}{part}?year=2021").status_code == 200
        assert len(said) <= MOST_STATEMENTS, "\n".join(said)


def test_nonsense_in_the_address_shows_the_usual_page(filed: Flask) -> None:
    client = reader(filed, "section")

    assert client.get("/reports/figures/nothing").status_code == 404
    for odd in ("year=0", "year=x", "by=';--", "department=x", "fund=%27", "page=-4", "page=99"):
        assert client.get(f"/reports/figures/scores?{odd}").status_code == 200, odd
        assert client.get(f"/reports/figures/scores/rows?{odd}").status_code == 200, odd
