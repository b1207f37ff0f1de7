"""Whatever arrives, only FormInvalid comes out, with sentences that can be stored and sent."""

import json
import time
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forms import library
from forms.errors import FormInvalid
from forms.validation import validate
from tests.unit.forms.examples import CONTEXT, EXAMPLES, FUNCTIONS, line

SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.text(max_size=40) | st.dates()
    | st.sampled_from(["1,180.50", "１２", "95%", "是", "通过", "退回", "定性", ">=", "达成", "\ud800", "1e400", "待定"])
)  # fmt: skip
JUNK = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
QUIET = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def survives(key: str, raw: Any) -> None:
    try:
        submission = validate(library.load(key), raw, context=CONTEXT, functions=FUNCTIONS)
    except FormInvalid as refused:
        assert refused.errors
        for error in refused.errors:
            assert error.code
            assert len(error.text) < 700
            json.dumps([error.path, error.text], ensure_ascii=False).encode()
    else:
        assert all(text for _, _, text in submission.warnings)


@QUIET
@given(data=st.data())
def test_junk_in_the_place_of_values_never_escapes(data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(sorted(EXAMPLES)))
    names = st.sampled_from(sorted(library.load(key).field_map))

    survives(key, {**EXAMPLES[key], **data.draw(st.dictionaries(names, JUNK, max_size=4))})


@QUIET
@given(data=st.data())
def test_junk_in_the_columns_of_a_line_never_escapes(data: st.DataObject) -> None:
    names = st.sampled_from([*sorted(line(1)), "tier", "typed_points", "manual", "reason", "points", "junk"])
    rows = [{**line(1), **data.draw(st.dictionaries(names, JUNK, max_size=5))}, line(2)]

    survives("self_evaluation", {**EXAMPLES["self_evaluation"], "lines": rows})


@QUIET
@given(raw=JUNK, key=st.sampled_from(sorted(EXAMPLES)))
def test_junk_in_the_place_of_the_form_never_escapes(raw: Any, key: str) -> None:
    survives(key, raw)


@pytest.mark.parametrize(
    "names", [[1, None, ("a",)], ["_schema", "__proto__", "lines[0]", "a.b"], ["\ud800\x00" * 9]]
)
def test_strange_names_are_unknown_fields(names: list[Any]) -> None:
    survives("signature", {"agreed": True, **dict.fromkeys(names, 1)})


def test_thousands_of_unknown_fields_give_a_short_answer() -> None:
    with pytest.raises(FormInvalid) as refused:
        validate(library.load("signature"), {"agreed": True, **{f"x{i}": 1 for i in range(50_000)}})

    assert len(refused.value.errors) == 21
    assert refused.value.errors[-1].code == "too_many_unknown"


def test_huge_values_are_refused_quickly() -> None:
    raw = {
        **EXAMPLES["self_evaluation"],
        "budget_amount": "9" * 5_000_000,
        "executed_amount": 10**5000,
        "goal_result": "字" * 5_000_000,
        "lines": [line(1, actual="１" * 5_000_000, target="x" * 5_000_000)],
    }
    started = time.perf_counter()

    with pytest.raises(FormInvalid) as refused:
        validate(library.load("self_evaluation"), raw, context=CONTEXT, functions=FUNCTIONS)

    assert time.perf_counter() - started < 1
    assert {error.path for error in refused.value.errors} == {
        "budget_amount", "executed_amount", "goal_result", "lines[0].actual", "lines[0].target",
    }  # fmt: skip


def test_a_deep_nest_is_refused() -> None:
    nest: Any = "x"
    for _ in range(50_000):
        nest = [nest]

    survives("evaluation_selection", {"projects": nest})
    survives("signature", {"agreed": nest, "opinion": date.max})
