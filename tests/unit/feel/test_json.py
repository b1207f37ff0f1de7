"""Values as JSON."""

import pytest

from engine.feel.compiling import evaluate
from engine.feel.writing import to_json


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("null", "null"),
        ("1.50", "1.5"),
        ("1e30", "1000000000000000000000000000000"),
        ("1e-6000", "1E-6000"),
        ('{"a": [1, true, "优"]}', '{"a": [1, true, "优"]}'),
        ("{}", "{}"),
        ("[]", "[]"),
        ('@"2022-02-15"', '"2022-02-15"'),
        ('date and time("2022-02-15T08:00:00+08:00")', '"2022-02-15T08:00:00+08:00"'),
        ('duration("P1DT2H")', '"P1DT2H"'),
        ('duration("P14M")', '"P1Y2M"'),
        ("[1..5)", '"[1..5)"'),
    ],
)
def test_a_value_is_shown_as_json(source: str, expected: str) -> None:
    assert to_json(evaluate(source, {})) == expected


def test_whole_numbers_and_fractions_of_a_context_are_shown_exactly() -> None:
    assert to_json({"n": 1, "share": 0.1}) == '{"n": 1, "share": 0.1}'
