"""The built-in functions, an example or two of each."""

from decimal import Decimal
from typing import Any

import pytest

from engine.feel.compiling import evaluate


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("string(1.50)", "1.5"),
        ('string([1, "a", null])', '[1, "a", null]'),
        ('number("1,234.5", ",", ".")', Decimal("1234.5")),
        ('number("x")', None),
        ("floor(-1.5)", -2),
        ("ceiling(1.2, 0)", 2),
        ("decimal(2.5, 0)", 2),
        ("round half up(2.345, 2)", Decimal("2.35")),
        ("round down(-1.99, 0)", -1),
        ("modulo(-12, 5)", 3),
        ("sqrt(16)", 4),
        ("abs(-3)", 3),
        ("even(4) and odd(3)", True),
        ('upper case("abc") + lower case("DEF")', "ABCdef"),
        ('string length("预算")', 2),
        ('substring("abc", -2, 1)', "b"),
        ('substring before("a/b", "/") + substring after("a/b", "/")', "ab"),
        ('starts with("abc", "a") and ends with("abc", "c") and contains("abc", "b")', True),
        ('string join(["甲", null, "乙"], "、")', "甲、乙"),
        ('split("a;b;;c", ";")', ["a", "b", "", "c"]),
        ('matches("SW2022-0412", "^SW[0-9]{4}-\\\\d+$")', True),
        ('replace("2022年", "([0-9]+)年", "[$1]")', "[2022]"),
        ('matches("abracadabra", "(a)\\\\1")', None),
        ("count([1, 2, 3])", 3),
        ("min(3, 1, 2)", 1),
        ("max([1, 3, 2])", 3),
        ("mean([1, 2, 6])", 3),
        ("median([3, 1, 2, 4])", Decimal("2.5")),
        ("mode([1, 2, 2, 3, 3])", [2, 3]),
        ("stddev([2, 4, 7, 5])", Decimal("2.081665999466132735282297706979931")),
        ("product([2, 3, 4])", 24),
        ("append([1], 2, 3)", [1, 2, 3]),
        ("concatenate([1], [2], [3])", [1, 2, 3]),
        ("insert before([1, 3], 2, 2)", [1, 2, 3]),
        ("remove([1, 2, 3], 2)", [1, 3]),
        ("reverse([1, 2, 3])", [3, 2, 1]),
        ("index of([1, 2, 1], 1)", [1, 3]),
        ("union([1, 2], [2, 3])", [1, 2, 3]),
        ("distinct values([1, 2, 1])", [1, 2]),
        ("flatten([1, [2, [3]]])", [1, 2, 3]),
        ("sublist([1, 2, 3], 2, 1)", [2]),
        ("list contains([1, null], null)", True),
        ("list replace([1, 2], 1, 9)", [9, 2]),
        ("sort([3, 1, 2], function(x, y) x < y)", [1, 2, 3]),
        ("all([true, null])", None),
        ("any([false, true])", True),
        ('get value({a: 1}, "a")', 1),
        ("get entries({a: 1})", [{"key": "a", "value": 1}]),
        ('context([{key: "a", value: 1}])', {"a": 1}),
        ('context put({a: 1}, "b", 2)', {"a": 1, "b": 2}),
        ("context merge([{a: 1}, {a: 2, b: 3}])", {"a": 2, "b": 3}),
        ('day of week(@"2022-02-15")', "Tuesday"),
        ('month of year(@"2022-02-15")', "February"),
        ('day of year(@"2022-02-15")', 46),
        ('week of year(@"2022-02-15")', 7),
        ("before([1..5), [5..9])", True),
        ("overlaps([1..5], [5..9])", True),
        ("during(3, [1..5])", True),
        ("meets([1..5], [5..9])", True),
        ("coincides([1..5], [1..5])", True),
        ('2 in range("[1..3]")', True),
        ('is(@"10:00:00", @"10:00:00Z")', False),
    ],
)
def test_a_built_in_gives(source: str, expected: Any) -> None:
    assert evaluate(source, {}) == expected
