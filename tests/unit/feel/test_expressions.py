"""What expressions come to: the language itself, one line per rule."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine.feel.compiling import compile_expression, evaluate
from engine.feel.values import Months, Range

CONTEXT: dict[str, Any] = {
    "score": 85,
    "round": 2,
    "form": {"conclusion": "合格", "金额": 12.5},
    "policy": {"grading": {"bands": [["优", 90, 100], ["良", 80, 90], ["中", 60, 80]]}},
    "dates": {"self_evaluation": {"due": date(2022, 2, 15)}},
    "verdicts": ["通过", "不通过"],
    "rows": [{"points": 10, "weight": 10}, {"points": 5, "weight": 20}],
    "first name": "张",
    "profit and loss": 7,
    "预算执行率": Decimal("0.98"),
}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("2 ** 3 ** 2", 64),
        ("-2 ** 2", 4),
        ("10 - 2 - 3", 5),
        ("0.1 + 0.2 = 0.3", True),
        ("1 / 3", Decimal("0.3333333333333333333333333333333333")),
        ('"a" + "b"', "ab"),
        ("1.5e2", 150),
        ('"\\u4f18\\n"', "优\n"),
        ("1 < 2 and 2 <= 2 and 3 != 4", True),
        ("score between 80 and 90", True),
        ("score in [80..90)", True),
        ("score in ]85..90]", False),
        ("score in [80..85[", False),
        ("score in (< 60, >= 85)", True),
        ("score in <= 85", True),
        ('form.conclusion in ("合格", "优")', True),
        ("if score >= 90 then 1 else if score >= 80 then 2 else 3", 2),
        ("1 + if true then 2 else 3 + 4", 3),
        ("[1, 2, 3][2]", 2),
        ("[1, 2, 3][-1]", 3),
        ("[1, 2, 3][item > 1]", [2, 3]),
        ("rows[points < weight].weight", [20]),
        ("rows.points", [10, 5]),
        ("sum(rows.points) / sum(rows.weight)", Decimal("0.5")),
        ("policy.grading.bands[item[2] <= score][1][1]", "良"),
        ("for i in 1..3 return i * i", [1, 4, 9]),
        ("for i in 3..1 return i", [3, 2, 1]),
        ("for i in [1, 2], j in [10, 20] return i + j", [11, 21, 12, 22]),
        ("for i in 1..4 return if i = 1 then 1 else partial[-1] + i", [1, 3, 6, 10]),
        ('some v in verdicts satisfies v = "不通过"', True),
        ("every r in rows satisfies r.points > 4", True),
        ("{a: 1, b: a + 1}.b", 2),
        ('{"年 度": 1}', {"年 度": 1}),
        ("{first name: 2, twice: first name * 2}.twice", 4),
        ("first name", "张"),
        ("profit and loss + 1", 8),
        ("{a-b: 3, c: a-b + 1}.c", 4),
        ("form.金额 * 2", 25),
        ("预算执行率 >= 0.95", True),
        ("(function(x, y) x * y)(3, 4)", 12),
        ("{f: function(n) if n <= 1 then 1 else n * f(n - 1), v: f(5)}.v", 120),
        ('substring(string: "预算执行", start position: 2, length: 2)', "算执"),
        ("5 instance of number", True),
        ("[1, 2] instance of list<number>", True),
        ('{a: "x"} instance of context<a: string>', True),
        ("/* 注释 */ 1 // 结尾", 1),
    ],
)
def test_an_expression_comes_to(source: str, expected: Any) -> None:
    assert evaluate(source, CONTEXT) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('date("2022-02-15")', date(2022, 2, 15)),
        ('@"2022-02-15" + duration("P10D")', date(2022, 2, 25)),
        ('@"2022-01-31" + duration("P1M")', date(2022, 2, 28)),
        ('dates.self_evaluation.due - @"2022-02-01"', timedelta(days=14)),
        ("dates.self_evaluation.due.weekday", 2),
        ('date and time("2022-02-15T23:59:59+08:00").hour', 23),
        ('date and time("2022-02-15T00:00:00+08:00") < date and time("2022-02-14T17:00:00Z")', True),
        ('years and months duration(@"2020-12-24", @"2021-08-24")', Months(8)),
        ('duration("P1Y2M").months', 2),
        ('duration("P1DT2H") * 2', timedelta(days=2, hours=4)),
        ('duration("P10D") / duration("P5D")', 2),
        ('[@"2022-01-01"..@"2022-01-03"]', Range(date(2022, 1, 1), date(2022, 1, 3))),
        ('for d in @"2022-01-30"..@"2022-02-01" return d.day', [30, 31, 1]),
        ('date and time("2022-02-15") instance of date and time', True),
        ('string(duration("P14M"))', "P1Y2M"),
        ('string(@"2022-02-15T10:00:00@Asia/Shanghai")', "2022-02-15T10:00:00@Asia/Shanghai"),
    ],
)
def test_dates_and_durations_come_to(source: str, expected: Any) -> None:
    assert evaluate(source, CONTEXT) == expected


def test_now_and_today_are_given_and_shown_in_chinese_time() -> None:
    compiled = compile_expression("{day: today(), hour: now().hour}")

    value = compiled.evaluate({}, now=datetime.fromisoformat("2022-02-14T17:30:00+00:00"))

    assert value == {"day": date(2022, 2, 15), "hour": 1}


def test_without_a_clock_now_and_today_are_null() -> None:
    assert evaluate("[now(), today()]", {}) == [None, None]


def test_the_engine_injects_functions_that_receive_decimals() -> None:
    seen: list[Any] = []

    def workdays_after(day: date, days: Decimal) -> date:
        seen.append(days)
        return day + timedelta(days=int(days))

    compiled = compile_expression("workdays_after(dates.self_evaluation.due, 5 * (round - 1))")

    value = compiled.evaluate(CONTEXT, functions={"workdays_after": workdays_after})

    assert value == date(2022, 2, 20)
    assert seen == [Decimal(5)]


def test_a_complaint_of_an_injected_function_is_null_with_a_warning() -> None:
    compiled = compile_expression("fails(1)")

    outcome = compiled.explain({}, functions={"fails": lambda value: value.year})

    assert outcome.value is None
    assert [warning.code for warning in outcome.warnings] == ["feel.function_failed"]


def test_a_compiled_expression_is_cached_by_its_source() -> None:
    assert compile_expression("score + 1") is compile_expression("score + 1")
