"""The JSON Schema says of the raw input what can be said without the context."""

import json

import pytest

from forms import library
from forms.schema import json_schema


@pytest.mark.parametrize("key", library.keys())
def test_every_form_has_a_schema_that_names_its_typed_fields(key: str) -> None:
    definition = library.load(key)

    schema = json_schema(definition)

    json.dumps(schema)
    assert list(schema["properties"]) == [field.name for field in definition.fields if not field.is_computed]
    assert schema["additionalProperties"] is False
    assert schema["$id"].endswith(definition.version_label)


def test_limits_options_and_rows_are_stated() -> None:
    schema = json_schema(library.load("self_evaluation"))

    rows = schema["properties"]["lines"]
    assert (rows["type"], rows["minItems"], rows["maxItems"]) == ("array", 1, 500)
    assert rows["items"]["required"] == ["no"]
    assert rows["items"]["properties"]["op"]["anyOf"][0]["enum"][0] == ">="
    assert schema["properties"]["budget_amount"]["anyOf"][0] == {"type": "number", "minimum": 0}
