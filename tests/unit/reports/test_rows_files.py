"""The rows behind a figure as CSV."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ledger.reports.writing import ReportNotWritten, write_rows


def read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_rows_are_written_for_spreadsheet_programs(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "行.csv", ["code", "name"], [("P1", "道路,养护"), ("P2", None)])

    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert read(path) == [["code", "name"], ["P1", "道路,养护"], ["P2", ""]]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-2", "@SUM(A1)", "\t=1", "\r=1"])
def test_text_that_looks_like_a_formula_is_written_as_text(tmp_path: Path, text: str) -> None:
    path = write_rows(tmp_path / "rows.csv", ["a"], [(text,)])

    assert read(path)[1] == [f"'{text}"]


def test_numbers_days_and_truth_are_plain_even_below_zero(tmp_path: Path) -> None:
    row = (Decimal("-12.50"), -3, date(2022, 2, 15), True, Decimal("1E+3"))

    path = write_rows(tmp_path / "rows.csv", list("abcde"), [row])

    assert read(path)[1] == ["-12.50", "-3", "2022-02-15", "true", "1000"]


def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(ReportNotWritten):
        write_rows(tmp_path / "file" / "rows.csv", ["a"], [])
