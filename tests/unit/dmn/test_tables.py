"""Decision tables: every hit policy, defaults, and why a rule matched."""

from decimal import Decimal
from typing import Any

import pytest

from engine.dmn.reading import read
from tests.unit.dmn.documents import decision, document, table

GRADES = [["[90..100]", '"优"'], ["[80..90)", '"良"'], ["[60..80)", '"中"'], ["< 60", '"差"']]


def decide(table_xml: str, **context: Any) -> Any:
    return read(document(decision("d", table_xml))).decide("d", context)


@pytest.mark.parametrize(
    ("score", "grade", "rule"), [(95, "优", "r1"), (80, "良", "r2"), (Decimal("59.99"), "差", "r4")]
)
def test_a_unique_table_gives_one_rule_and_says_which(score: Any, grade: str, rule: str) -> None:
    outcome = decide(table(["score"], ["grade"], GRADES), score=score)

    assert outcome.value == grade
    assert outcome.matched_rules == [rule]
    assert outcome.inputs == {"score": score}


def test_nothing_matched_is_null_without_a_default() -> None:
    outcome = decide(table(["score"], ["grade"], GRADES), score=101)

    assert outcome.value is None
    assert outcome.matched_rules == []


def test_nothing_matched_gives_the_default() -> None:
    outcome = decide(table(["score"], ["grade"], GRADES, defaults=['"未评"']), score=None)

    assert outcome.value == "未评"


def test_two_matches_under_unique_are_null_with_a_warning() -> None:
    outcome = decide(table(["x"], ["y"], [["> 1", "1"], ["> 2", "2"]]), x=3)

    assert outcome.value is None
    assert outcome.matched_rules == ["r1", "r2"]
    assert [warning.code for warning in outcome.warnings] == ["feel.not_unique"]


RULES = [["> 1", "2"], ["> 2", "3"], ["> 0", "1"], ["> 9", "9"]]


@pytest.mark.parametrize(
    ("policy", "aggregation", "expected"),
    [
        ("FIRST", "", 2),
        ("PRIORITY", "", 3),
        ("RULE ORDER", "", [2, 3, 1]),
        ("OUTPUT ORDER", "", [3, 2, 1]),
        ("COLLECT", "", [2, 3, 1]),
        ("COLLECT", "SUM", 6),
        ("COLLECT", "MIN", 1),
        ("COLLECT", "MAX", 3),
        ("COLLECT", "COUNT", 3),
        ("ANY", "", None),
    ],
)
def test_a_hit_policy_combines_what_matched(policy: str, aggregation: str, expected: Any) -> None:
    xml = table(["x"], ["y"], RULES, policy=policy, aggregation=aggregation, values=["9, 3, 2, 1"])

    assert decide(xml, x=5).value == expected


def test_any_gives_the_common_result() -> None:
    assert decide(table(["x"], ["y"], [["> 1", "7"], ["> 2", "7"]], policy="ANY"), x=3).value == 7


def test_several_outputs_are_a_context_ordered_by_priority() -> None:
    rules = [["> 1", '"中"', "1"], ["> 2", '"优"', "2"]]
    xml = table(["x"], ["grade", "rank"], rules, policy="PRIORITY", values=['"优","中"', "1,2"])

    assert decide(xml, x=3).value == {"grade": "优", "rank": 2}


def test_cells_see_the_whole_context_and_the_tested_value() -> None:
    xml = table(
        ["amount", "is_new"],
        ["route"],
        [[">= policy.limit", "-", '"third_party"'], ["< ? + 1", "true", '"no"']],
    )

    outcome = decide(xml, amount=1_000_000, is_new=False, policy={"limit": 1_000_000})

    assert outcome.value == "third_party"


def test_an_input_outside_its_listed_values_matches_nothing() -> None:
    xml = table(["x"], ["y"], [["-", "1"]]).replace(
        "</inputExpression>", '</inputExpression><inputValues><text>"a","b"</text></inputValues>'
    )

    outcome = decide(xml, x="c")

    assert outcome.value is None
    assert [warning.code for warning in outcome.warnings] == ["feel.input_not_allowed"]


def test_a_warning_shows_the_place_in_the_cell() -> None:
    outcome = decide(table(["x"], ["y"], [["-", "1 + missing"]]), x=1)

    assert str(outcome.warnings[0]).startswith("feel.unknown_name 1:5 ")
