"""A table as a whole: gaps, overlaps and rules that never decide, each with an example."""

import time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.dmn.analysis import analyse
from engine.dmn.checking import check
from engine.dmn.columns import TableColumns
from engine.dmn.coverage import Coverage
from engine.feel.compiling import compile_unary_tests
from engine.problems import Problem
from engine.xml import parse
from tests.unit.dmn.documents import decision, document, table

Rules = list[list[str]]


def found(rules: Rules, inputs: list[str] | None = None, **options: object) -> list[Problem]:
    """Return the problems of a table with these rules; the last cell of a rule is its result."""
    names = inputs or ["x", "y", "z"][: len(rules[0]) - 1]
    return check(document(decision("d", table(names, ["out"], rules, **options))))  # type: ignore[arg-type]


def codes(problems: list[Problem]) -> list[tuple[str, str]]:
    return [(problem.element_id, problem.code) for problem in problems]


@pytest.mark.parametrize(
    "rules",
    [
        [["< 60", "1"], ["[60..80)", "2"], [">= 80", "3"]],
        [["true", "1"], ["false", "2"]],
        [["true", "< 5", "1"], ["true", ">= 5", "2"], ["false", "-", "3"]],
        [['"a"', "1"], ['not("a")', "2"]],
        [['< @"2021-02-15"', "1"], ['>= date("2021-02-15")', "2"]],
        [["null", "1"], ["< 5", "2"], [">= 5", "3"]],
        [["-", "1"]],
    ],
)
def test_a_whole_table_has_no_problem(rules: Rules) -> None:
    assert found(rules) == []


@pytest.mark.parametrize(
    ("rules", "example"),
    [
        ([["< 60", "1"], ["> 60", "2"]], "x = 60"),
        ([["<= 60", "1"], ["[61..100]", "2"], ["> 100", "3"]], "x = 60.5"),
        ([["true", "1"]], "x = false"),
        ([['"a","b"', "1"]], 'x = "其他值"'),
        ([['< @"2021-02-15"', "1"], ['> @"2021-02-15"', "2"]], "x = 2021-02-15"),
        ([["true", "-", "1"], ["false", "< 5", "2"]], "x = false，y = 5"),
    ],
)
def test_a_gap_is_told_with_an_example(rules: Rules, example: str) -> None:
    problems = found(rules)

    assert codes(problems) == [("t", "dmn.gap")]
    assert example in problems[0].text


def test_a_default_closes_every_gap() -> None:
    assert found([["< 60", "1"]], defaults=["0"]) == []


def test_days_between_neighbouring_dates_are_no_gap() -> None:
    assert found([['<= @"2021-02-14"', "1"], ['>= @"2021-02-15"', "2"]]) == []


def test_an_overlap_names_both_rules_and_an_example() -> None:
    problems = found([["<= 60", "1"], [">= 60", "2"]])

    assert codes(problems) == [("r2", "dmn.overlap")]
    assert "r1" in problems[0].text and "x = 60" in problems[0].text


def test_rules_of_an_any_table_may_overlap_if_they_agree() -> None:
    assert codes(found([["<= 5", "1"], [">= 5", "1"]], policy="ANY")) == []
    assert codes(found([["<= 5", "1"], [">= 5", "2"]], policy="ANY")) == [("r2", "dmn.overlap")]


def test_a_rule_after_those_that_cover_it_is_unreachable() -> None:
    rules = [["< 5", "1"], [">= 5", "2"], ["[1..9]", "3"]]

    assert codes(found(rules, policy="FIRST")) == [("r3", "dmn.unreachable")]


def test_a_rule_behind_one_of_higher_priority_is_unreachable() -> None:
    rules = [["[1..3]", '"low"'], ["-", '"high"']]

    problems = found(rules, policy="PRIORITY", values=['"high","low"'])

    assert codes(problems) == [("r1", "dmn.unreachable")]


def test_a_rule_twice_in_a_collecting_table_is_told() -> None:
    assert codes(found([["1", "5"], ["1", "5"]], policy="COLLECT")) == [("r2", "dmn.unreachable")]


def test_columns_that_read_the_same_value_are_seen_as_one() -> None:
    rules = [[">= 5", "< 9", "1"], ["< 5", "-", "2"], [">= 9", "-", "3"]]

    assert found(rules, inputs=["x", "x"]) == []


def test_a_column_of_other_conditions_is_named_as_not_analysed() -> None:
    problems = found([["? > limit", "1"]])

    assert codes(problems) == [("t", "dmn.not_analysed")]
    assert "x" in problems[0].text


def test_a_cell_of_another_type_than_its_column_is_an_error() -> None:
    xml = document(decision("d", table(["x"], ["y"], [["5", "1"], ['"five"', "2"]])))
    typed = xml.replace(b"<inputExpression ", b'<inputExpression typeRef="number" ')

    assert ("r2", "dmn.cell_type") in codes(check(typed))


@pytest.mark.parametrize("policy", ["UNIQUE", "FIRST"])
def test_two_hundred_rules_take_less_than_a_few_seconds_or_say_so(policy: str) -> None:
    rules = [
        [f"[{i % 20}..{i % 20 + 1})", f'"{i % 7}"', f"> {i}", "true" if i % 2 else "-", "1"]
        for i in range(200)
    ]
    started = time.process_time()

    problems = found(rules, inputs=["a", "b", "c", "d"], policy=policy)

    assert time.process_time() - started < 5
    assert problems


CELL = st.sampled_from(
    ["-", "< 3", ">= 3", "[1..5]", "(2..4)", "3", "not(3)", "<= 1, >= 5", "2,4", "(3..9]", "> 4"]
)
TABLES = st.lists(st.tuples(CELL, CELL), min_size=1, max_size=6)
VALUE = st.decimals(min_value=-2, max_value=11, places=1)


@settings(max_examples=60, deadline=None)
@given(rules=TABLES, rows=st.lists(st.tuples(VALUE, VALUE), min_size=20, max_size=20))
def test_a_reported_gap_matches_no_rule_and_without_one_every_row_matches(
    rules: list[tuple[str, str]], rows: list[tuple[Decimal, Decimal]]
) -> None:
    element = parse(
        document(decision("d", table(["x", "y"], ["out"], [[*rule, "1"] for rule in rules])))
    ).find(".//{*}decisionTable")
    assert element is not None
    coverage = Coverage(TableColumns(element, frozenset()).columns)
    tests = [[compile_unary_tests(cell) for cell in rule] for rule in rules]

    def matches(row: tuple[Decimal, ...]) -> bool:
        return any(
            all(test.test(value, {}) is True for test, value in zip(rule, row, strict=True)) for rule in tests
        )

    holes = coverage.holes((1 << len(rules)) - 1, most=6)

    for hole in holes:
        values = dict(coverage.shown(hole))
        assert not matches((values.get("x", Decimal(0)), values.get("y", Decimal(0))))
    if not holes:
        assert all(matches(row) for row in rows)
    assert any(problem.code == "dmn.gap" for problem in analyse(element, frozenset())) is bool(holes)
