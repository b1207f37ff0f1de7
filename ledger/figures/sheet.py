"""A workbook of plain tables: texts stay texts, so that no program takes one for a formula; the same bytes every time."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.writer.excel import ExcelWriter

from ledger.reports.document import line
from ledger.reports.docx_file import undated

Sheet = tuple[str, Sequence[str], Iterable[Sequence[Any]]]
WIDTH, NAME_WIDTH, LONGEST_TITLE = 14, 34, 31
BOLD = Font(bold=True)
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


def workbook(sheets: Iterable[Sheet], *, dated: datetime) -> bytes:
    """Return the xlsx file of (title, head, rows). dated: the moment its properties name."""
    book = Workbook(write_only=True)
    for title, head, rows in sheets:
        sheet: Any = book.create_sheet(line(title).translate(FORBIDDEN)[:LONGEST_TITLE])
        sheet.freeze_panes = "A2"
        for place, name in enumerate(head, 1):
            wide = name in ("名称", "部门单位", "事项", "指标", "内容")
            sheet.column_dimensions[get_column_letter(place)].width = NAME_WIDTH if wide else WIDTH
        sheet.append([_text(sheet, name, bold=True) for name in head])
        for row in rows:
            sheet.append([_cell(sheet, value) for value in row])
    book.properties.created = book.properties.modified = dated.replace(tzinfo=None)
    book.properties.creator = ""
    raw = BytesIO()
    with ZipFile(raw, "w", ZIP_DEFLATED) as packed:  # book.save would name this very moment
        ExcelWriter(book, packed).save()
    return undated(raw)


def _cell(sheet: Any, value: Any) -> Any:
    if isinstance(value, str):
        return _text(sheet, value)
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value


def _text(sheet: Any, value: str, *, bold: bool = False) -> Any:
    cell = WriteOnlyCell(sheet, value=line(value))
    cell.data_type = "s"  # `=cmd` stays text: openpyxl would make it a formula
    if bold:
        cell.font = BOLD
    return cell
