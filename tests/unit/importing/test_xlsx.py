"""The xlsx form carries the same ledger as the JSON form."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from ledger.importing.errors import LedgerInvalid, LedgerUnreadable
from ledger.importing.reading import accept, accept_document, read
from ledger.importing.xlsx_file import read_xlsx
from ledger.importing.xlsx_writing import write_xlsx
from tests.unit.importing.ledgers import Body, evaluated, monitored

SHARED = Path(__file__).parents[4] / "shared" / "domain"


def as_xlsx(body: Body) -> bytes:
    out = io.BytesIO()
    write_xlsx(body, out)
    return out.getvalue()


@pytest.mark.parametrize("body", [evaluated(), monitored()])
def test_a_ledger_survives_the_way_through_xlsx(body: Body) -> None:
    assert accept_document(read_xlsx(as_xlsx(body))) == accept(body)


@pytest.mark.skipif(not SHARED.exists(), reason="the shared ledgers are not here")
@pytest.mark.parametrize("year", [2021, 2022])
def test_the_shared_ledgers_survive_too(year: int, tmp_path: Path) -> None:
    source = SHARED / f"ledger_shawan_{year}.json"
    target = tmp_path / "ledger.xlsx"
    write_xlsx(json.loads(source.read_text("utf-8")), target)

    assert read(target) == read(source)


def edited(body: Body, sheet: str, cell: str, value: Any) -> bytes:
    book = load_workbook(io.BytesIO(as_xlsx(body)))
    book[sheet][cell] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_an_error_names_sheet_line_and_column() -> None:
    with pytest.raises(LedgerInvalid) as caught:
        accept_document(read_xlsx(edited(evaluated(), "indicators", "K2", -7)))

    (error,) = [error for error in caught.value.errors if error.code == "ledger.negative"]
    assert (error.place, error.row, error.field) == ("工作表 indicators 第 2 行", 2, "weight")


def test_an_error_inside_an_inner_object_names_its_column() -> None:
    with pytest.raises(LedgerInvalid) as caught:
        accept_document(read_xlsx(edited(evaluated(), "departments", "F2", None)))

    (error,) = caught.value.errors
    assert (error.place, error.field) == ("工作表 departments 第 2 行", "whole.budget")


def test_an_indicator_of_no_project_is_an_error() -> None:
    with pytest.raises(LedgerInvalid) as caught:
        accept_document(read_xlsx(edited(evaluated(), "indicators", "A2", "P-9")))

    assert {error.code for error in caught.value.errors} == {
        "ledger.unknown_project",
        "ledger.indicator_count",
    }


def test_text_that_looks_like_a_formula_stays_text() -> None:
    body = evaluated()
    body["projects"][0]["name"] = "=1+1"

    ledger = accept_document(read_xlsx(as_xlsx(body)))

    assert ledger.projects[0].name == "=1+1"


def test_an_empty_list_is_a_sheet_without_rows() -> None:
    ledger = accept_document(read_xlsx(as_xlsx(monitored())))

    assert ledger.tracks["ssf"] == () and ledger.excluded is None


def test_a_column_given_twice_is_refused() -> None:
    with pytest.raises(LedgerUnreadable, match="“name”出现了两次"):
        read_xlsx(edited(evaluated(), "departments", "C1", "name"))


def test_a_workbook_without_the_head_sheet_is_refused() -> None:
    out = io.BytesIO()
    Workbook().save(out)

    with pytest.raises(LedgerUnreadable, match="没有名为 ledger 的工作表"):
        read_xlsx(out.getvalue())


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LedgerUnreadable, match="打不开"):
        read(tmp_path / "nothing.json")
