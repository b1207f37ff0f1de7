"""What a browser sends for a form → raw values as typed: `lines[0].actual=97` becomes a row of a table."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from werkzeug.datastructures import MultiDict

from forms.definition import FormDefinition, FormField
from forms.retyping import as_typed
from forms.sums import without_totals

_MOVE = re.compile(r"row:(\w+):(\d{1,3}):(up|down|remove)")
_CELL = re.compile(r"(\w+)\[(\d{1,3})\]\.(\w+)")
NUMBERS = frozenset({"money", "points", "percent", "share", "integer", "number", "measurement"})


def typed_values(definition: FormDefinition, sent: MultiDict[str, str]) -> dict[str, Any]:
    """Return raw values by field name; blank fields and wholly blank rows are left out, foreign names ignored."""
    found: dict[str, Any] = {}
    rows = _rows(sent)
    for field in definition.fields:
        if field.is_computed:
            continue
        if field.type == "table":
            kept = [row for _, row in sorted(rows.get(field.name, {}).items())]
            known = [_known(field, row) for row in kept]
            value: Any = [row for row in known if row]
        elif field.type == "choices":
            value = [one for one in sent.getlist(field.name) if one]
        else:
            value = sent.get(field.name, "").strip()
        if value not in ("", []):
            found[field.name] = value
    return without_totals(definition, found)


def rearranged(definition: FormDefinition, raw: dict[str, Any], action: str) -> dict[str, Any]:
    """Return the values after a button of a row: `row:indicators:2:up`, `down`, `remove`; any other changes nothing."""
    asked = _MOVE.fullmatch(action)
    table = definition.field_map.get(asked[1]) if asked else None
    moves = table is not None and table.baseline is None and not table.offered
    rows = list(raw.get(table.name, ())) if table is not None and moves else []
    if asked is None or int(asked[2]) >= len(rows):
        return raw
    row = rows.pop(int(asked[2]))
    if asked[3] != "remove":
        rows.insert(max(0, int(asked[2]) + (1 if asked[3] == "down" else -1)), row)
    return {**raw, asked[1]: rows}


def retyped(definition: FormDefinition, kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was filed (clean values as JSON keeps them) the way people type it."""
    return as_typed(definition, {f.name: _revived(f, kept.get(f.name)) for f in definition.fields})


def _rows(sent: MultiDict[str, str]) -> dict[str, dict[int, dict[str, str]]]:
    tables: dict[str, dict[int, dict[str, str]]] = {}
    for name, value in sent.items():
        cell = _CELL.fullmatch(name)
        if cell:
            tables.setdefault(cell[1], {}).setdefault(int(cell[2]), {})[cell[3]] = value.strip()
    return tables


def _known(table: FormField, row: Mapping[str, str]) -> dict[str, str]:
    names = {column.name for column in table.columns if not column.is_computed}
    known = {name: value for name, value in row.items() if value and name in names}
    return {} if set(known) == {table.key} and not table.offered else known


def _revived(field: FormField, value: Any) -> Any:
    if field.type == "table":
        return [{c.name: _revived(c, row.get(c.name)) for c in field.columns} for row in value or []]
    if field.type not in NUMBERS or not isinstance(value, str):
        return value
    try:
        return Decimal(value)
    except InvalidOperation:
        return value
