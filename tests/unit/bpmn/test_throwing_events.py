"""What a diagram throws is caught where it should be, saved and restored between all steps."""

import pytest

from tests.unit.bpmn.diagrams import (
    boundary,
    call,
    catch,
    chain,
    diagram,
    end,
    ends,
    start,
    sub,
    throw,
    users,
)
from tests.unit.bpmn.playing import Play
from tests.unit.bpmn.supported import CLIMBING, shows
from tests.unit.bpmn.test_events_everywhere import EVENTS, ROOT, beside


def throwing(kind: str, *, at_end: bool) -> str:
    """The subprocess `box` that throws after the task `work`; an escalation in the middle goes on to `more`."""
    if at_end:
        way = end("t", EVENTS[kind]) + chain("bs", "work", "t")
    else:
        way = throw("t", EVENTS[kind]) + users("more") + end("be") + chain("bs", "work", "t", "more", "be")
    return sub("box", start("bs"), users("work"), way)


@shows(
    "boundaryEvent:error:interrupting",
    "boundaryEvent:escalation:interrupting",
    "endEvent:error",
    "endEvent:escalation",
)
@pytest.mark.parametrize("kind", CLIMBING)
def test_what_a_subprocess_throws_at_its_end_is_caught_at_its_border(kind: str) -> None:
    box = throwing(kind, at_end=True)
    play = beside(box, boundary("x", "box", EVENTS[kind]), chain("f", "box", "e"), chain("x", "after", "e"))

    play.complete("work")

    assert play.open == ["after", "set"]


@shows("boundaryEvent:escalation:non-interrupting", "intermediateThrowEvent:escalation")
def test_an_escalation_may_be_answered_while_the_work_goes_on() -> None:
    box = throwing("escalation", at_end=False)
    border = boundary("x", "box", EVENTS["escalation"], interrupting=False)
    play = beside(box, border, chain("f", "box", "e"), chain("x", "after", "e"))

    play.complete("work")

    assert play.open == ["after", "more", "set"]


@shows("eventSubprocess:error:interrupting", "eventSubprocess:escalation:interrupting")
@pytest.mark.parametrize("kind", CLIMBING)
def test_an_event_subprocess_catches_what_is_thrown_in_its_scope_or_below(kind: str) -> None:
    handler = sub(
        "x", start("xs", EVENTS[kind]), users("handle"), end("xe"), chain("xs", "handle", "xe"), event=True
    )
    play = beside(throwing(kind, at_end=True), chain("f", "box", "after", "e"), handler)

    play.complete("work")

    assert play.open == ["handle"]


@shows("eventSubprocess:escalation:non-interrupting")
def test_an_escalation_may_start_an_event_subprocess_beside_the_work() -> None:
    handler = sub(
        "x",
        start("xs", EVENTS["escalation"], interrupting=False),
        users("handle"),
        end("xe"),
        chain("xs", "handle", "xe"),
        event=True,
    )
    play = beside(throwing("escalation", at_end=False), chain("f", "box", "after", "e"), handler)

    play.complete("work")

    assert play.open == ["handle", "more", "set"]


def test_what_a_handler_throws_climbs_on_instead_of_reaching_itself() -> None:
    handler = sub("x", start("xs", EVENTS["error"]), users("handle"), end("xe", EVENTS["error"]), event=True)
    handler = handler.replace("</bpmn:subProcess>", chain("xs", "handle", "xe") + "</bpmn:subProcess>")
    box = sub("box", start("bs"), users("work"), end("t", EVENTS["error"]), chain("bs", "work", "t"), handler)
    play = beside(
        box, boundary("b", "box", EVENTS["error"]), chain("f", "box", "e"), chain("b", "after", "e")
    )

    play.complete("work")
    assert play.open == ["handle", "set"]
    play.complete("handle")

    assert play.open == ["after", "set"]


def test_an_error_leaves_a_called_process() -> None:
    part = diagram(
        "part", start(), users("work"), end("t", EVENTS["error"]), chain("s", "work", "t"), root=ROOT
    )
    xml = diagram(
        "caller",
        ends(),
        call("k", "part"),
        boundary("b", "k", EVENTS["error"]),
        users("after"),
        chain("s", "k", "e"),
        chain("b", "after", "e"),
        root=ROOT,
    )
    play = Play(xml, parts={"part": part})

    play.complete("work")

    assert play.open == ["after"]


def test_an_error_that_nothing_catches_is_a_failure_that_can_be_skipped() -> None:
    play = beside(throwing("error", at_end=True), chain("f", "box", "after", "e"))

    play.complete("work")
    assert [one.code for one in play.restore().failures] == ["error.uncaught"]
    play.skip()

    assert play.open == ["after", "set"]


@shows(
    "intermediateThrowEvent:message",
    "intermediateThrowEvent:signal",
    "intermediateThrowEvent:none",
    "endEvent:message",
    "endEvent:signal",
    "endEvent:none",
)
@pytest.mark.parametrize("kind", ["message", "signal"])
@pytest.mark.parametrize("at_end", [False, True])
def test_what_is_thrown_reaches_a_catcher_in_the_same_instance_and_is_told_outside(
    kind: str, at_end: bool
) -> None:
    tell = end("t", EVENTS[kind]) if at_end else throw("t", EVENTS[kind]) + throw("nothing", "")
    way = chain("f", "go", "t") if at_end else chain("f", "go", "t", "nothing", "e")
    play = beside(users("go"), tell, way, catch("x", EVENTS[kind]), chain("f", "x", "after", "e"))

    run = play.restore()
    run.complete(play.task("go").id, {})
    run.settle()
    play.keep(run)

    assert play.open == ["after", "set"]
    assert [one.name for one in run.sent_signals] == (["g"] if kind == "signal" else [])
    assert run.sent == []
