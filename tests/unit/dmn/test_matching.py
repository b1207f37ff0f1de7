"""The index over the cells of a table says what the cells themselves say."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.dmn.matching import Cell, Matcher, literals_of
from engine.dmn.reading import read
from engine.dmn.tracing import DecisionRun
from engine.feel.closures.compiler import build
from engine.feel.parsing import parse_unary_tests
from engine.feel.reading import any_temporal
from engine.feel.state import Scope
from tests.unit.dmn.documents import decision, document, table

_TEXTS = (
    "-", "1", "2, 3", "not(2)", "< 2", ">= 2", "[1..3]", "]1..3[", "(2..2]", "1, [3..5)", "!= 1", "null", "not(null)",
    '"a"', '"a", "b"', 'not("a")', '["a".."b"]', '< "b"', '""', "true", "not(false)", "1, \"a\", true",
    '@"2021-01-01"', '[@"2021-01-01"..@"2021-02-01"]', '> @"2021-01-01"', '@"P1D"', '@"2021-01-01T00:00:00"',
    '< @"12021-01-01"', '[@"2021-01-01"..@"12021-01-01"]', '@"12021-01-01", @"-0044-03-15"', '< @"PT0.000000001S"',
    "[1, 2]", "y", "? > 2", "< y", "0.1", "[-1..0]",
)  # fmt: skip
_VALUES = (
    None, True, False, Decimal(-1), Decimal(0), Decimal("0.1"), Decimal(1), Decimal("1.00"), Decimal("1.5"), Decimal(2),
    Decimal("2.0000000000000000000000000000000001"), Decimal(3), Decimal(9), Decimal("Infinity"), "", "a", "a\0", "ab",
    "b", "c", date(2020, 12, 31), date(2021, 1, 1), date(2021, 1, 9), date(2021, 2, 1), date.max,
    datetime(2021, 1, 1, tzinfo=UTC), datetime(2021, 1, 1), [Decimal(1)], [Decimal(1), Decimal(2)], {"a": "b"},  # noqa: DTZ001
    any_temporal("12021-01-01"), any_temporal("-0044-03-15"), any_temporal("PT0S"), any_temporal("PT0.0000000005S"),
)  # fmt: skip


def _cell(text: str) -> Cell | None:
    if text == "-":
        return None
    tree = parse_unary_tests(text)
    return Cell(build(tree), literals_of(tree))


@given(
    st.lists(st.tuples(st.sampled_from(_TEXTS), st.sampled_from(_TEXTS)), min_size=1, max_size=8),
    st.sampled_from(_VALUES),
    st.sampled_from(_VALUES),
)
def test_the_index_matches_what_the_cells_match(rows: list[tuple[str, str]], one: Any, two: Any) -> None:
    scope = Scope({"y": Decimal(2)}, None, DecisionRun(None, None))
    cells = [[_cell(text) for text in row] for row in rows]
    asked = [
        number
        for number, row in enumerate(cells)
        if all(
            cell is None or cell.test(Scope({"?": value}, scope, scope.run)) is True
            for cell, value in zip(row, (one, two), strict=True)
        )
    ]

    matcher = Matcher(cells, 2)

    assert matcher.rules([one, two], scope, first=False) == asked
    assert matcher.rules([one, two], scope, first=True) == asked[:1]


def test_a_cell_that_may_warn_is_asked_as_before() -> None:
    rules = [["nothing", "9", "1"], ["2", "nothing", "2"], ["1", "2", "3"], ["nothing", "2", "4"]]
    decisions = read(document(decision("d", table(["a", "b"], ["o"], rules, policy="FIRST"))))

    warned = decisions.decide("d", {"a": Decimal(1), "b": Decimal(2)})

    assert warned.value == 3
    assert [warning.code for warning in warned.warnings] == ["feel.unknown_name"]
