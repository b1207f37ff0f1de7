"""What a knowledge model gives must be of its type; what could not be compiled decides null."""

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
