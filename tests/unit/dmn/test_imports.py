"""A document that imports others: their decisions, inputs, functions and types under the name of the import."""

from decimal import Decimal

import pytest

from engine.dmn.reading import DecisionRejected, compiled, read
from engine.problems import errors
from tests.unit.dmn.documents import NAMESPACE


def model(namespace: str, *elements: str) -> bytes:
    head = f'xmlns="{NAMESPACE}" id="{namespace}" name="{namespace}" namespace="urn:{namespace}"'
    return f"<definitions {head}>{''.join(elements)}</definitions>".encode()


def imported(namespace: str, name: str, kind: str = NAMESPACE) -> str:
    return f'<import namespace="urn:{namespace}" name="{name}" importType="{kind}"/>'


def decision(name: str, text: str, *requires: str, kind: str = "") -> str:
    typed = f' typeRef="{kind}"' if kind else ""
    links = "".join(
        f'<informationRequirement><{"requiredInput" if "in_" in href else "requiredDecision"} href="{href}"/>'
        "</informationRequirement>"
        for href in requires
    )
    return (
        f'<decision id="d_{name.replace(" ", "_")}" name="{name}"><variable name="{name}"{typed}/>{links}'
        f"<literalExpression><text>{text}</text></literalExpression></decision>"
    )


BASE = model(
    "base",
    '<itemDefinition name="tGrade"><typeRef>string</typeRef>'
    '<allowedValues><text>"优","良"</text></allowedValues></itemDefinition>',
    '<inputData id="in_score" name="评价 得分"><variable name="评价 得分" typeRef="number"/></inputData>',
    decision("基础等级", 'if 评价 得分 >= 90 then "优" else "良"', "#in_score", kind="tGrade"),
    '<businessKnowledgeModel id="k" name="加倍"><variable name="加倍"/><encapsulatedLogic>'
    '<formalParameter name="n" typeRef="number"/><literalExpression><text>2 * n</text></literalExpression>'
    "</encapsulatedLogic></businessKnowledgeModel>",
)
MIDDLE = model(
    "middle",
    imported("base", "基础"),
    decision("说明", '"等级" + 基础.基础等级', "urn:base#d_基础等级"),
)


def test_what_another_document_decides_is_seen_under_the_name_of_the_import() -> None:
    top = model(
        "top",
        imported("middle", "中间 模型"),
        imported("base", "基础"),
        decision(
            "结论",
            '中间 模型.说明 + "/" + string(基础.加倍(基础.评价 得分))',
            "urn:middle#d_说明",
            "urn:base#in_score",
        ),
    )

    decisions = read(top, [BASE, MIDDLE])

    assert decisions.decide("结论", {"评价 得分": 92}).value == "等级优/184"
    assert decisions.decide("结论", {"评价 得分": 80}).value == "等级良/160"


def test_an_imported_type_binds_with_its_allowed_values() -> None:
    top = model("top", imported("base", "基础"), decision("结论", '"差"', kind="基础.tGrade"))

    assert read(top, [BASE]).decide("结论", {}).value is None


def test_what_stands_under_the_name_of_the_import_is_given_to_it_first() -> None:
    top = model("top", imported("base", "基础"), decision("结论", "基础.基础等级", "urn:base#d_基础等级"))

    found = read(top, [BASE]).decide("结论", {"评价 得分": 10, "基础": {"评价 得分": Decimal(95)}})

    assert found.value == "优"


@pytest.mark.parametrize(
    ("top", "others", "code"),
    [
        (model("top", imported("nowhere", "无"), decision("a", "1")), [], "dmn.import_missing"),
        (model("top", imported("top", "自己"), decision("a", "1")), [], "dmn.import_cycle"),
        (
            model("one", imported("two", "二"), decision("a", "1")),
            [model("two", imported("one", "一"), decision("b", "2"))],
            "dmn.import_cycle",
        ),
        (
            model("top", imported("base", "基础", "http://www.omg.org/spec/PMML"), decision("a", "1")),
            [BASE],
            "dmn.import_kind",
        ),
        (
            model("top", imported("base", "基础"), decision("a", "1", "urn:base#d_没有")),
            [BASE],
            "dmn.no_requirement",
        ),
        (
            model("top", imported("bad", "坏"), decision("a", "1")),
            [model("bad", decision("b", "1 +"))],
            "feel.syntax",
        ),
    ],
)
def test_an_import_that_cannot_be_is_named(top: bytes, others: list[bytes], code: str) -> None:
    _, problems = compiled(top, others)

    assert code in {problem.code for problem in errors(problems)}
    with pytest.raises(DecisionRejected):
        read(top, others)
