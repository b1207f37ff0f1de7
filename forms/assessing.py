"""Where a half-filled form stands: what can be read and computed so far, what is still wrong or missing, per section."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError, missing

from forms.checking import Checking
from forms.definition import FormDefinition, FormField, Section
from forms.errors import FieldError
from forms.fields.tables import TableInput
from forms.input_schema import input_of
from forms.messages import complaint
from forms.validation import NOTHING, shape_errors, with_row

MISSING = frozenset({"required", "too_few_rows", "computed_missing"})
_FIELD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class SectionState:
    """How far a section is. state: `empty` (nothing typed), `open` (something missing), `faulty`, or `done`."""

    key: str
    state: str
    errors: int


@dataclass(frozen=True, slots=True)
class Assessment:
    """A form as it stands.

    values: clean values, None where nothing (or nothing readable) was typed; computed ones as far as they can be.
    errors: what stands between the form and its filing; warnings: (rule, path, sentence), they never block.
    options: by field name, what may be chosen where that comes from the context.
    """

    values: Mapping[str, Any]
    errors: tuple[FieldError, ...]
    warnings: tuple[tuple[str, str, str], ...]
    options: Mapping[str, tuple[str, ...]]
    sections: tuple[SectionState, ...]

    @property
    def is_ready(self) -> bool:
        """Whether `validate` would accept it."""
        return not self.errors


def assess(
    definition: FormDefinition,
    raw: Mapping[str, Any],
    *,
    context: Mapping[str, Any] = NOTHING,
    functions: Mapping[str, Callable[..., Any]] = NOTHING,
) -> Assessment:
    """Look at what was typed so far; unlike `validate` it refuses nothing and computes what it can.

    Without errors it agrees with `validate` in every value and warning. Arguments as there.
    """
    values, faults = _readable(definition, raw)
    names = (*definition.context, *definition.optional_context)
    checking = Checking(definition, values, {name: context.get(name) for name in names}, functions)
    checking.run()
    known = {fault.path for fault in faults}
    later = [error for error in checking.errors if error.path not in known]
    if faults:
        later = [error for error in later if error.code != "computed_missing"]
    errors = tuple(faults + [FieldError(e.path, e.code, with_row(e.path, e.text)) for e in later])
    warnings = tuple((rule, path, with_row(path, text)) for rule, path, text in checking.warnings)
    options = {name: tuple(found) for name, found in checking.all_options().items()}
    sections = tuple(_state(section, raw, errors) for section in definition.sections)
    return Assessment(values, errors, warnings, options, sections)


def _readable(definition: FormDefinition, raw: Mapping[str, Any]) -> tuple[dict[str, Any], list[FieldError]]:
    """Read every field by itself, so that one bad value does not hide the others."""
    values: dict[str, Any] = {}
    messages: dict[str, Any] = {}
    for field in definition.fields:
        if field.is_computed:
            continue
        given = raw.get(field.name, missing)
        try:
            values[field.name] = input_of(field).deserialize(given)
        except ValidationError as error:
            messages[field.name] = error.messages
            values[field.name] = _readable_rows(field, given) if field.type == "table" else None
    for name in raw:
        if name not in values:
            messages[name] = [complaint("unknown_field", found=name)]
    return values, shape_errors(definition, messages)


def _readable_rows(table: FormField, given: Any) -> list[dict[str, Any]]:
    """Return what can be read of each row; what cannot is None."""
    found: list[dict[str, Any]] = []
    reader = input_of(table)
    if not isinstance(given, list) or not isinstance(reader, TableInput):
        return found
    blank = {column.name: None for column in table.columns if not column.is_computed}
    for row in given[: table.max_rows]:
        try:
            found.append(reader.row_schema.load(row))
        except ValidationError as error:
            read = error.valid_data if isinstance(error.valid_data, dict) else {}
            found.append({**blank, **read})
    return found


def _state(section: Section, raw: Mapping[str, Any], errors: tuple[FieldError, ...]) -> SectionState:
    names = {field.name for field in section.fields}
    own = [error for error in errors if (head := _FIELD.match(error.path)) and head[0] in names]
    touched = any(_typed_into(field, raw.get(field.name)) for field in section.fields)
    if any(error.code not in MISSING for error in own):
        state = "faulty"
    elif own:
        state = "open" if touched else "empty"
    else:
        state = "done"
    return SectionState(section.key, state, len(own))


def _typed_into(form_field: FormField, value: Any) -> bool:
    """Whether somebody typed here; rows that only repeat what was approved do not count."""
    if form_field.type != "table" or not isinstance(value, list):
        return value not in (None, "", [], missing)
    given = {column.name for column in form_field.columns if column.locked} | {form_field.key}
    own = [column.name for column in form_field.columns if column.name not in given]
    return any(
        isinstance(row, Mapping) and any(row.get(name) not in (None, "") for name in own) for row in value
    )
