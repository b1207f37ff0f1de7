"""Every form of the library accepts its example and refuses plain faults."""

from datetime import date
from decimal import Decimal

import pytest

from engine.submission import Submission
from forms import library
from forms.errors import FormInvalid
from forms.validation import validate
from tests.unit.forms.examples import CONTEXT, EXAMPLES, FUNCTIONS

KEYS = library.keys()


def checked(key: str, raw: object) -> Submission:
    return validate(library.load(key), raw, context=CONTEXT, functions=FUNCTIONS)  # type: ignore[arg-type]


def test_there_is_an_example_for_every_form() -> None:
    assert sorted(EXAMPLES) == KEYS


@pytest.mark.parametrize("key", KEYS)
def test_the_example_of_a_form_is_accepted(key: str) -> None:
    definition = library.load(key)

    submission = checked(key, EXAMPLES[key])

    assert submission.form_key == key
    assert submission.form_version == definition.version_label
    assert list(submission.values) and set(submission.values) == set(definition.field_map)
    assert not [v for v in submission.values.values() if isinstance(v, float)]


@pytest.mark.parametrize("key", KEYS)
def test_a_missing_required_field_is_named(key: str) -> None:
    definition = library.load(key)
    for field in definition.fields:
        if field.required and not field.is_computed:
            raw = {name: value for name, value in EXAMPLES[key].items() if name != field.name}

            with pytest.raises(FormInvalid) as refused:
                checked(key, raw)

            assert [(e.path, e.code) for e in refused.value.errors] == [(field.name, "required")]
            assert field.label in refused.value.errors[0].text


@pytest.mark.parametrize("key", KEYS)
def test_a_field_the_form_does_not_have_is_refused(key: str) -> None:
    with pytest.raises(FormInvalid) as refused:
        checked(key, {**EXAMPLES[key], "__class__": "x"})

    assert [(e.path, e.code) for e in refused.value.errors] == [("__class__", "unknown_field")]


@pytest.mark.parametrize("key", KEYS)
def test_a_computed_field_may_not_be_typed(key: str) -> None:
    for field in library.load(key).fields:
        if field.is_computed:
            with pytest.raises(FormInvalid) as refused:
                checked(key, {**EXAMPLES[key], field.name: 1})

            assert [(e.path, e.code) for e in refused.value.errors] == [(field.name, "computed_field")]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(
    "junk", [[], {}, [[1]], {"a": {"b": 1}}, float("nan"), float("inf"), object(), b"1", date.max]
)
def test_junk_in_any_field_is_refused_or_read(key: str, junk: object) -> None:
    for field in library.load(key).fields:
        try:
            checked(key, {**EXAMPLES[key], field.name: junk})
        except FormInvalid as refused:
            assert all(error.text and error.code for error in refused.errors)


@pytest.mark.parametrize("raw", [None, [], "x", 1, [EXAMPLES["signature"]], Decimal(1)])
def test_something_else_than_an_object_is_refused(raw: object) -> None:
    with pytest.raises(FormInvalid) as refused:
        checked("signature", raw)

    assert [(e.path, e.code) for e in refused.value.errors] == [("", "not_an_object")]
