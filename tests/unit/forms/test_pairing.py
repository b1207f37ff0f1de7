"""Rows of two rounds find each other, whatever was done to the table in between."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from forms.differing import differences
from forms.library import load
from forms.pairing import moved, paired

TARGET = load("target_filing")
TABLE = TARGET.field_map["indicators"]
NAMES = st.lists(st.sampled_from("甲乙丙丁戊己庚辛"), unique=True, max_size=8)


def rows(*names: str, **cells: str) -> list[dict[str, Any]]:
    return [{"l1": "产出指标", "l3": name, "value": "10", **cells} for name in names]


def told(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[tuple[str, str, Any, Any]]:
    found = differences(TARGET, {"indicators": before}, {"indicators": after})
    return [(one.kind, one.path, one.before, one.after) for one in found if one.column is not None] + [
        (one.kind, one.path, one.was_at, one.now_at) for one in found if one.column is None
    ]


def test_a_removed_row_leaves_those_below_it_unchanged() -> None:
    assert told(rows("甲", "乙", "丙"), rows("甲", "丙")) == [("removed", "indicators[1]", 1, None)]


def test_a_row_put_in_between_is_the_only_change() -> None:
    assert told(rows("甲", "丙"), rows("甲", "乙", "丙")) == [("added", "indicators[1]", None, 1)]


def test_a_moved_row_is_told_once_with_both_places() -> None:
    assert told(rows("甲", "乙", "丙"), rows("丙", "甲", "乙")) == [("moved", "indicators[0]", 2, 0)]


def test_a_cell_of_a_row_that_also_moved_is_told_where_it_is_now() -> None:
    after = [*rows("丙", value="12"), *rows("甲", "乙")]

    assert told(rows("甲", "乙", "丙"), after) == [
        ("changed", "indicators[0].value", "10", "12"),
        ("moved", "indicators[0]", 2, 0),
    ]


def test_a_renamed_row_between_the_same_neighbours_is_the_same_row() -> None:
    assert told(rows("甲", "乙", "丙"), rows("甲", "乙乙", "丙")) == [
        ("changed", "indicators[1].l3", "乙", "乙乙")
    ]


def test_numbers_written_otherwise_are_no_change() -> None:
    assert told(rows("甲", value="1000"), rows("甲", value="1,000.0")) == []


def test_rows_with_a_key_are_paired_by_it_even_if_all_else_changed() -> None:
    table = load("self_evaluation").field_map["lines"]
    before = [{"no": "1", "l3": "甲"}, {"no": "2", "l3": "乙"}]

    assert paired(table, before, [{"no": "2", "l3": "丙"}, {"no": "1", "l3": "丁"}]) == [(1, 0), (0, 1)]


@given(NAMES, NAMES)
def test_every_row_is_in_one_pair(before: list[str], after: list[str]) -> None:
    pairs = paired(TABLE, rows(*before), rows(*after))

    assert sorted(old for old, _ in pairs if old is not None) == list(range(len(before)))
    assert [new for _, new in pairs if new is not None] == list(range(len(after)))
    found = {before[old]: after[new] for old, new in pairs if old is not None and new is not None}
    assert all(found[name] == name for name in set(before) & set(after))


@given(st.permutations(range(7)))
def test_the_rows_that_stayed_are_in_order(order: list[int]) -> None:
    pairs = [(old, new) for new, old in enumerate(order)]
    gone = moved(pairs)

    stayed = [old for old, new in pairs if new not in gone]
    assert stayed == sorted(stayed) and stayed


@given(NAMES)
def test_nothing_changed_means_no_difference(names: list[str]) -> None:
    assert told(rows(*names), rows(*names)) == []
