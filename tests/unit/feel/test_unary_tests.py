"""The cells of decision tables."""

from datetime import date
from typing import Any

import pytest

from engine.feel.compiling import compile_unary_tests


@pytest.mark.parametrize(
    ("source", "value", "expected"),
    [
        ("-", None, True),
        ("< 60", 59, True),
        (">= 60", 59, False),
        ("[60..80)", 80, False),
        ("[60..80)", 60, True),
        ("1, 3, 5", 3, True),
        ('"优", "良"', "中", False),
        ('not("优", "良")', "中", True),
        ("not(< 5)", 3, False),
        ("null", None, True),
        ("null", 1, None),
        ("? > limit", 10, True),
        ('contains(?, "财")', "财政局", True),
        ("allowed", "甲", True),
        ("> limit, < 2", 1, True),
        ('>= @"2022-02-15"', date(2022, 2, 15), True),
        ("true", True, True),
        ("< 60", "text", None),
        ("!= 5", 6, True),
    ],
)
def test_a_cell_says(source: str, value: Any, expected: bool | None) -> None:
    tests = compile_unary_tests(source)

    assert tests.test(value, {"limit": 5, "allowed": ["甲", "乙"]}) is expected
