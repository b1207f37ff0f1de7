"""Every kind of event at every place, saved and restored between all steps."""

import pytest

from tests.unit.bpmn.diagrams import (
    both,
    boundary,
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
    timer,
    users,
)
from tests.unit.bpmn.playing import Play
from tests.unit.bpmn.supported import CAUGHT, shows

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
