"""Laws that hold for any value, checked with generated ones."""

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.feel.compiling import compile_expression, evaluate
from engine.feel.errors import FeelBudgetExceeded, FeelSyntaxError
from engine.feel.reading import from_json, read_date, read_duration
from engine.feel.writing import to_json, write_duration

few = settings(max_examples=40, deadline=None)
numbers = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9)
truth = st.sampled_from([True, False, None])
days = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=10,
)
fragments = st.sampled_from(
    ["1", "x", "(", ")", "[", "]", "{", "}", ":", ",", "..", ".", "+", "-", "**", "<", "=", "and", "or", "if", "then",
     "else", "for", "in", "return", "some", "satisfies", "function", "not", "between", "instance", "of", "date", '"s"']
)  # fmt: skip


@few
@given(numbers, numbers)
def test_comparison_is_total_over_numbers(one: Decimal, two: Decimal) -> None:
    context = {"a": one, "b": two}

    answers = [evaluate(source, context) for source in ("a < b", "a = b", "a > b")]

    assert answers.count(True) == 1


@few
@given(numbers, numbers)
def test_addition_agrees_with_exact_arithmetic(one: Decimal, two: Decimal) -> None:
    assert evaluate("a + b - b = a", {"a": one, "b": two}) is True


@few
@given(truth, truth)
def test_de_morgan_holds_with_null(one: Any, two: Any) -> None:
    context = {"a": one, "b": two}

    assert evaluate("not(a and b)", context) is evaluate("not(a) or not(b)", context)


@few
@given(days, st.integers(-1000, 1000))
def test_moving_a_date_there_and_back_is_where_it_was(day: date, span: int) -> None:
    assert evaluate("d + n - n", {"d": day, "n": timedelta(days=span)}) == day


@few
@given(st.timedeltas(min_value=timedelta(days=-10_000), max_value=timedelta(days=10_000)))
def test_a_duration_survives_writing_and_reading(span: timedelta) -> None:
    assert read_duration(write_duration(span)) == span


@few
@given(days)
def test_a_date_survives_writing_and_reading(day: date) -> None:
    assert read_date(day.isoformat()) == day


@few
@given(json_values)
def test_a_value_survives_json(value: Any) -> None:
    assert json.loads(to_json(from_json(value))) == value


@few
@given(st.lists(numbers, max_size=20))
def test_a_filter_keeps_exactly_what_passes(items: list[Decimal]) -> None:
    assert evaluate("xs[item > 0]", {"xs": items}) == [item for item in items if item > 0]


@settings(max_examples=300, deadline=None)
@given(st.lists(fragments, max_size=14))
def test_any_heap_of_words_is_a_value_or_a_syntax_error(words: list[str]) -> None:
    try:
        compile_expression(" ".join(words)).evaluate({"x": 1})
    except (FeelSyntaxError, FeelBudgetExceeded) as error:
        assert error.text


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=30))
def test_any_text_is_a_value_or_a_syntax_error(source: str) -> None:
    try:
        compile_expression(source).evaluate({})
    except (FeelSyntaxError, FeelBudgetExceeded) as error:
        assert error.text
