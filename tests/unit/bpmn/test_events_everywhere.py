"""Every kind of event at every place, saved and restored between all steps."""

import pytest

from tests.unit.bpmn.diagrams import (
    both,
    boundary,
    call,
    catch,
    chain,
    diagram,
    end,
    ends,
    errors,
    escalations,
    event,
    gateway,
    holds,
    messages,
    script,
    signals,
    start,
    sub,
    throw,
    timer,
    users,
)
from tests.unit.bpmn.playing import Play
from tests.unit.bpmn.supported import CAUGHT, CLIMBING, shows

ROOT = messages("m") + signals("g") + errors("E") + escalations("E")
EVENTS = {
    "message": event("message", "m"),
    "signal": event("signal", "g"),
    "timer": timer("duration", "P5D"),
    "conditional": holds("flag"),
    "error": event("error", "E"),
    "escalation": event("escalation", "E"),
}
CYCLE = timer("cycle", "R/P5D")


def beside(*parts: str) -> Play:
    """A diagram with a task `set` that is done again and again, and these parts on another branch of the fork f."""
    turn = users("set") + gateway("exclusive", "turn") + chain("s", "f", "turn", "set", "turn")
    xml = diagram("p", ends(), both("f"), users("after"), turn, *parts, root=ROOT)
    return Play(xml, {"flag": False})


def happen(play: Play, kind: str) -> None:
    if kind == "message":
        play.send("m")
    elif kind == "signal":
        play.signal("g")
    elif kind == "timer":
        play.pass_days(5)
    else:
        if play.data["flag"]:
            play.complete("set", flag=False)
        play.complete("set", flag=True)


@shows(*(f"intermediateCatchEvent:{kind}" for kind in CAUGHT))
@pytest.mark.parametrize("kind", CAUGHT)
def test_an_intermediate_event_waits_and_goes_on(kind: str) -> None:
    play = beside(catch("x", EVENTS[kind]), chain("f", "x", "after", "e"))
    assert play.open == ["set"]

    happen(play, kind)

    assert play.open == ["after", "set"]


@shows(*(f"eventBasedGateway:{kind}" for kind in CAUGHT), "eventBasedGateway")
@pytest.mark.parametrize("kind", CAUGHT)
def test_an_event_based_gateway_takes_the_first_of_its_events(kind: str) -> None:
    other = catch("y", timer("duration", "P9D")) + chain("x", "y", "e")
    play = beside(
        gateway("eventBased", "x"), catch("z", EVENTS[kind]), chain("f", "x", "z", "after", "e"), other
    )

    happen(play, kind)
    assert play.open == ["after", "set"]
    play.pass_days(9)

    assert play.open == ["after", "set"]


@shows(*(f"boundaryEvent:{kind}:interrupting" for kind in CAUGHT))
@pytest.mark.parametrize("kind", CAUGHT)
def test_an_interrupting_boundary_event_takes_the_work_away(kind: str) -> None:
    play = beside(
        users("host"), boundary("x", "host", EVENTS[kind]), chain("f", "host", "e"), chain("x", "after", "e")
    )
    assert play.open == ["host", "set"]

    happen(play, kind)

    assert play.open == ["after", "set"]
    assert not (play.restore().messages or play.restore().signals or play.restore().timers)


@shows(*(f"boundaryEvent:{kind}:non-interrupting" for kind in CAUGHT), "timer:cycle")
@pytest.mark.parametrize("kind", CAUGHT)
def test_a_non_interrupting_boundary_event_happens_as_often_as_it_happens(kind: str) -> None:
    definition = CYCLE if kind == "timer" else EVENTS[kind]
    play = beside(
        users("host"),
        boundary("x", "host", definition, interrupting=False),
        chain("f", "host", "e"),
        chain("x", "after", "e"),
    )

    happen(play, kind)
    assert play.open == ["after", "host", "set"]
    happen(play, kind)
    assert play.open == ["after", "after", "host", "set"]
    play.complete("host")
    happen(play, kind)

    assert play.open == ["after", "after", "set"]


@shows(*(f"eventSubprocess:{kind}:interrupting" for kind in CAUGHT), "subProcess:event")
@pytest.mark.parametrize("kind", CAUGHT)
def test_an_interrupting_event_subprocess_stops_everything_else(kind: str) -> None:
    inside = start("xs", EVENTS[kind]) + users("handle") + end("xe") + chain("xs", "handle", "xe")
    play = beside(users("host"), chain("f", "host", "after", "e"), sub("x", inside, event=True))

    happen(play, kind)

    assert play.open == ["handle"]
    play.complete("handle")
    assert play.finished


@shows(*(f"eventSubprocess:{kind}:non-interrupting" for kind in CAUGHT))
@pytest.mark.parametrize("kind", CAUGHT)
def test_a_non_interrupting_event_subprocess_runs_beside_the_rest(kind: str) -> None:
    inside = (
        start("xs", EVENTS[kind], interrupting=False)
        + users("handle")
        + end("xe")
        + chain("xs", "handle", "xe")
    )
    play = beside(users("host"), chain("f", "host", "after", "e"), sub("x", inside, event=True))

    happen(play, kind)
    assert play.open == ["handle", "host", "set"]
    happen(play, kind)

    again = [] if kind == "timer" else ["handle"]
    assert play.open == ["handle", *again, "host", "set"]


@shows(*(f"startEvent:{kind}" for kind in CAUGHT))
@pytest.mark.parametrize("kind", CAUGHT)
def test_a_process_may_begin_by_waiting(kind: str) -> None:
    xml = diagram("p", start("s", EVENTS[kind]), end(), users("a"), chain("s", "a", "e"), root=ROOT)
    play = Play(xml, {"flag": kind == "conditional"})
    assert play.open == (["a"] if kind == "conditional" else [])

    if kind != "conditional":
        happen(play, kind)

    assert play.open == ["a"]


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


def test_a_signal_from_outside_brings_its_payload_to_all_who_wait() -> None:
    play = beside(catch("x", EVENTS["signal"]), chain("f", "x", "after", "e"))
    assert [(one.element_id, one.name) for one in play.restore().signals] == [("x", "g")]

    assert play.signal("other") == 0
    assert play.signal("g", amount=3) == 1

    assert play.data["amount"] == 3
    assert play.signal("g") == 0


def test_a_condition_that_goes_on_holding_does_not_fire_again() -> None:
    play = beside(
        users("host"),
        script("note", "{n: n + 1}"),
        boundary("x", "host", holds("flag"), interrupting=False),
        chain("f", "host", "after", "e"),
        chain("x", "note", "e"),
    )
    play.complete("set", n=0, flag=True)

    play.complete("set")
    play.complete("set", flag=False)
    assert play.data["n"] == 1
    play.complete("set", flag=True)

    assert play.data["n"] == 2
