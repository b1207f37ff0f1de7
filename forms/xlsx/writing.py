"""Write the sheet of a form, filled with what is known, for work away from the system."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from forms.assessing import Assessment
from forms.definition import FormDefinition, FormField
from forms.display import display
from forms.fields.numbers import DISPLAY_UNIT
from forms.xlsx.cells import put_text
from forms.xlsx.layout import FACTS, FIELDS, HEAD_ROW, TablePlace, layout_of
from forms.xlsx.stamping import SheetFacts, stamp

SPARE_ROWS = 20
LONGEST_LIST = 250
GIVEN = PatternFill("solid", start_color="EFEFEA")
LINE = Side(style="thin", color="9AA3AB")
BOX = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
NOTE = "灰色格子由系统带入或计算，不用填写。填好后保存，在系统里“导入填报表”，系统会逐格列出改动，由您确认后才生效。"
Raw = Mapping[str, Any]


def write(
    definition: FormDefinition, raw: Raw, *, standing: Assessment, facts: SheetFacts, key: bytes, title: str
) -> bytes:
    """Return the xlsx of a form.

    raw: what was typed so far, standing: what it comes to (computed cells, options); title: whose form it is.
    key: signs the facts.
    """
    book = Workbook()
    places = layout_of(definition)
    first = book.worksheets[0]
    first.title = FIELDS
    _heading(first, definition, title)
    for row, words in places.headings:
        put_text(first.cell(row, 1), words)
        first.cell(row, 1).font = Font(bold=True)
    for place in places.fields:
        put_text(first.cell(place.row, 1), place.field.label + (" *" if place.field.required else ""))
        shown = _shown(place.field, raw.get(place.field.name), standing.values.get(place.field.name))
        _value(first, place.row, 2, place.field, shown)
        _choose(first, f"B{place.row}", place.field, standing)
        put_text(first.cell(place.row, 3), _hint(place.field))
    for letter, width in (("A", 28), ("B", 44), ("C", 60)):
        first.column_dimensions[letter].width = width
    first.protection.enable()
    for table in places.tables:
        _table(book.create_sheet(table.sheet), table, raw, standing)
    _facts(book.create_sheet(FACTS), facts, key)
    found = io.BytesIO()
    book.save(found)
    return found.getvalue()


def _heading(sheet: Worksheet, definition: FormDefinition, title: str) -> None:
    put_text(sheet.cell(1, 1), f"{definition.title}  {title}")
    sheet.cell(1, 1).font = Font(bold=True, size=14)
    put_text(sheet.cell(2, 1), NOTE)


def _table(sheet: Worksheet, place: TablePlace, raw: Raw, standing: Assessment) -> None:
    table = place.field
    put_text(sheet.cell(1, 1), table.label)
    sheet.cell(1, 1).font = Font(bold=True, size=14)
    for number, column in enumerate(table.columns, start=1):
        head: Any = sheet.cell(HEAD_ROW, number)
        unit = DISPLAY_UNIT.get(column.type, column.unit)
        put_text(head, f"{column.label}（{unit}）" if unit else column.label)
        head.font, head.border, head.fill = Font(bold=True), BOX, GIVEN
        sheet.column_dimensions[get_column_letter(number)].width = 28 if column.type == "long_text" else 16
    typed: Sequence[Raw] = raw.get(table.name) or []
    clean: Sequence[Raw] = standing.values.get(table.name) or []
    spare = 0 if table.baseline is not None and typed else min(SPARE_ROWS, table.max_rows - len(typed))
    for line in range(len(typed) + spare):
        given = typed[line] if line < len(typed) else {}
        known = clean[line] if line < len(clean) else {}
        for number, column in enumerate(table.columns, start=1):
            shown = _shown(column, given.get(column.name), known.get(column.name))
            _value(sheet, HEAD_ROW + 1 + line, number, column, shown)
    last = HEAD_ROW + max(1, len(typed) + spare)
    for number, column in enumerate(table.columns, start=1):
        letter = get_column_letter(number)
        _choose(sheet, f"{letter}{HEAD_ROW + 1}:{letter}{last}", column, standing)
    sheet.freeze_panes = f"A{HEAD_ROW + 1}"
    sheet.protection.enable()


def _shown(form_field: FormField, typed: Any, clean: Any) -> str:
    """Return the text of a cell: as typed; a computed one as it comes out."""
    if form_field.is_computed:
        whole = isinstance(clean, str) and not form_field.personal
        return "" if clean is None else str(clean) if whole else display(form_field, clean)
    if isinstance(typed, list):
        return "、".join(str(item) for item in typed)
    option = next((one for one in form_field.options if one.value == typed), None)
    return option.label if option else "" if typed is None else str(typed)


def _value(sheet: Worksheet, row: int, column: int, form_field: FormField, text: str) -> None:
    cell = sheet.cell(row, column)
    if text:
        put_text(cell, text)
    cell.border = BOX
    cell.number_format = "@"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    is_given = form_field.is_computed or (form_field.locked and bool(text))
    cell.protection = Protection(locked=is_given)
    if is_given:
        cell.fill = GIVEN


def _choose(sheet: Worksheet, cells: str, form_field: FormField, standing: Assessment) -> None:
    """Offer a list in cells where one of a few answers is meant; Excel bounds the length of a list."""
    known = [option.label for option in form_field.options] or standing.options.get(form_field.name, ())
    listed = {"choice": ",".join(known), "boolean": "是,否"}.get(form_field.type, "")
    if listed and len(listed) <= LONGEST_LIST and '"' not in listed:
        rule = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True)
        rule.add(cells)
        sheet.add_data_validation(rule)


def _hint(form_field: FormField) -> str:
    unit = DISPLAY_UNIT.get(form_field.type, form_field.unit)
    return "；".join(words for words in (f"单位：{unit}" if unit else "", form_field.help) if words)


def _facts(sheet: Worksheet, facts: SheetFacts, key: bytes) -> None:
    for row, (name, value) in enumerate({**asdict(facts), "stamp": stamp(facts, key)}.items(), start=1):
        put_text(sheet.cell(row, 1), name)
        put_text(sheet.cell(row, 2), str(value))
    sheet.sheet_state = "veryHidden"
