"""The year map: each number is the number of rows behind it, within what one may see."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from host.composition import Bihuan
from tests.integration.engine.committee import statements
from tests.web.small_county import sign_in
from tests.web.year_county import YEAR, live_through

NUMBER = re.compile(r'<a [^>]*href="(/year/\d+/(?:rows|overdue)[^"]*)"[^>]*>(.*?)</a>', re.S)
TOTAL = re.compile(r"共 ([\d,]+) (?:个|件)")


@pytest.fixture(scope="module")
def lived() -> dict[str, int]:
    return {}


@pytest.fixture
def year(county: Flask, bihuan: Bihuan, lived: dict[str, int]) -> Flask:
    if not lived:
        with bihuan.unit_of_work() as uow:
            lived |= live_through(uow)
    return county


def reader(app: Flask, login: str) -> FlaskClient:
    client = app.test_client()
    assert sign_in(client, login).status_code == 302
    return client


def numbers(page: str) -> Iterator[tuple[str, int]]:
    """Yield the address behind each number of a page, and the number: of `3 / 5` the last."""
    for address, inside in NUMBER.findall(page):
        found = re.findall(
            r"\d[\d,]*", re.sub(r"<span class=\"bh-hidden\">.*?</span>|<svg.*?</svg>", "", inside, flags=re.S)
        )
        if found:
            yield unescape(address), int(found[0 if "件" in inside else -1].replace(",", ""))


@pytest.mark.parametrize("login", ["section", "unit_head"])
def test_each_number_is_the_total_of_the_page_behind_it(year: Flask, login: str) -> None:
    client = reader(year, login)
    found = list(numbers(client.get("/year").text))

    assert len(found) > 8
    for address, number in found:
        behind = client.get(address).text
        total = TOTAL.search(behind)
        assert total and int(total[1].replace(",", "")) == number, f"{number} {address}"


def test_the_page_says_what_is_filed_what_lacks_and_what_is_waived(year: Flask) -> None:
    page = reader(year, "section").get(f"/year/{YEAR}").text

    said = re.sub(r"<[^>]+>", "", page)
    assert "项目自评已交 2 / 63 份" in said
    assert "缺 2" in said and "豁免 1" in said and "不纳入 1 SW-R06" in " ".join(said.split())
    assert "2 件，2 个单位" in said


def test_a_department_sees_its_own_numbers_only(year: Flask) -> None:
    client = reader(year, "unit_head")
    said = re.sub(r"<[^>]+>", "", client.get("/year").text)

    assert "项目自评已交 2 / 3 份" in said
    assert "水利局" not in said
    assert "共 0 个" in client.get(f"/year/{YEAR}/rows?unit=12").text
    assert "共 1 件" in client.get(f"/year/{YEAR}/overdue").text


def test_a_long_list_has_pages_of_fifty(year: Flask) -> None:
    client = reader(year, "section")
    first = client.get(f"/year/{YEAR}/rows?stage=self_evaluation&state=waiting").text
    second = client.get(f"/year/{YEAR}/rows?stage=self_evaluation&state=waiting&page=2").text

    assert "共 61 个" in first and first.count("<tr>") == 51 and second.count("<tr>") == 12
    assert "1 / 2" in first and "2 / 2" in second


def test_the_map_takes_a_bounded_number_of_statements(year: Flask, bihuan: Bihuan) -> None:
    client = reader(year, "section")
    client.get("/year")
    with statements(bihuan) as said:
        client.get("/year")
    assert len(said) <= 12, "\n".join(said)


def test_a_year_that_is_not_planned_is_not_found(year: Flask) -> None:
    assert reader(year, "section").get("/year/1999").status_code == 404


def test_programs_read_the_same_numbers_and_rows(year: Flask) -> None:
    client = reader(year, "section")

    def read(path: str) -> Any:
        answer = client.get(f"/api/v1/years{path}")
        assert answer.status_code == 200, answer.text
        return answer.json

    assert read("") == {"items": [YEAR + 1, YEAR], "current": YEAR}
    found = read(f"/{YEAR}/map")
    stage = next(one for one in found["stages"] if one["stage"] == "self_evaluation")
    assert (stage["handed"], stage["asked"]) == (2, 63)
    handed = read(f"/{YEAR}/members?stage=self_evaluation&kind=project&state=handed")
    assert handed["total"] == 2 == len(handed["items"])
    assert sum(one["number"] for one in found["overdue"]) == read(f"/{YEAR}/overdue")["total"] == 2
    assert {cell["words"] for line in found["coverage"] for cell in line["cells"]} >= {"不适用"}
    assert client.get("/api/v1/years/1999/map").status_code == 404
    assert client.get(f"/api/v1/years/{YEAR}/members?kind=x").status_code == 422


def test_a_process_tells_what_stands_where_and_how_long_it_took(year: Flask) -> None:
    page = reader(year, "section").get("/year/heat/review").text
    said = " ".join(re.sub(r"<[^>]+>", " ", page.partition("<main")[2]).split())

    assert "现在停着 2 件" in said and "100%" in said
    assert 'data-marks="{' in page
    assert "还没有人办过" in reader(year, "neighbour").get("/year/heat/review").text
    assert reader(year, "section").get("/year/heat/no_such").status_code == 404
    assert reader(year, "process").get("/studio/processes/review/heat").status_code == 200
    assert reader(year, "section").get("/studio/processes/review/heat").status_code == 403


def test_programs_read_where_a_process_takes_its_time_within_what_they_may_see(year: Flask) -> None:
    client = reader(year, "section")
    listed: Any = client.get("/api/v1/heat").json
    assert "review" in {one["key"] for one in listed["items"]}

    found: Any = client.get("/api/v1/heat/review").json
    assert (found["process"], found["now"]) == ("review", 2)
    done = next(one for one in found["elements"] if one["done"])
    assert done["first_pass"] == 100 and done["worked"]["median"] <= done["worked"]["p90"]
    assert found["slowest"] is None, "the clock stands still, so nothing took any time"
    assert client.get("/api/v1/heat/review?version=1").json == found
    assert reader(year, "neighbour").get("/api/v1/heat/review").json["now"] == 0  # type: ignore[index]
    assert client.get("/api/v1/heat/review?version=99").status_code == 404
    assert client.get("/api/v1/heat/no_such").status_code == 404
    assert client.get("/api/v1/heat/review?version=0").status_code == 422
