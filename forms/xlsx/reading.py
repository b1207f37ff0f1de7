"""Read a filled sheet back: raw values as typed, and which form it left from."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from openpyxl import load_workbook

from forms.definition import FormDefinition, FormField
from forms.xlsx.archive import ArchiveLimits, require_harmless
from forms.xlsx.cells import BROKEN, typed_text
from forms.xlsx.errors import SheetUnreadable, refuse
from forms.xlsx.layout import FACTS, FIELDS, HEAD_ROW, TablePlace, layout_of
from forms.xlsx.stamping import SheetFacts, is_genuine

LIMITS = ArchiveLimits(file_bytes=8 * 1024 * 1024, unpacked_bytes=64 * 1024 * 1024, parts=200)
FOREIGN = "这不是从本系统下载的填报表；请在任务里重新下载，填好后再导入。"


@dataclass(frozen=True, slots=True)
class FilledSheet:
    """What was typed into a sheet: raw values (computed cells are not read), and the facts it was signed with."""

    raw: dict[str, Any]
    facts: SheetFacts


def read(definition: FormDefinition, data: bytes, *, key: bytes) -> FilledSheet:
    """Return what was typed into the sheet of a form.

    Raises SheetUnreadable: `sheet.too_large`, `sheet.not_xlsx`, `sheet.hostile`, `sheet.foreign` (not signed with
    `key`), `sheet.other_form`, `sheet.other_version`.
    """
    require_harmless(data, LIMITS, refuse)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        try:
            facts = _facts(book, key)
            _require_form(definition, facts)
            return FilledSheet(_values(definition, book), facts)
        finally:
            book.close()
    except BROKEN as error:
        raise refuse("not_xlsx", "xlsx 无法读取；请在 Excel 中另存为 .xlsx 后重试。") from error


def _facts(book: Any, key: bytes) -> SheetFacts:
    if FACTS not in book.sheetnames or FIELDS not in book.sheetnames:
        raise SheetUnreadable(FOREIGN, code="sheet.foreign")
    rows = book[FACTS].iter_rows(max_row=len(fields(SheetFacts)) + 1, max_col=2, values_only=True)
    found = {str(name): str(value) for name, value in rows}
    names = [field.name for field in fields(SheetFacts)]
    revision = found.get("revision", "")
    if (
        any(name not in found for name in (*names, "stamp"))
        or not revision.isascii()
        or not revision.isdigit()
    ):
        raise SheetUnreadable(FOREIGN, code="sheet.foreign")
    facts = SheetFacts(
        found["form"], found["version"], found["task"], int(found["revision"]), found["made_at"]
    )
    if not is_genuine(facts, found["stamp"], key):
        raise SheetUnreadable(FOREIGN, code="sheet.foreign")
    return facts


def _require_form(definition: FormDefinition, facts: SheetFacts) -> None:
    if facts.form != definition.key:
        raise SheetUnreadable(
            f"这份填报表是另一张表（{facts.form}），本任务要填《{definition.title}》；请核对是否选错了文件。",
            code="sheet.other_form",
        )
    if facts.version != definition.version_label:
        raise SheetUnreadable(
            f"《{definition.title}》在您下载之后改过（下载时 {facts.version}，现在 {definition.version_label}）；"
            "请重新下载，把内容抄过去再导入。",
            code="sheet.other_version",
        )


def _values(definition: FormDefinition, book: Any) -> dict[str, Any]:
    places = layout_of(definition)
    last = max((place.row for place in places.fields), default=1)
    rows = list(_cells(book[FIELDS], last, 2))
    found: dict[str, Any] = {}
    for place in places.fields:
        row: Sequence[Any] = rows[place.row - 1] if place.row <= len(rows) else ()
        if not place.field.is_computed and len(row) > 1 and (text := typed_text(row[1])):
            found[place.field.name] = _typed(place.field, text)
    for table in places.tables:
        if table.sheet in book.sheetnames:
            found[table.field.name] = _rows(book[table.sheet], table)
    return found


def _rows(sheet: Any, place: TablePlace) -> list[dict[str, Any]]:
    columns = place.field.columns
    found: list[dict[str, Any]] = []
    for cells in list(_cells(sheet, HEAD_ROW + place.field.max_rows + 1, len(columns)))[HEAD_ROW:]:
        row = {
            column.name: _typed(column, text)
            for column, cell in zip(columns, cells, strict=False)
            if not column.is_computed and (text := typed_text(cell))
        }
        found.append(row)
    while found and not found[-1]:
        found.pop()
    return [row for row in found if row]


def _cells(sheet: Any, rows: int, columns: int) -> Any:
    sheet.reset_dimensions()  # the stated size is a claim of the file
    return sheet.iter_rows(max_row=rows, max_col=columns)


def _typed(form_field: FormField, text: str) -> Any:
    if form_field.type == "choices":
        return [
            part.strip() for part in text.replace("，", "、").replace(",", "、").split("、") if part.strip()
        ]
    return text
