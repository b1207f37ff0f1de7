"""In which fields and cells two sets of raw values mean something else."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError

from forms.definition import FormDefinition, FormField
from forms.input_schema import input_of
from forms.pairing import moved, paired

Raw = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """One field, cell or row that differs. kind: `changed`, or of a whole row `added`, `removed` or `moved`.

    field: the field or the table; column: of a cell; was_at, now_at: places of the row, from 0, None without one.
    """

    field: FormField
    kind: str
    before: Any
    after: Any
    column: FormField | None = None
    was_at: int | None = None
    now_at: int | None = None

    @property
    def path_before(self) -> str:
        """Where it stood, as remarks and errors name it."""
        return self._path(self.was_at)

    @property
    def path(self) -> str:
        """Where it stands now; a removed row where it stood."""
        return self._path(self.now_at if self.now_at is not None else self.was_at)

    def _path(self, row: int | None) -> str:
        at = self.field.name if row is None else f"{self.field.name}[{row}]"
        return f"{at}.{self.column.name}" if self.column is not None else at


def differences(definition: FormDefinition, before: Raw, after: Raw) -> list[Difference]:
    """Return every difference in the order of the form; `1,234.50` and `1234.5` mean the same."""
    found: list[Difference] = []
    for field in definition.fields:
        was, now = before.get(field.name), after.get(field.name)
        if field.type == "table":
            found += _rows(field, was or [], now or [])
        elif not field.is_computed and not alike(field, was, now):
            found.append(Difference(field, "changed", was, now))
    return found


def alike(form_field: FormField, before: Any, after: Any) -> bool:
    """Tell whether two raw values mean the same."""
    return bool(before == after or _meaning(form_field, before) == _meaning(form_field, after))


def _rows(table: FormField, before: Sequence[Raw], after: Sequence[Raw]) -> Iterator[Difference]:
    columns = [column for column in table.columns if not column.is_computed]
    pairs = paired(table, before, after)
    elsewhere = moved(pairs)
    for was, now in pairs:
        old, new = (None if was is None else before[was]), (None if now is None else after[now])
        if old is None or new is None:
            if _is_blank(table, old or new or {}):
                continue
            yield Difference(table, "removed" if new is None else "added", old, new, None, was, now)
            continue
        if now in elsewhere:
            yield Difference(table, "moved", old, new, None, was, now)
        for column in columns:
            if not alike(column, old.get(column.name), new.get(column.name)):
                cell = old.get(column.name), new.get(column.name)
                yield Difference(table, "changed", *cell, column, was, now)


def _is_blank(table: FormField, row: Raw) -> bool:
    """Tell whether a row says nothing but its key: it was offered and left alone."""
    return all(value in (None, "") for name, value in row.items() if name != table.key)


def _meaning(form_field: FormField, value: Any) -> Any:
    if value in (None, "", []):
        return None
    try:
        return input_of(form_field).deserialize(value)
    except ValidationError:
        return ("unreadable", str(value))
