"""Static checks: each mistake is a problem at its element, and forbids publishing."""

import pytest

from engine.dmn.checking import check
from engine.dmn.reading import DecisionRejected, read
from tests.unit.dmn.documents import NAMESPACE, decision, document, literal, table

BROKEN = {
    "not xml": (b"<definitions", "xml.syntax"),
    "another root": (b"<html/>", "dmn.namespace"),
    "an old version": (document(namespace="http://www.omg.org/spec/DMN/20130901"), "dmn.namespace"),
    "no decision": (document(), "dmn.no_decision"),
    "a broken expression": (document(decision("d", literal("1 +"))), "feel.syntax"),
    "a broken cell": (document(decision("d", table(["x"], ["y"], [["> ", "1"]]))), "feel.syntax"),
    "a rule too short": (document(decision("d", table(["x", "z"], ["y"], [["1", "2"]]))), "dmn.rule_width"),
    "an unknown policy": (document(decision("d", table(["x"], ["y"], [], policy="BEST"))), "dmn.hit_policy"),
    "a sum of the first": (
        document(decision("d", table(["x"], ["y"], [], policy="FIRST", aggregation="SUM"))),
        "dmn.aggregation",
    ),
    "priority of nothing": (
        document(decision("d", table(["x"], ["y"], [], policy="PRIORITY"))),
        "dmn.no_priority",
    ),
    "no output": (document(decision("d", table(["x"], [], []))), "dmn.no_output"),
    "a cycle": (document(decision("a", literal("b"), "b"), decision("b", literal("a"), "a")), "dmn.cycle"),
    "a missing requirement": (document(decision("a", literal("1"), "gone")), "dmn.no_requirement"),
    "an id twice": (
        document(decision("a", literal("1")), decision("a", literal("2"), name="b")),
        "dmn.duplicate_id",
    ),
    "a name twice": (
        document(decision("a", literal("1")), decision("b", literal("2"), name="a")),
        "dmn.duplicate_name",
    ),
    "another language": (
        document(
            decision("d", '<literalExpression expressionLanguage="python"><text>1</text></literalExpression>')
        ),
        "dmn.language",
    ),
    "a type of itself": (
        document(
            '<itemDefinition name="t"><typeRef>t</typeRef></itemDefinition>', decision("d", literal("1"))
        ),
        "dmn.type_cycle",
    ),
    "a nameless decision": (document('<decision id="d"/>'), "dmn.no_name"),
    "boxes without end": (
        document(decision("d", "<list>" * 25 + literal("1") + "</list>" * 25)),
        "dmn.too_deep",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_mistake_is_an_error_and_forbids_publishing(name: str) -> None:
    xml, code = BROKEN[name]

    problems = check(xml)

    assert code in [problem.code for problem in problems if problem.severity == "error"]
    with pytest.raises(DecisionRejected) as caught:
        read(xml)
    assert caught.value.problems == problems


def test_a_problem_names_the_nearest_element_with_an_id() -> None:
    problems = check(document(decision("d", table(["x"], ["y"], [["1", "1 +"]]))))

    assert str(problems[0]).startswith("r1 error feel.syntax ")


def test_all_problems_are_found_at_once() -> None:
    problems = check(document(decision("d", table(["x"], ["y"], [["> ", "1 +"], ["1", "2 *"]]))))

    assert [problem.element_id for problem in problems] == ["r1", "r1", "r2"]


def test_a_decision_without_logic_is_a_warning() -> None:
    problems = check(document(decision("d", "")))

    assert [(problem.severity, problem.code) for problem in problems] == [("warning", "dmn.no_logic")]
    assert read(document(decision("d", ""))).decide("d", {}).value is None


@pytest.mark.parametrize("version", ["20191111", "20211108", "20230324"])
def test_dmn_1_3_to_1_5_are_read(version: str) -> None:
    xml = document(decision("d", literal("1")), namespace=NAMESPACE.replace("20230324", version))

    assert check(xml) == []
