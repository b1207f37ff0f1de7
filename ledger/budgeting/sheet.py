"""The xlsx files of a budget year: their templates, and the rows of a filled one."""

import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from engine.errors import InvalidInput
from forms.xlsx.cells import put_text
from ledger.budgeting.columns import NO, PROJECTS, SHEETS, TRACKS, YES
from ledger.importing.limits import Limits
from ledger.importing.xlsx_sheets import read_sheets
from ledger.roster.sheets import Fault, Line, add_sheet, column_place, lines_of

LISTED = {"项目编码", "项目名称"}
"""What a template lists already: a row that says no more was not filled in."""
LIMITS = Limits(file_bytes=700_000, unpacked_bytes=40_000_000, parts=100, rows=20_000, columns=20, errors=200)


def template(name: str = PROJECTS, projects: Iterable[tuple[str, str]] = ()) -> bytes:
    """Return the workbook to fill in: titles, a row that says what to write, codes and names of these projects."""
    book = Workbook()
    book.remove(book.worksheets[0])
    sheet = add_sheet(book, name, SHEETS[name])
    if name == PROJECTS:
        _add_choices(sheet)
    for number, pair in enumerate(projects, start=3):
        for column, text in enumerate(pair, start=1):
            put_text(sheet.cell(number, column), text)
    found = io.BytesIO()
    book.save(found)
    return found.getvalue()


def _add_choices(sheet: Worksheet) -> None:
    titles = [column.title for column in SHEETS[PROJECTS]]
    for title, words in (("类型", TRACKS), *((one, (YES, NO)) for one in titles[-3:])):
        letter = get_column_letter(titles.index(title) + 1)
        choice = DataValidation(type="list", formula1='"' + ",".join(words) + '"', allow_blank=True)
        sheet.add_data_validation(choice)
        choice.add(f"{letter}3:{letter}{LIMITS.rows}")


def read(data: bytes) -> tuple[str, list[Line], list[Fault]]:
    """Return which sheet the workbook has, its rows, and what is missing in them. Raises InvalidInput if it has none."""
    sheets = read_sheets(data, tuple(SHEETS), LIMITS, stored=False)
    named = "、".join(f"“{name}”" for name in SHEETS)
    if len(sheets) != 1:
        wrong = f"有 {len(sheets)} 张" if sheets else "没有"
        raise InvalidInput(
            f"文件里应有一张工作表,名为{named}之一,现在{wrong};请下载模板填写。", code="projects.no_sheet"
        )
    ((name, rows),) = sheets.items()
    if name != PROJECTS:
        rows = [row for row in rows if row[1].keys() - LISTED]
    return name, *lines_of(name, SHEETS[name], rows)


def fault(line: Line, title: str, text: str) -> Fault:
    """Return what is wrong with one cell."""
    return Fault(line.sheet, line.number, column_place(SHEETS[line.sheet], title), text)


def in_order(faults: Sequence[Fault]) -> list[Fault]:
    """Return what is wrong as it stands in the file, the first ones only."""
    return sorted(faults, key=lambda one: (one.row, one.column))[: LIMITS.errors]
