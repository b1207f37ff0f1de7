"""What an imported sheet would change, cell by cell, before anybody says yes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from forms.definition import FormDefinition, FormField
from forms.differing import Difference, differences

Raw = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell that differs.

    path: as errors name it, rows of the sheet counted from 0; place: the same in words.
    kind: `changed`, or of a whole row `added`, `removed` or `moved`; locked: it was approved, so the sheet's value is not taken.
    """

    path: str
    place: str
    kind: str
    before: Any
    after: Any
    locked: bool = False


def changes(definition: FormDefinition, before: Raw, after: Raw) -> list[CellChange]:
    """Return every cell in which two sets of raw values mean something else; `1,234.50` and `1234.5` mean the same."""
    return [_told(one) for one in differences(definition, before, after)]


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


def _told(one: Difference) -> CellChange:
    place = one.field.label
    if one.now_at is not None:
        place = f"{place} 第 {one.now_at + 1} 行"
    elif one.was_at is not None:
        place = f"{place} 原第 {one.was_at + 1} 行"
    if one.column is not None:
        place = f"{place} {one.column.label}"
    locked = one.column is not None and one.column.locked
    return CellChange(one.path, place, one.kind, one.before, one.after, locked)


def _by_key(table: FormField, rows: Sequence[Raw]) -> dict[Any, Raw]:
    """Return rows by their key column, or by their place where there is no usable key."""
    found: dict[Any, Raw] = {}
    for place, row in enumerate(rows):
        key = str(row.get(table.key)).strip() if table.key and row.get(table.key) not in (None, "") else None
        found[key if key is not None and key not in found else ("place", place)] = row
    return found
