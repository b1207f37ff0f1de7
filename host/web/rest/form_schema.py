"""A form definition as JSON Schema 2020-12: types, limits, options; what only its rules know is left to them."""

from collections.abc import Mapping
from typing import Any

from forms.definition import FormDefinition, FormField

NUMBERS = {"money", "points", "percent", "share", "number", "measurement"}
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def form_schema(definition: FormDefinition) -> Mapping[str, Any]:
    """Return the schema of what is sent for a form: values as typed, money in 万元."""
    return {
        "$schema": DIALECT,
        "$id": f"{definition.key}/{definition.version_label}",
        "title": definition.title,
        **_object(definition.fields),
    }


def _object(fields: tuple[FormField, ...]) -> dict[str, Any]:
    given = [field for field in fields if not field.is_computed]
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [field.name for field in given if field.is_required],
        "properties": {field.name: _field(field) for field in given},
    }


def _field(field: FormField) -> dict[str, Any]:
    said = {"title": field.label, "description": field.help, "x-unit": field.unit}
    return {name: value for name, value in said.items() if value} | _type(field)


def _type(field: FormField) -> dict[str, Any]:
    options = [option.value for option in field.options]
    if field.type == "table":
        limits = {"minItems": field.min_rows, "maxItems": field.max_rows}
        return {"type": "array", "items": _object(field.columns), **limits}
    if field.type == "choice":
        return {"enum": options} if options else {"type": "string"}
    if field.type == "choices":
        return {"type": "array", "items": {"enum": options} if options else {"type": "string"}}
    if field.type == "boolean":
        return {"type": "boolean"}
    if field.type == "date":
        return {"type": "string", "format": "date"}
    if field.type == "integer":
        return {"type": ["integer", "string"]} | _limits(field)
    if field.type in NUMBERS:
        return {"type": ["number", "string"]} | _limits(field)
    return {"type": "string"} | ({"maxLength": field.max_length} if field.max_length else {})


def _limits(field: FormField) -> dict[str, Any]:
    found = {"minimum": field.minimum, "maximum": field.maximum}
    return {name: float(value) for name, value in found.items() if value is not None}
