"""Write the template of the directory's xlsx, and read a filled one: values by column, with row and column of each."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from engine.errors import InvalidInput
from forms.xlsx.cells import put_text
from ledger.importing.limits import Limits
from ledger.importing.xlsx_sheets import FORMULA, read_sheets
from ledger.roles import ROLES
from ledger.roster.columns import ORGANISATIONS, PEOPLE, SHEETS, Column
from ledger.roster.organisations import KINDS

LIMITS = Limits(file_bytes=300_000, unpacked_bytes=20_000_000, parts=100, rows=2_000, columns=20, errors=200)
MARK = "#"
"""A row that begins so is a note of the template."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a sheet. number: as Excel counts it; values: text by column title."""

    sheet: str
    number: int
    values: Mapping[str, str]

    def get(self, title: str) -> str:
        """Return what stands in a column."""
        return self.values.get(title, "")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one cell. column: its letter and title."""

    sheet: str
    row: int
    column: str
    text: str


def template() -> bytes:
    """Return the empty workbook: titles, a row that says what to write, lists to choose from."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, columns in SHEETS.items():
        add_sheet(book, name, columns)
    kinds = DataValidation(type="list", formula1='"' + ",".join(KINDS.values()) + '"', allow_blank=True)
    book[ORGANISATIONS].add_data_validation(kinds)
    kinds.add(f"C3:C{LIMITS.rows}")
    roles = book.create_sheet("岗位名称")
    for number, title in enumerate(ROLES.values(), start=1):
        put_text(roles.cell(number, 1), title)
    found = io.BytesIO()
    book.save(found)
    return found.getvalue()


def add_sheet(book: Workbook, name: str, columns: Sequence[Column]) -> Worksheet:
    """Add an empty sheet with its titles and a row that says what to write."""
    sheet: Worksheet = book.create_sheet(name)
    for number, column in enumerate(columns, start=1):
        put_text(sheet.cell(1, number), column.title)
        sheet.cell(1, number).font = Font(bold=True)
        note = (MARK if number == 1 else "") + ("必填。" if column.required else "") + column.hint
        put_text(sheet.cell(2, number), note)
        sheet.cell(2, number).font = Font(italic=True, color="5D6771")
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.freeze_panes = "A3"
    return sheet


def read(data: bytes) -> tuple[list[Line], list[Line], list[Fault]]:
    """Return the rows of organisations and of people, and what is missing or unknown in them.

    Raises InvalidInput if it is no such workbook at all, too large or hostile.
    """
    sheets = read_sheets(data, (ORGANISATIONS, PEOPLE), LIMITS, stored=False)
    if not sheets:
        raise InvalidInput(
            f"文件里没有“{ORGANISATIONS}”或“{PEOPLE}”工作表;请下载模板填写。", code="directory.no_sheets"
        )
    lines: dict[str, list[Line]] = {ORGANISATIONS: [], PEOPLE: []}
    faults: list[Fault] = []
    for name, rows in sheets.items():
        found, missing = lines_of(name, SHEETS[name], rows)
        lines[name] += found
        faults += missing
    return lines[ORGANISATIONS], lines[PEOPLE], faults


def lines_of(
    name: str, columns: Sequence[Column], rows: Sequence[tuple[int, Mapping[str, Any]]]
) -> tuple[list[Line], list[Fault]]:
    """Return the rows of a sheet without its notes, and where a cell computes or something required is missing."""
    lines, faults, known = list[Line](), list[Fault](), {column.title for column in columns}
    for number, row in rows:
        if str(next(iter(row.values()))).startswith(MARK):
            continue
        line = Line(name, number, {title: _text(value) for title, value in row.items() if title in known})
        lines.append(line)
        for column in columns:
            where = column_place(columns, column.title)
            if row.get(column.title) is FORMULA:
                faults.append(Fault(name, number, where, "这一格是公式;请复制后“选择性粘贴”为数值。"))
            elif column.required and not line.get(column.title):
                faults.append(Fault(name, number, where, f"“{column.title}”是必填的;请填写。"))
    return lines, faults


def place(sheet: str, title: str) -> str:
    """Return a column of the directory as people find it."""
    return column_place(SHEETS[sheet], title)


def column_place(columns: Sequence[Column], title: str) -> str:
    """Return a column as people find it: its letter and its title."""
    titles = [column.title for column in columns]
    return f"{get_column_letter(titles.index(title) + 1)} {title}"


def _text(value: Any) -> str:
    if isinstance(value, datetime) and value.time() != time():
        return value.isoformat(" ", "minutes")
    return value.isoformat()[:10] if isinstance(value, date) else str(value).strip()
