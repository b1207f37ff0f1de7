"""Write clean values back the way people type them, so that a filed form can be opened, carried over or compared."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from forms.definition import FormDefinition, FormField
from forms.fields.numbers import YUAN_PER_WAN
from forms.fields.typed_number import plain


def as_typed(definition: FormDefinition, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return raw values that `validate` turns into `values` again; what was left blank or is computed is left out."""
    return _typed(definition.fields, values)


def _typed(form_fields: tuple[FormField, ...], values: Mapping[str, Any]) -> dict[str, Any]:
    found = {
        field.name: typed(field, values.get(field.name)) for field in form_fields if not field.is_computed
    }
    return {name: value for name, value in found.items() if value is not None}


def typed(form_field: FormField, value: Any) -> Any:
    """Return one clean value as typed: money in 万元, a share as a percentage, numbers without exponent."""
    if value is None:
        return None
    if form_field.type == "table":
        return [_typed(form_field.columns, row) for row in value]
    if form_field.type == "choices":
        return list(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return _number(form_field, value)
    if isinstance(value, date):
        return value.isoformat()[:10]
    return value if isinstance(value, str) else str(value)


def _number(form_field: FormField, value: Decimal) -> str:
    if form_field.type == "money":
        return plain(value / YUAN_PER_WAN)
    if form_field.type == "share":
        return f"{plain(value * 100)}%"
    return plain(value)
