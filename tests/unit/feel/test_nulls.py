"""Three-valued logic, and null where other languages raise."""

from typing import Any

import pytest

from engine.feel.compiling import compile_expression, evaluate


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("true and null", None),
        ("false and null", False),
        ("null or true", True),
        ("null or false", None),
        ('true and "x"', None),
        ("not(null)", None),
        ("1 = null", False),
        ("null = null", True),
        ('1 = "1"', None),
        ('1 < "2"', None),
        ("1 + null", None),
        ('1 + "x"', None),
        ("1 / 0", None),
        ("(-1) ** 0.5", None),
        ("1e6144 * 10", None),
        ("unknown", None),
        ("unknown.deeper.still", None),
        ("nosuch(1)", None),
        ("{a: 1}.b", None),
        ("[1, 2][5]", None),
        ("null[1]", None),
        ("if null then true else false", False),
        ("some x in [1, null] satisfies x > 5", None),
        ("every x in [] satisfies false", True),
        ("sum([])", None),
        ('date("2021-02-30")', None),
        ('duration("P1M1D")', None),
        ("{a: 1, a: 2}", None),
        ("[5..1]", None),
        ("string length(5)", None),
        ("substring()", None),
    ],
)
def test_what_cannot_be_computed_is_null(source: str, expected: Any) -> None:
    assert evaluate(source, {}) is expected


@pytest.mark.parametrize(
    ("source", "code", "line", "column"),
    [
        ("1 +\n missing", "feel.unknown_name", 2, 2),
        ('1 + "x"', "feel.bad_operands", 1, 1),
        ("{a: 1}.b", "feel.unknown_property", 1, 8),
        ("string length(5)", "feel.bad_arguments", 1, 1),
        ("nosuch(1)", "feel.unknown_function", 1, 1),
    ],
)
def test_a_warning_names_what_became_null_and_where(source: str, code: str, line: int, column: int) -> None:
    outcome = compile_expression(source).explain({})

    first = outcome.warnings[0]
    assert (first.code, first.line, first.column) == (code, line, column)
    assert str(first).startswith(f"{code} {line}:{column} ")


@pytest.mark.parametrize(
    "source",
    ['@"2021-02-30"', 'date("1000000000-01-01")', 'time("25:00:00")', 'duration("P1Y1D")', '[@"P1X"][1]'],
)
def test_a_text_that_is_no_date_or_time_warns(source: str) -> None:
    outcome = compile_expression(source).explain({})

    assert outcome.value is None
    assert [warning.code for warning in outcome.warnings] == ["feel.bad_text"]


@pytest.mark.parametrize(
    ("source", "codes"), [("[null][1]", []), ("[1][2]", ["feel.no_item"]), ("[1, 2][1.5]", ["feel.no_item"])]
)
def test_a_null_that_a_list_holds_is_found_there(source: str, codes: list[str]) -> None:
    outcome = compile_expression(source).explain({})

    assert (outcome.value, [warning.code for warning in outcome.warnings]) == (None, codes)
