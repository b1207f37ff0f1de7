"""Requirements between decisions, knowledge models, services, types and boxed expressions."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from engine.dmn.reading import read
from engine.errors import NotFound
from engine.feel.errors import FeelBudgetExceeded
from tests.unit.dmn.documents import decision, document, input_data, literal, table, text

SQUARE = (
    '<businessKnowledgeModel id="square" name="square"><encapsulatedLogic><formalParameter name="n"/>'
    + literal("n * n")
    + "</encapsulatedLogic></businessKnowledgeModel>"
)


def test_a_decision_uses_the_decisions_it_requires() -> None:
    found = read(document(decision("total", literal("base * 2"), "base"), decision("base", literal("x + 1"))))

    outcome = found.decide("total", {"x": 4})

    assert outcome.value == 10
    assert outcome.inputs == {"base": 5}
    assert found.key == "total"
    assert set(found.keys) == {"total", "base"}


def test_the_trace_lists_every_table_that_was_asked() -> None:
    grade = table(["score"], ["grade"], [[">= 60", '"中"'], ["< 60", '"差"']])
    action = table(["grade"], ["action"], [['"差"', '"cut"'], ['not("差")', '"keep"']]).replace(
        'id="t"', 'id="t2"'
    )
    action = (
        action.replace('"r1"', '"a1"').replace('"r2"', '"a2"').replace("in0", "in9").replace("out0", "out9")
    )
    found = read(document(decision("grade", grade), decision("action", action, "grade")))

    outcome = found.decide("action", {"score": 50})

    assert outcome.value == "cut"
    assert outcome.matched_rules == ["a1"]
    assert [hit.rules for hit in outcome.hits] == [("r2",), ("a1",)]


def test_knowledge_models_are_functions() -> None:
    found = read(document(SQUARE, decision("d", literal("square(x) + square(n: 2)"), "!square")))

    assert found.decide("d", {"x": 3}).value == 13


def test_an_invocation_binds_by_name() -> None:
    call = (
        '<invocation><literalExpression><text>square</text></literalExpression><binding><parameter name="n"/>'
    )
    found = read(document(SQUARE, decision("d", call + literal("5") + "</binding></invocation>", "!square")))

    assert found.decide("d", {}).value == 25


def test_a_boxed_context_gives_its_result() -> None:
    entry = '<contextEntry><variable name="half share"/>' + literal("x / 2") + "</contextEntry>"
    boxed = f"<context>{entry}<contextEntry>{literal('half share + 1')}</contextEntry></context>"

    assert read(document(decision("d", boxed))).decide("d", {"x": 8}).value == 5


def test_a_relation_is_a_list_of_contexts() -> None:
    row = "<row>" + literal("1") + literal('"a"') + "</row>"
    boxed = f'<relation><column name="n"/><column name="s"/>{row}</relation>'

    assert read(document(decision("d", boxed))).decide("d", {}).value == [{"n": 1, "s": "a"}]


def test_boxed_control_expressions_decide() -> None:
    chosen = f"<conditional><if>{literal('x > 1')}</if><then>{literal('1')}</then><else>{literal('2')}</else></conditional>"
    each = f'<for iteratorVariable="i"><in>{literal("xs")}</in><return>{literal("i * x")}</return></for>'
    some = (
        f'<some iteratorVariable="i"><in>{literal("xs")}</in><satisfies>{literal("i > 2")}</satisfies></some>'
    )
    kept = f"<filter><in>{literal('xs')}</in><match>{literal('item > 1')}</match></filter>"
    boxes = {"c": chosen, "f": each, "s": some, "k": kept}
    found = read(document(*(decision(key, logic) for key, logic in boxes.items())))

    values = {key: found.decide(key, {"x": 2, "xs": [1, 2, 3]}).value for key in boxes}

    assert values == {"c": 1, "f": [2, 4, 6], "s": True, "k": [2, 3]}


def test_a_decision_service_is_called_with_its_inputs() -> None:
    service = (
        '<decisionService id="s" name="s"><outputDecision href="#d"/><inputData href="#x"/></decisionService>'
    )
    found = read(
        document(
            input_data("x"), decision("d", literal("x * 2"), "@x"), service, decision("e", literal("s(4)"))
        )
    )

    assert found.call_service("s", {"x": 5}).value == 10
    assert found.decide("e", {}).value == 8


def test_values_are_made_to_fit_their_types_or_are_null() -> None:
    level = (
        '<itemDefinition name="level"><typeRef>string</typeRef>'
        + text("allowedValues", '"高","低"')
        + "</itemDefinition>"
    )
    found = read(document(level, input_data("x", "level"), decision("d", literal("x"), "@x", kind="level")))

    assert found.decide("d", {"x": "高"}).value == "高"
    assert found.decide("d", {"x": ["低"]}).value == "低"
    assert found.decide("d", {"x": "中"}).value is None


def test_names_with_spaces_and_operators_are_variables() -> None:
    found = read(
        document(
            input_data("a", name="Pre-bureau risk"),
            decision("d", literal("Pre-bureau risk + loss/profit"), "@a", "b", name="Final score"),
            decision("b", literal("2"), name="loss/profit"),
        )
    )

    assert found.decide("Final score", {"Pre-bureau risk": 1}).value == 3


def test_functions_and_the_clock_reach_the_cells() -> None:
    found = read(document(decision("d", literal("if today() > next_workday(day) then 1 else 2"))))
    now = datetime(2022, 2, 16, tzinfo=UTC)

    value = found.decide(
        "d", {"day": date(2022, 2, 14)}, functions={"next_workday": lambda day: day}, now=now
    ).value

    assert value == Decimal(1)


def test_an_unknown_decision_is_refused() -> None:
    with pytest.raises(NotFound) as caught:
        read(document(decision("d", literal("1")))).decide("e", {})

    assert caught.value.code == "decision.not_found"


def test_an_endless_decision_is_stopped() -> None:
    with pytest.raises(FeelBudgetExceeded):
        read(document(decision("d", literal("for i in 1..99999, j in 1..99999 return 1")))).decide("d", {})
