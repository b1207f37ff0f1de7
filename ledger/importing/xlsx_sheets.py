"""The rows of an xlsx workbook: plain values by column title, within the limits."""

import io
from collections.abc import Iterator
from typing import Any, Final

from openpyxl import load_workbook

from forms.xlsx.archive import require_harmless
from forms.xlsx.cells import BROKEN, plain_number
from ledger.importing.errors import LedgerUnreadable
from ledger.importing.limits import Limits

Row = tuple[int, dict[str, Any]]
FORMULA: Final = object()
"""Stands for a cell that computes its value."""


def read_sheets(
    data: bytes, names: tuple[str, ...], limits: Limits, *, stored: bool = True
) -> dict[str, list[Row]]:
    """Return (line, values by title) of every row of the named sheets that exist; blank rows are left out.

    stored: a formula counts as the value that was stored with it; else it is FORMULA.
    """
    require_harmless(data, limits, _refuse)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=stored, keep_links=False)
        try:
            return {name: list(_rows(book[name], name, limits)) for name in names if name in book.sheetnames}
        finally:
            book.close()
    except BROKEN as error:
        raise LedgerUnreadable(
            "xlsx 无法读取；请在 Excel 中另存为 .xlsx 后重试。", code="ledger.not_xlsx"
        ) from error


def _rows(sheet: Any, name: str, limits: Limits) -> Iterator[Row]:
    sheet.reset_dimensions()  # the stated size is a claim of the file
    rows = sheet.iter_rows(max_row=limits.rows + 2, max_col=limits.columns + 1)
    header = [str(cell.value).strip() if cell.value is not None else "" for cell in next(rows, ())]
    _require_header(name, header, limits)
    for line, cells in enumerate(rows, start=2):
        if line > limits.rows + 1:
            raise LedgerUnreadable(
                f"工作表 {name} 超过 {limits.rows} 行；请分年度导入。", code="ledger.too_large"
            )
        row = {
            title: _plain(cell)
            for title, cell in zip(header, cells, strict=False)
            if title and cell.value is not None
        }
        if row:
            yield line, row


def _require_header(name: str, header: list[str], limits: Limits) -> None:
    titles = [title for title in header if title]
    if len(header) > limits.columns and header[limits.columns]:
        raise LedgerUnreadable(
            f"工作表 {name} 超过 {limits.columns} 列；请删去多余的列。", code="ledger.too_large"
        )
    for title in titles:
        if titles.count(title) > 1:
            raise LedgerUnreadable(
                f"工作表 {name} 的列“{title[:40]}”出现了两次；请删去一个。", code="ledger.duplicate_field"
            )


def _plain(cell: Any) -> Any:
    if cell.data_type == "f":
        return FORMULA
    return plain_number(cell.value) if isinstance(cell.value, float) else cell.value


def _refuse(kind: str, text: str) -> LedgerUnreadable:
    return LedgerUnreadable(text, code=f"ledger.{kind}")
