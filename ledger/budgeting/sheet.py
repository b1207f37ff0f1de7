"""The xlsx of a year's projects: its template, and the rows of a filled one."""

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from engine.errors import InvalidInput
from ledger.budgeting.columns import COLUMNS, NO, PROJECTS, TRACKS, YES
from ledger.importing.limits import Limits
from ledger.importing.xlsx_sheets import read_sheets
from ledger.roster.sheets import Fault, Line, add_sheet, column_place, lines_of

LIMITS = Limits(file_bytes=700_000, unpacked_bytes=40_000_000, parts=100, rows=20_000, columns=20, errors=200)


def template() -> bytes:
    """Return the empty workbook: titles, a row that says what to write, lists to choose from."""
    book = Workbook()
    book.remove(book.worksheets[0])
    sheet = add_sheet(book, PROJECTS, COLUMNS)
    titles = [column.title for column in COLUMNS]
    for title, words in (("类型", TRACKS), *((one, (YES, NO)) for one in titles[-3:])):
        letter = get_column_letter(titles.index(title) + 1)
        choice = DataValidation(type="list", formula1='"' + ",".join(words) + '"', allow_blank=True)
        sheet.add_data_validation(choice)
        choice.add(f"{letter}3:{letter}{LIMITS.rows}")
    found = io.BytesIO()
    book.save(found)
    return found.getvalue()


def read(data: bytes) -> tuple[list[Line], list[Fault]]:
    """Return the rows of projects, and what is missing in them. Raises InvalidInput if it is no such workbook."""
    sheets = read_sheets(data, (PROJECTS,), LIMITS)
    if PROJECTS not in sheets:
        raise InvalidInput(f"文件里没有“{PROJECTS}”工作表;请下载模板填写。", code="projects.no_sheet")
    return lines_of(PROJECTS, COLUMNS, sheets[PROJECTS])


def fault(line: Line, title: str, text: str) -> Fault:
    """Return what is wrong with one cell."""
    return Fault(line.sheet, line.number, column_place(COLUMNS, title), text)


def in_order(faults: Sequence[Fault]) -> list[Fault]:
    """Return what is wrong as it stands in the file, the first ones only."""
    return sorted(faults, key=lambda one: (one.row, one.column))[: LIMITS.errors]
