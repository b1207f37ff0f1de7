"""What a form holds before anybody types: defaults, the approved rows, what may be carried over from another year."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from engine.errors import BihuanError
from engine.feel.compiling import Compiled
from forms.definition import FormDefinition, FormField
from forms.retyping import typed

Functions = Mapping[str, Callable[..., Any]]
NOTHING: Mapping[str, Any] = {}


def prefilled(
    definition: FormDefinition, *, context: Mapping[str, Any] = NOTHING, functions: Functions = NOTHING
) -> dict[str, Any]:
    """Return the raw values of a form nobody has begun: a table with a baseline has its approved rows."""
    names = (*definition.context, *definition.optional_context)
    scope = {name: context.get(name) for name in names}
    found: dict[str, Any] = {}
    for field in definition.fields:
        if field.type == "table":
            found[field.name] = offered(field, _approved(field, scope, functions))
        elif field.default_from is not None:
            found[field.name] = typed(field, _known(field.default_from, scope, functions))
        elif field.default is not None and not field.is_computed:
            found[field.name] = typed(field, field.default)
    return {name: value for name, value in found.items() if value not in (None, [])}


def offered(table: FormField, rows: Sequence[Any]) -> list[Any]:
    """Return the rows of a table and, blank, those it offers besides, which people need not name."""
    known = {str(row.get(table.key)) for row in rows if isinstance(row, Mapping)}
    return [*rows, *({str(table.key): key} for key in table.offered if key not in known)]


def carried_over(
    definition: FormDefinition, current: Mapping[str, Any], earlier: Mapping[str, Any], names: Sequence[str]
) -> dict[str, Any]:
    """Return `current` with the blanks of these columns and fields filled from `earlier` (both raw).

    names: `budget_amount`, or `lines.note`: rows are matched by the key column of the table, else by their place.
    Nothing that was typed is overwritten.
    """
    found = dict(current)
    for name in names:
        head, _, column = name.partition(".")
        if not column:
            found[head] = earlier.get(head) if _is_blank(found.get(head)) else found[head]
        else:
            table = definition.field_map[head]
            found[head] = _carried_column(table, found.get(head), earlier.get(head), column)
    return {name: value for name, value in found.items() if value is not None}


def _approved(table: FormField, scope: Mapping[str, Any], functions: Functions) -> list[dict[str, Any]]:
    rows = None if table.baseline is None else _known(table.baseline, scope, functions)
    if not isinstance(rows, list):
        return []
    kept = [one for one in table.columns if one.locked or one.starts or one.name == table.key]
    return [{column.name: typed(column, row.get(column.name)) for column in kept} for row in rows]


def _known(compiled: Compiled, scope: Mapping[str, Any], functions: Functions) -> Any:
    try:
        return compiled.evaluate(dict(scope), functions=functions)
    except BihuanError:
        return None


def _carried_column(table: FormField, rows: Any, earlier: Any, column: str) -> Any:
    if not isinstance(rows, list) or not isinstance(earlier, list):
        return rows
    by_key = {_key_of(table, row, place): row for place, row in enumerate(earlier)}
    filled = []
    for place, row in enumerate(rows):
        other = by_key.get(_key_of(table, row, place), {})
        filled.append({**row, column: other.get(column)} if _is_blank(row.get(column)) else row)
    return filled


def _key_of(table: FormField, row: Mapping[str, Any], place: int) -> Any:
    return str(row.get(table.key)) if table.key else place


def _is_blank(value: Any) -> bool:
    return value is None or value == "" or value == []
