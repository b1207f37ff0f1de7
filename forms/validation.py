"""The one validator: raw values of a form in, a Submission out, or FormInvalid with every place to correct."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn

from marshmallow import ValidationError

from engine.submission import Submission
from forms.checking import Checking
from forms.definition import FormDefinition
from forms.errors import ContextMissing, FieldError, FormInvalid
from forms.input_schema import schema_of
from forms.messages import Complaint, complaint
from forms.places import flat

MAX_ERRORS = 200
MAX_UNKNOWN = 20
_ROW = re.compile(r"\[(\d+)\]")
NOTHING: Mapping[str, Any] = {}


def validate(
    definition: FormDefinition,
    raw: Mapping[str, Any],
    *,
    context: Mapping[str, Any] = NOTHING,
    functions: Mapping[str, Callable[..., Any]] = NOTHING,
) -> Submission:
    """Check what a person typed and return clean values with the warnings that fired.

    raw: values by field name: texts as typed, or numbers, booleans, lists of rows; money in 万元.
    context: what rules read besides the fields (`policy`, `baseline` …), see the definition.
    functions: FEEL functions the definition calls (`indicator_points`, `execution_score`).
    Clean values: every field of the definition (None where nothing was filled in), computed ones included;
    money in yuan, shares 0–1, points to two decimals, all Decimal.
    Raises FormInvalid; ContextMissing when the caller forgot a context or a function the definition names.
    """
    missing = [name for name in definition.context if name not in context]
    missing += [f"{name}()" for name in definition.functions if name not in functions]
    if missing:
        raise ContextMissing(definition.key, missing)
    try:
        values = schema_of(definition).load(raw)
    except ValidationError as error:
        _refuse(definition, shape_errors(definition, error.messages))
    names = (*definition.context, *definition.optional_context)
    checking = Checking(definition, values, {name: context.get(name) for name in names}, functions)
    checking.run()
    if checking.errors:
        _refuse(definition, checking.errors)
    warnings = tuple((rule, path, with_row(path, text)) for rule, path, text in checking.warnings)
    return Submission(definition.key, definition.version_label, values, warnings)


def _refuse(definition: FormDefinition, errors: Iterable[FieldError]) -> NoReturn:
    placed = tuple(FieldError(e.path, e.code, with_row(e.path, e.text)) for e in errors)
    raise FormInvalid(definition.key, definition.title, placed[:MAX_ERRORS]) from None


def with_row(path: str, text: str) -> str:
    """Say first in which row of a table a sentence is about."""
    row = _ROW.search(path)
    return f"第 {int(row[1]) + 1} 行：{text}" if row else str(text)


def shape_errors(definition: FormDefinition, messages: Any) -> list[FieldError]:
    """Turn marshmallow's messages into errors by path; unknown fields are named, up to a bound."""
    errors: list[FieldError] = []
    unknown = 0
    for parent, path, message in flat(messages):
        code = message.code if isinstance(message, Complaint) else "invalid"
        if code != "unknown_field":
            errors.append(FieldError(path, code, str(message)))
            continue
        unknown += 1
        if unknown <= MAX_UNKNOWN:
            named = _unknown(definition, parent, path)
            errors.append(FieldError(path, named.code, named))
    if unknown > MAX_UNKNOWN:
        errors.append(FieldError("", "too_many_unknown", complaint("too_many_unknown")))
    return errors


def _unknown(definition: FormDefinition, parent: str, path: str) -> Complaint:
    """Say that a field does not exist, or that it is computed and not to be typed."""
    name = path[len(parent) :].lstrip(".")
    table = definition.field_map.get(_ROW.sub("", parent))
    field = (table.column_map if table else definition.field_map).get(name)
    if field is not None:
        return complaint("computed_field", field.label)
    return complaint("unknown_field", found=name)
