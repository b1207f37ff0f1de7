"""What an instance of a repeated activity throws brings what it wrote, and never its item, to whoever catches it."""

import pytest

from tests.unit.bpmn.diagrams import (
    both,
    boundary,
    chain,
    choice,
    diagram,
    end,
    ends,
    errors,
    escalations,
    event,
    gateway,
    many,
    signals,
    start,
    sub,
    throw,
    users,
)
from tests.unit.bpmn.playing import Play

UNITS = ["城关小学", "第一中学"]


def test_a_signal_from_one_instance_leaves_the_others_their_item() -> None:
    box = sub(
        "box",
        start("bs"),
        both("f", "j"),
        users("work", "wait", "heard"),
        throw("t", event("signal", "g")),
        boundary("b", "wait", event("signal", "g")),
        gateway("exclusive", "z"),
        chain("bs", "f", "work", "t", "j", "be"),
        chain("f", "wait", "z", "j"),
        chain("b", "heard", "z"),
        end("be"),
        loop=many("units", "unit"),
    )
    play = Play(diagram("p", ends(), box, chain("s", "box", "e"), root=signals("g")), {"units": UNITS})

    play.complete("work", told="城关小学")

    live = [(task.element.id, task.data["unit"], task.data["told"]) for task in play.restore().user_tasks]
    assert sorted(live) == [
        ("heard", "城关小学", "城关小学"),
        ("heard", "第一中学", "城关小学"),
        ("work", "第一中学", "城关小学"),
    ]


@pytest.mark.parametrize("kind", ["error", "escalation"])
@pytest.mark.parametrize("sequential", [False, True])
def test_what_climbs_out_of_an_instance_leaves_no_item_and_no_number_behind(
    kind: str, sequential: bool
) -> None:
    inner = sub("inner", start("is"), users("work"), end("ie", event(kind, "one")), chain("is", "work", "ie"))
    box = sub(
        "box",
        start("bs"),
        inner,
        end("be"),
        chain("bs", "inner", "be"),
        loop=many("units", "unit", sequential=sequential),
    )
    xml = diagram(
        "p",
        ends(),
        box,
        boundary("b", "box", event(kind, "one")),
        users("late"),
        chain("s", "box", "x"),
        choice("x", ("late", None)),
        chain("late", "e"),
        chain("b", "x"),
        root=errors("one") + escalations("one"),
    )
    play = Play(xml, {"units": UNITS})

    play.complete("work", told="内部")

    assert play.open == ["late"]
    assert play.data == {"units": UNITS, "told": "内部"}
