"""What an imported sheet would change, cell by cell, before anybody says yes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError

from forms.definition import FormDefinition, FormField
from forms.input_schema import input_of

Raw = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell that differs.

    path: as errors name it, rows of the sheet counted from 0; place: the same in words.
    kind: `changed`, `added` or `removed` (a whole row); locked: it was approved, so the sheet's value is not taken.
    """

    path: str
    place: str
    kind: str
    before: Any
    after: Any
    locked: bool = False


def changes(definition: FormDefinition, before: Raw, after: Raw) -> list[CellChange]:
    """Return every cell in which two sets of raw values mean something else; `1,234.50` and `1234.5` mean the same."""
    found: list[CellChange] = []
    for field in definition.fields:
        if field.is_computed:
            continue
        if field.type == "table":
            found += _rows(field, before.get(field.name) or [], after.get(field.name) or [])
        elif not _alike(field, before.get(field.name), after.get(field.name)):
            found.append(
                CellChange(field.name, field.label, "changed", before.get(field.name), after.get(field.name))
            )
    return found


def taken_over(definition: FormDefinition, before: Raw, after: Raw) -> dict[str, Any]:
    """Return the raw values after an import: the sheet's, except in locked cells, which keep what they had."""
    found = {name: value for name, value in after.items() if name in definition.field_map}
    for field in definition.fields:
        locked = [column.name for column in field.columns if column.locked]
        if field.type == "table" and locked:
            old = _by_key(field, before.get(field.name) or [])
            rows = _by_key(field, after.get(field.name) or [])
            found[field.name] = [
                {**row, **{name: old[key].get(name) for name in locked if key in old}}
                for key, row in rows.items()
            ]
    return found


def _rows(table: FormField, before: Sequence[Raw], after: Sequence[Raw]) -> Iterator[CellChange]:
    old, new = _by_key(table, before), _by_key(table, after)
    columns = [column for column in table.columns if not column.is_computed]
    for number, (key, row) in enumerate(new.items()):
        place, path = f"{table.label} 第 {number + 1} 行", f"{table.name}[{number}]"
        if key not in old:
            yield CellChange(path, place, "added", None, row)
            continue
        for column in columns:
            was, now = old[key].get(column.name), row.get(column.name)
            if not _alike(column, was, now):
                label = f"{place} {column.label}"
                yield CellChange(f"{path}.{column.name}", label, "changed", was, now, column.locked)
    for key, row in old.items():
        if key not in new:
            number = list(old).index(key)
            yield CellChange(
                f"{table.name}[{number}]", f"{table.label} 原第 {number + 1} 行", "removed", row, None
            )


def _by_key(table: FormField, rows: Sequence[Raw]) -> dict[Any, Raw]:
    """Return rows by their key column, or by their place where there is no usable key."""
    found: dict[Any, Raw] = {}
    for place, row in enumerate(rows):
        key = str(row.get(table.key)).strip() if table.key and row.get(table.key) not in (None, "") else None
        found[key if key is not None and key not in found else ("place", place)] = row
    return found


def _alike(form_field: FormField, before: Any, after: Any) -> bool:
    if before == after:
        return True
    return bool(_meaning(form_field, before) == _meaning(form_field, after))


def _meaning(form_field: FormField, value: Any) -> Any:
    if value in (None, "", []):
        return None
    try:
        return input_of(form_field).deserialize(value)
    except ValidationError:
        return ("unreadable", str(value))
