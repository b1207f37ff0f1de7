"""Documents of DMN 1.1 to 1.5 mean the same."""

from decimal import Decimal

import pytest

from engine.dmn.checking import check
from engine.dmn.elements import NAMESPACES
from engine.dmn.reading import read
from tests.unit.dmn.documents import decision, document, input_data, literal, table

FEEL = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "http://www.omg.org/spec/FEEL/20140401",
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "http://www.omg.org/spec/DMN/20180521/FEEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "https://www.omg.org/spec/DMN/20191111/FEEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/": "https://www.omg.org/spec/DMN/20211108/FEEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/": "https://www.omg.org/spec/DMN/20230324/FEEL/",
}


def written(namespace: str) -> bytes:
    """Return a document whose types carry prefixes, as early versions write them."""
    grades = table(["score"], ["grade"], [[">= 60", '"合格"'], ["< 60", '"不合格"']])
    level = '<itemDefinition name="level"><typeRef>f:number</typeRef></itemDefinition>'
    made = document(
        level,
        input_data("score", kind="own:level"),
        decision("d", grades, "@score", kind="f:string"),
        decision("wrong", literal("score"), "@score", kind="f:string"),
        namespace=namespace,
    )
    head = f'xmlns:f="{FEEL[namespace]}" xmlns:own="urn:own" namespace="urn:own" expressionLanguage="{FEEL[namespace]}"'
    return made.replace(b'id="doc"', f'id="doc" {head}'.encode())


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_every_version_means_the_same(namespace: str) -> None:
    decisions = read(written(namespace))

    assert check(written(namespace)) == []
    assert decisions.decide("d", {"score": Decimal(70)}).value == "合格"
    assert decisions.decide("d", {"score": "70"}).value is None
    assert decisions.decide("wrong", {"score": Decimal(70)}).value is None


def test_every_version_is_known() -> None:
    assert set(NAMESPACES) == FEEL.keys()
