"""Generate the marshmallow Schema of a definition, once."""

from functools import lru_cache
from typing import Any

from marshmallow import RAISE, Schema, fields

from forms.definition import FormDefinition, FormField
from forms.fields.base import Input
from forms.fields.choices import BooleanInput, ChoiceInput, ChoicesInput, DateInput
from forms.fields.numbers import (
    IntegerInput,
    MeasurementInput,
    MoneyInput,
    NumberInput,
    PointsInput,
    ShareInput,
)
from forms.fields.tables import TableInput
from forms.fields.texts import LongTextInput, TextInput
from forms.messages import complaint

INPUTS: dict[str, type[Input]] = {
    "text": TextInput,
    "long_text": LongTextInput,
    "money": MoneyInput,
    "percent": NumberInput,
    "share": ShareInput,
    "number": NumberInput,
    "points": PointsInput,
    "integer": IntegerInput,
    "measurement": MeasurementInput,
    "boolean": BooleanInput,
    "date": DateInput,
    "choice": ChoiceInput,
    "choices": ChoicesInput,
}


SENTENCES: dict[str, str] = {
    "unknown": complaint("unknown_field", found=""),
    "type": complaint("not_an_object", found="别的内容"),
}


class FormSchema(Schema):
    """Base of every generated schema: what the definition does not name is refused."""

    class Meta:
        """Refuse unknown fields."""

        unknown = RAISE

    error_messages = SENTENCES


@lru_cache(maxsize=512)
def schema_of(definition: FormDefinition) -> Schema:
    """Return the schema of the raw input of a form."""
    return _schema(definition.key, definition.fields)


@lru_cache(maxsize=4096)
def input_of(form_field: FormField) -> Input:
    """Return the marshmallow field of one form field."""
    if form_field.type == "table":
        return TableInput(form_field, _schema(form_field.name, form_field.columns))
    return INPUTS[form_field.type](form_field)


def _schema(name: str, form_fields: tuple[FormField, ...]) -> Schema:
    inputs: dict[str, fields.Field[Any]] = {f.name: input_of(f) for f in form_fields if not f.is_computed}
    title = "".join(word.capitalize() for word in name.split("_"))
    return FormSchema.from_dict(inputs, name=f"{title}Schema")()
