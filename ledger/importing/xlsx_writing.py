"""Write a ledger as xlsx: the same columns as the JSON form, every text cell forced to be text."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from ledger.importing.columns import INDICATORS, LISTS, PROJECTS, Table


def write_xlsx(document: Mapping[str, Any], target: Path | BinaryIO) -> None:
    """Write the JSON form of a ledger as one sheet per list; a list that is absent gets no sheet."""
    book = Workbook(write_only=True)
    head = book.create_sheet("ledger")
    _write(head, ("field", "value"))
    names = {table.name for table in LISTS}
    for field, value in document.items():
        if field not in names and not isinstance(value, list | Mapping):
            _write(head, (field, value))
    for table in LISTS:
        if document.get(table.name) is not None:
            _write_list(book, table, document[table.name])
    projects = document.get(PROJECTS.name) or ()
    if any("indicators" in project for project in projects):
        _write_indicators(book, projects)
    book.save(target)


def _write_list(book: Workbook, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    sheet = book.create_sheet(table.name)
    names = table.column_names()
    counted = table is PROJECTS
    _write(sheet, (*names, "indicators") if counted else names)
    for row in rows:
        cells = [_at(row, name) for name in names]
        if counted:
            indicators = row.get("indicators")
            cells.append(None if indicators is None else len(indicators))
        _write(sheet, cells)


def _write_indicators(book: Workbook, projects: Iterable[Mapping[str, Any]]) -> None:
    sheet = book.create_sheet(INDICATORS.name)
    names = INDICATORS.column_names()
    _write(sheet, ("project", *names))
    for project in projects:
        for indicator in project.get("indicators") or ():
            _write(sheet, (project["id"], *(indicator.get(name) for name in names)))


def _at(row: Mapping[str, Any], name: str) -> Any:
    group, dot, field = name.partition(".")
    return (row.get(group) or {}).get(field) if dot else row.get(name)


def _write(sheet: WriteOnlyWorksheet, values: Iterable[Any]) -> None:
    sheet.append([_cell(sheet, value) for value in values])


def _cell(sheet: WriteOnlyWorksheet, value: Any) -> Any:
    if isinstance(value, list):
        value = ";".join(value) if value else "-"
    if isinstance(value, Decimal):
        return float(value)
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, value=value)
    cell.data_type = "s"  # `=cmd` stays text: openpyxl would make it a formula
    return cell
