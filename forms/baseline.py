"""Locked columns: what was approved comes from the baseline and may not be changed (rule L36)."""

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import ValidationError

from forms.definition import FormField
from forms.display import display
from forms.errors import FieldError
from forms.input_schema import input_of
from forms.messages import complaint

RULE = "L36"


def lock(table: FormField, rows: list[dict[str, Any]], baseline: Sequence[Any] | None) -> list[FieldError]:
    """Fill the locked columns of `rows` from the approved rows, in place; return what differs.

    baseline: approved rows by column name (raw or clean), matched by the key column; None: nothing was
    approved yet, then the locked columns are as typed and their required ones must be there.
    """
    if baseline is None:
        return _missing_locked(table, rows)
    try:
        approved = _approved(table, baseline)
    except (ValidationError, TypeError):
        return [FieldError(table.name, "baseline_unreadable", complaint("baseline_unreadable", table.label))]
    errors: list[FieldError] = []
    key_name = str(table.key)
    for index, row in enumerate(rows):
        expected = approved.pop(row[key_name], None)
        if expected is None:
            errors.append(_row_error(table, "baseline_row_unknown", row[key_name], f"[{index}].{key_name}"))
        else:
            errors += _differences(table, index, row, expected)
    errors += [_row_error(table, "baseline_row_missing", key, "") for key in approved]
    return errors


def _approved(table: FormField, baseline: Sequence[Any]) -> dict[Any, dict[str, Any]]:
    names = [column.name for column in table.columns if column.locked]
    inputs = {name: input_of(table.column_map[name]) for name in (*names, str(table.key))}
    if not all(isinstance(row, Mapping) for row in baseline):
        raise TypeError("rows of a baseline are objects")
    rows = [{name: inputs[name].deserialize(row.get(name)) for name in inputs} for row in baseline]
    return {row[str(table.key)]: row for row in rows}


def _missing_locked(table: FormField, rows: list[dict[str, Any]]) -> list[FieldError]:
    needed = [column for column in table.columns if column.locked and column.required]
    return [
        FieldError(f"{table.name}[{index}].{column.name}", "required", complaint("required", column.label))
        for index, row in enumerate(rows)
        for column in needed
        if row[column.name] is None
    ]


def _differences(
    table: FormField, index: int, row: dict[str, Any], expected: Mapping[str, Any]
) -> list[FieldError]:
    errors = []
    for name, approved in expected.items():
        typed = row[name]
        if typed is None or table.baseline_moves:
            row[name] = approved
        elif typed != approved:
            column = table.column_map[name]
            text = complaint(
                "baseline_changed",
                column.label,
                limit=display(column, approved),
                found=display(column, typed),
            )
            errors.append(FieldError(f"{table.name}[{index}].{name}", RULE, text))
    return errors


def _row_error(table: FormField, code: str, key: Any, place: str) -> FieldError:
    key_label = table.column_map[str(table.key)].label
    return FieldError(f"{table.name}{place}", RULE, complaint(code, table.label, limit=key_label, found=key))
