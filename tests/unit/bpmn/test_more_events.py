"""Events where throwing and catching meet in one scope, and errors that an operation reports."""

import pytest

from engine.errors import BusinessError
from tests.unit.bpmn.diagrams import (
    boundary,
    call,
    chain,
    diagram,
    end,
    ends,
    many,
    script,
    service,
    start,
    sub,
    throw,
    users,
)
from tests.unit.bpmn.playing import Hands, Play
from tests.unit.bpmn.test_events_everywhere import EVENTS, ROOT


@pytest.mark.parametrize("kind", ["escalation", "signal", "message", "conditional"])
def test_what_is_thrown_may_stop_the_very_scope_it_was_thrown_in(kind: str) -> None:
    thrower = script("t", "{flag: true}") if kind == "conditional" else throw("t", EVENTS[kind])
    handler = sub(
        "x", start("xs", EVENTS[kind]), users("handle"), end("xe"), chain("xs", "handle", "xe"), event=True
    )
    way = chain("s", "work", "t", "more", "e")
    play = Play(
        diagram("p", ends(), users("work", "more"), thrower, way, handler, root=ROOT), {"flag": False}
    )

    play.complete("work")

    assert play.open == ["handle"]


def test_an_escalation_leaves_a_called_process() -> None:
    part = diagram(
        "part", start(), users("work"), end("t", EVENTS["escalation"]), chain("s", "work", "t"), root=ROOT
    )
    border = boundary("b", "k", EVENTS["escalation"])
    way = chain("s", "k", "e") + chain("b", "after", "e")
    play = Play(
        diagram("caller", ends(), call("k", "part"), border, users("after"), way, root=ROOT),
        parts={"part": part},
    )

    play.complete("work")

    assert play.open == ["after"]


def refused(arguments: object, data: object) -> None:
    raise BusinessError("额度不足", code="E")


@pytest.mark.parametrize("loop", ["", many(times="3"), many(times="3", sequential=True)])
def test_an_operation_throws_an_error_of_the_business_to_its_border(loop: str) -> None:
    border = boundary("b", "w", EVENTS["error"])
    way = chain("s", "w", "e") + chain("b", "after", "e")
    xml = diagram("p", ends(), service("w", loop=loop), border, users("after"), way, root=ROOT)

    play = Play(xml, hands=Hands(work=refused))

    assert play.open == ["after"]
    assert play.restore().failures == []
    play.complete("after")
    assert play.finished


def test_an_error_of_the_business_climbs_out_of_a_subprocess() -> None:
    box = sub("box", start("bs"), service("w"), end("be"), chain("bs", "w", "be"))
    border = boundary("b", "box", EVENTS["error"])
    way = chain("s", "box", "e") + chain("b", "after", "e")

    play = Play(diagram("p", ends(), box, border, users("after"), way, root=ROOT), hands=Hands(work=refused))

    assert play.open == ["after"]


def test_an_error_of_the_business_without_an_event_is_a_failure() -> None:
    play = Play(
        diagram("p", ends(), service("w"), chain("s", "w", "e"), root=ROOT), hands=Hands(work=refused)
    )

    assert [(one.code, one.text) for one in play.restore().failures] == [("E", "额度不足")]
