"""A form on its way: retyped, prefilled, carried over, assessed."""

from typing import Any

import pytest

from forms import library
from forms.assessing import Assessment, assess
from forms.errors import FormInvalid
from forms.prefilling import carried_over, prefilled
from forms.retyping import as_typed
from forms.validation import validate
from tests.unit.forms.examples import CONTEXT, EXAMPLES, FUNCTIONS

KEYS = library.keys()
BASELINE = {
    "lines": [
        {"no": 1, "l1": "产出指标", "l2": "数量", "l3": "新建机井", "op": ">=", "target": 24, "unit": "眼", "weight": 45},
        {"no": 2, "l1": "效益指标", "l2": "社会", "l3": "受益农户", "op": ">=", "target": 1150, "unit": "户", "weight": 45},
    ]
}  # fmt: skip


def assessed(key: str, raw: dict[str, Any], **context: Any) -> Assessment:
    return assess(library.load(key), raw, context={**CONTEXT, **context}, functions=FUNCTIONS)


@pytest.mark.parametrize("key", KEYS)
def test_what_was_filed_can_be_typed_again(key: str) -> None:
    definition = library.load(key)
    filed = validate(definition, EXAMPLES[key], context=CONTEXT, functions=FUNCTIONS)

    again = validate(definition, as_typed(definition, filed.values), context=CONTEXT, functions=FUNCTIONS)

    assert again.values == filed.values
    assert again.warnings == filed.warnings


@pytest.mark.parametrize("key", KEYS)
def test_a_complete_form_is_assessed_as_the_validator_sees_it(key: str) -> None:
    filed = validate(library.load(key), EXAMPLES[key], context=CONTEXT, functions=FUNCTIONS)

    found = assessed(key, EXAMPLES[key])

    assert found.is_ready
    assert found.values == filed.values
    assert found.warnings == filed.warnings
    assert {section.state for section in found.sections} == {"done"}


@pytest.mark.parametrize("key", KEYS)
def test_each_missing_field_is_said_by_both_alike(key: str) -> None:
    for name in EXAMPLES[key]:
        raw = {field: value for field, value in EXAMPLES[key].items() if field != name}
        try:
            validate(library.load(key), raw, context=CONTEXT, functions=FUNCTIONS)
        except FormInvalid as refused:
            expected = {(error.path, error.code) for error in refused.errors}
        else:
            expected = set()

        found = {(error.path, error.code) for error in assessed(key, raw).errors}

        assert expected <= found, name
        assert bool(expected) == bool(found), name


def test_one_unreadable_cell_hides_neither_the_others_nor_the_score() -> None:
    raw = {**EXAMPLES["self_evaluation"]}
    raw["lines"] = [{**row} for row in raw["lines"]]
    raw["lines"][0]["actual"] = "1,5"
    raw["executed_amount"] = "九百"

    found = assessed("self_evaluation", raw)

    assert [(error.path, error.code) for error in found.errors][:1] == [("executed_amount", "not_a_number")]
    assert found.values["lines"][1]["points"] is not None
    states = {section.key: section.state for section in found.sections}
    assert states["money"] == "faulty"
    assert not found.is_ready


def test_an_empty_form_says_what_is_missing_and_calls_nothing_faulty() -> None:
    found = assessed("self_evaluation", {})

    assert {section.state for section in found.sections} <= {"empty", "done"}
    assert found.errors


def test_approved_rows_are_there_before_anybody_types_and_do_not_count_as_typed() -> None:
    definition = library.load("self_evaluation")

    raw = prefilled(definition, context={**CONTEXT, "baseline": BASELINE}, functions=FUNCTIONS)

    assert [row["l3"] for row in raw["lines"]] == ["新建机井", "受益农户"]
    assert "actual" not in raw["lines"][0] or raw["lines"][0]["actual"] is None
    states = {
        section.key: section.state for section in assessed("self_evaluation", raw, baseline=BASELINE).sections
    }
    assert states["indicators"] == "empty"


def test_last_years_answers_fill_only_blanks_and_follow_the_row_not_its_place() -> None:
    definition = library.load("self_evaluation")
    current = {"lines": [{"no": "2", "note": ""}, {"no": "1", "note": "今年写的"}]}
    earlier = {"lines": [{"no": "1", "note": "去年一"}, {"no": "2", "note": "去年二"}], "goal_result": "去年"}

    found = carried_over(definition, current, earlier, ["lines.note", "goal_result"])

    assert [row["note"] for row in found["lines"]] == ["去年二", "今年写的"]
    assert found["goal_result"] == "去年"


def test_options_that_come_from_the_policy_are_listed_for_the_page() -> None:
    found = assessed("self_evaluation", {})

    assert found.options["tier"] == ("达成", "部分达成", "未达成")


def test_an_unknown_field_is_an_error_not_a_crash() -> None:
    found = assessed("signature", {"nonsense": 1})

    assert "unknown_field" in {error.code for error in found.errors}
