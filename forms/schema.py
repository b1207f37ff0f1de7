"""The JSON Schema (2020-12) of the raw input of a form, for REST and its documentation."""

from typing import Any

from forms.definition import FormDefinition, FormField
from forms.fields.texts import DEFAULT_LENGTH
from forms.fields.typed_number import MAX_TYPED_LENGTH

DIALECT = "https://json-schema.org/draft/2020-12/schema"
TYPED_NUMBER = "A number, or a text as people type it (1,234.50)"


def json_schema(definition: FormDefinition) -> dict[str, Any]:
    """Return the schema of what `validate` takes; what depends on the context or on rules is only described."""
    return {
        "$schema": DIALECT,
        "$id": f"urn:bihuan:form:{definition.key}:{definition.version_label}",
        "title": definition.title,
        **_object(definition.fields),
    }


def _object(form_fields: tuple[FormField, ...]) -> dict[str, Any]:
    typed = [field for field in form_fields if not field.is_computed]
    return {
        "type": "object",
        "properties": {field.name: _property(field) for field in typed},
        "required": [field.name for field in typed if field.required and not field.locked],
        "additionalProperties": False,
    }


def _property(field: FormField) -> dict[str, Any]:
    described = {"title": field.label}
    if field.help:
        described["description"] = field.help
    kind = _kind(field)
    if field.required and not field.locked:
        return {**described, **kind}
    return {**described, "anyOf": [kind, {"type": "null"}]}


def _kind(field: FormField) -> dict[str, Any]:
    if field.type in ("text", "long_text"):
        return {"type": "string", "maxLength": field.max_length or DEFAULT_LENGTH[field.type]}
    if field.type == "boolean":
        return {"type": "boolean"}
    if field.type == "date":
        return {"type": "string", "format": "date"}
    if field.type == "choice":
        return _choice(field)
    if field.type == "choices":
        return {"type": "array", "items": _choice(field), "uniqueItems": True, "minItems": field.min_rows}
    if field.type == "table":
        return {
            "type": "array",
            "items": _object(field.columns),
            "minItems": field.min_rows,
            "maxItems": field.max_rows,
        }
    return _number(field)


def _choice(field: FormField) -> dict[str, Any]:
    return (
        {"type": "string", "enum": [o.value for o in field.options]} if field.options else {"type": "string"}
    )


def _number(field: FormField) -> dict[str, Any]:
    number: dict[str, Any] = {"type": "integer" if field.type == "integer" else "number"}
    if field.minimum is not None:
        number["minimum"] = float(field.minimum) if field.minimum % 1 else int(field.minimum)
    if field.maximum is not None:
        number["maximum"] = float(field.maximum) if field.maximum % 1 else int(field.maximum)
    length = field.max_length or 200 if field.type == "measurement" else MAX_TYPED_LENGTH
    return {"anyOf": [number, {"type": "string", "maxLength": length, "description": TYPED_NUMBER}]}
