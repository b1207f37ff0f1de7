"""Values and places of a form in words, as a comparison of two rounds prints them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError

from forms.definition import FormDefinition, FormField
from forms.fields.numbers import DISPLAY_UNIT
from forms.input_schema import input_of
from forms.pairing import row_name
from host.web.form.view import label_of
from host.web.words import translate as _

Raw = Mapping[str, Any]
PLACE = re.compile(r"(\w+)(?:\[(\d{1,4})\](?:\.(\w+))?)?")


@dataclass(frozen=True)
class Spot:
    """What a path is about: a field, a row of a table (row: from 0) or one of its cells (column)."""

    field: FormField
    row: int | None = None
    column: FormField | None = None


def spot_of(definition: FormDefinition, path: str) -> Spot | None:
    """Return what a path is about; None for the whole form (`*`) and for what the form does not have."""
    found = PLACE.fullmatch(path)
    field = definition.field_map.get(found[1]) if found else None
    if found is None or field is None or (found[2] and field.type != "table"):
        return None
    column = field.column_map.get(found[3]) if found[3] else None
    if found[3] and column is None:
        return None
    return Spot(field, int(found[2]) if found[2] else None, column)


def place_words(spot: Spot | None, rows: Sequence[Raw]) -> str:
    """Return a place as people call it. rows: of the table, as they stood when the place was named."""
    if spot is None:
        return _("整张表")
    if spot.row is None:
        return spot.field.label
    name = row_name(spot.field, rows[spot.row]) if spot.row < len(rows) else ""
    words = _("第 {row} 行", row=spot.row + 1) + (f"“{name}”" if name else "")
    return f"{words} {spot.column.label}" if spot.column is not None else f"{spot.field.label} {words}"


def told(field: FormField, value: Any) -> str:
    """Return a raw value as people read it, with its unit; "" for a blank, a row by its cells."""
    if value in (None, "", []):
        return ""
    if isinstance(value, Mapping):
        cells = [told(column, value.get(column.name)) for column in field.columns if column.name != field.key]
        return "，".join(cell for cell in cells if cell)
    if field.type == "table":
        return _("{count} 行", count=len(value))
    try:
        text = label_of(field, input_of(field).deserialize(value))
    except ValidationError:
        return str(value)
    unit = field.unit or DISPLAY_UNIT.get(field.type, "")
    return f"{text} {unit}".strip() if unit and not text.endswith(unit) else text
