"""Totals of a table's column that are fields of their own: computed from the rows, typed where there are none."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from forms.errors import DefinitionProblem, FieldError
from forms.messages import complaint

if TYPE_CHECKING:
    from forms.definition import FormDefinition, FormField

SUMMED = frozenset({"money", "points", "number", "integer", "percent"})


@dataclass(frozen=True, slots=True)
class SumOf:
    """Of which column of which table a field is the total."""

    table: str
    column: str


def addends(field: "FormField", values: Mapping[str, Any]) -> list[Decimal]:
    """Return the clean values of which a field is the sum; none if no row has one, so that people type the total."""
    rows = values.get(field.sum_of.table) or [] if field.sum_of is not None else []
    found = [row.get(field.sum_of.column) for row in rows] if field.sum_of is not None else []
    return [Decimal(one) for one in found if one is not None]


def summed(definition: "FormDefinition", values: dict[str, Any]) -> Iterator[FieldError]:
    """Write every total into the values; yield where another total was typed, and where neither is there."""
    for field in definition.fields:
        if field.sum_of is None:
            continue
        parts = addends(field, values)
        typed, total = values.get(field.name), sum(parts, Decimal(0))
        if parts and typed is not None and typed != total:
            limit, found = (_plain(field, one) for one in (total, typed))
            text = complaint("total_differs", field.label, limit=limit, found=found)
            yield FieldError(field.name, "total_differs", text)
        if parts:
            values[field.name] = total
        elif typed is None and field.required:
            yield FieldError(field.name, "required", complaint("required", field.label))


def without_totals(definition: "FormDefinition", raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return raw values without the totals whose rows are filled in: the page shows those and does not ask for them."""
    found = dict(raw)
    for field in definition.fields:
        of = field.sum_of
        if of is not None and any(row.get(of.column) not in (None, "") for row in raw.get(of.table) or []):
            found.pop(field.name, None)
    return found


def sum_faults(definition: "FormDefinition") -> Iterator[DefinitionProblem]:
    """Yield every total of a column that is not there, or is no number that people type."""
    for i, section in enumerate(definition.sections):
        for j, field in enumerate(section.fields):
            if field.sum_of is None:
                continue
            table = definition.field_map.get(field.sum_of.table)
            column = table.column_map.get(field.sum_of.column) if table is not None else None
            if column is None or column.type != field.type or column.type not in SUMMED:
                place = f"sections[{i}].fields[{j}].sum_of"
                yield DefinitionProblem(place, "sum_of 应是“表.列”，列与本项是同一种数字类型")


def _plain(field: "FormField", value: Decimal) -> str:
    return f"{value / 10_000:,.2f} 万元" if field.type == "money" else f"{value:f}"
