"""What a knowledge model gives must be of its type; what could not be compiled decides null."""

from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import quoteattr

import pytest

from engine.dmn.reading import compiled, read
from tests.unit.dmn.documents import decision, document, literal, table

FUNCTION = (
    '<itemDefinition name="tF"><functionItem outputTypeRef="number"><parameters name="x" typeRef="Any"/></functionItem>'
    "</itemDefinition>"
)


def answer(kind: str, body: str, argument: str) -> Any:
    model = (
        f'<businessKnowledgeModel id="f" name="f"><variable name="f" typeRef={quoteattr(kind)}/><encapsulatedLogic>'
        f'<formalParameter name="x"/>{literal(body)}</encapsulatedLogic></businessKnowledgeModel>'
    )
    return (
        read(document(FUNCTION, model, decision("d", literal(f"f({argument})"), "!f"))).decide("d", {}).value
    )


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        ("number", "x", 1),
        ("number", "[x]", 1),
        ("number", "string(x)", None),
        ("tF", "x", 1),
        ("tF", "string(x)", None),
        ("function", "string(x)", "1"),
        ("Any", "string(x)", "1"),
    ],
)
def test_the_result_of_a_knowledge_model_fits_its_type(kind: str, body: str, expected: Any) -> None:
    assert answer(kind, body, "1") == expected


@pytest.mark.parametrize(
    "broken",
    [
        table(["x", "z"], ["y"], [["1", "2"]]),
        table(["x"], ["y"], [["-", "1"]], policy="COLLECT", aggregation="BEST"),
        table(["x"], ["y"], [["-", "1"]], policy="BEST"),
    ],
    ids=["a rule too short", "an unknown aggregation", "an unknown policy"],
)
def test_a_table_with_errors_still_decides_without_failing(broken: str) -> None:
    decisions, problems = compiled(document(decision("d", broken)))

    assert [problem.severity for problem in problems] == ["error"]
    assert decisions is not None
    decisions.decide("d", {"x": 1})


PERSON = (
    '<itemDefinition name="tP"><itemComponent name="name"><typeRef>string</typeRef></itemComponent>'
    '<itemComponent name="age"><typeRef>number</typeRef></itemComponent></itemDefinition>'
)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('{name: "a", age: 1}', {"name": "a", "age": 1}),
        ('{name: "a", age: null, more: 2}', {"name": "a", "age": None, "more": 2}),
        ('{name: "a"}', None),
        ('{name: "a", age: "1"}', None),
        ('[{name: "a", age: [1]}]', {"name": "a", "age": 1}),
    ],
)
def test_a_context_has_every_member_of_its_type(written: str, expected: Any) -> None:
    assert (
        read(document(PERSON, decision("d", literal(written), kind="tP"))).decide("d", {}).value == expected
    )


def test_a_date_becomes_its_midnight_in_utc_where_a_date_and_time_is_declared() -> None:
    made = read(document(decision("d", literal('date("2021-01-01")'), kind="dateTime"))).decide("d", {}).value

    assert made == datetime(2021, 1, 1, tzinfo=UTC)


def test_a_default_is_the_whole_value_of_a_table_that_collects() -> None:
    collecting = table(["x"], ["y"], [["> 5", "1"]], policy="COLLECT", defaults=["0"])

    assert read(document(decision("d", collecting))).decide("d", {"x": 1}).value == 0
    assert read(document(decision("d", collecting))).decide("d", {"x": 6}).value == [1]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("(function(x) x) instance of tF", True),
        ("(function(x, y) x) instance of tF", False),
        ("1 instance of tF", False),
        ('{name: "a", age: 1} instance of tP', True),
        ('{name: "a"} instance of tP', False),
        ("1 instance of tNone", None),
    ],
)
def test_the_types_of_a_document_can_be_asked_for(written: str, expected: Any) -> None:
    found = read(document(FUNCTION, PERSON, decision("d", literal(written))))

    assert found.decide("d", {}).value is expected


def test_a_cell_may_ask_for_a_type_of_the_document() -> None:
    asked = table(["x"], ["y"], [["? instance of tP", "1"], ["-", "2"]], policy="FIRST")
    found = read(document(PERSON, decision("d", asked)))

    assert [found.decide("d", {"x": x}).value for x in ({"name": "a", "age": 1}, {"name": "a"})] == [1, 2]
