"""Which places of a form a remark may be about, and whether what was sent names one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.errors import InvalidInput
from forms.definition import FormDefinition, FormField
from host.web.round.told import Raw, place_words, spot_of, told

WHOLE = "*"


@dataclass(frozen=True)
class TableCells:
    """A table to pick a cell from. heads: column labels; rows: (path of the row, its words, (path, value) per cell)."""

    label: str
    heads: Sequence[str]
    rows: Sequence[tuple[str, str, Sequence[tuple[str, str]]]]


def fields_of(definition: FormDefinition, filed: Raw) -> list[tuple[str, str]]:
    """Return the fields and rows that a remark may be about, as (path, words)."""
    found = []
    for field in definition.fields:
        if field.is_computed:
            continue
        found.append((field.name, field.label))
        paths = [f"{field.name}[{number}]" for number in range(len(_rows(field, filed)))]
        found += [(path, words_of(definition, path, filed)) for path in paths]
    return found


def cells_of(definition: FormDefinition, filed: Raw) -> list[TableCells]:
    """Return the tables of a form with every cell that was filed."""
    return [_table(field, _rows(field, filed)) for field in definition.fields if _rows(field, filed)]


def words_of(definition: FormDefinition, path: str, filed: Raw) -> str:
    """Return the place of a remark in words."""
    spot = spot_of(definition, path)
    return place_words(spot, _rows(spot.field, filed) if spot is not None else ())


def require_known(definition: FormDefinition | None, filed: Raw, paths: Sequence[str]) -> None:
    """Raise InvalidInput for a remark on something that the form, as it was filed, does not have."""
    for path in paths:
        if path != WHOLE and not _is_known(definition, filed, path):
            raise InvalidInput(
                f"意见所指的“{path}”不在要退回的这张表里;请从表里选一项,或写 * 表示整张表。",
                code="return.remarks_invalid",
                path=path,
            )


def _is_known(definition: FormDefinition | None, filed: Raw, path: str) -> bool:
    spot = spot_of(definition, path) if definition is not None else None
    if spot is None:
        return False
    return spot.row is None or spot.row < len(_rows(spot.field, filed))


def _table(field: FormField, rows: Sequence[Mapping[str, Any]]) -> TableCells:
    columns = [column for column in field.columns if not column.is_computed and column.name != field.key]
    used = [column for column in columns if any(told(column, row.get(column.name)) for row in rows)]
    return TableCells(field.label, [column.label for column in used], list(_lines(field, used, rows)))


def _lines(
    field: FormField, columns: Sequence[FormField], rows: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    for number, row in enumerate(rows):
        path = f"{field.name}[{number}]"
        cells = [(f"{path}.{column.name}", told(column, row.get(column.name))) for column in columns]
        yield path, str(number + 1), cells


def _rows(field: FormField, filed: Raw) -> Sequence[Mapping[str, Any]]:
    return filed.get(field.name) or () if field.type == "table" else ()
