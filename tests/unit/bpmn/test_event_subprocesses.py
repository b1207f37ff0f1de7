"""Event subprocesses, transactions, and what happens when a scope is left early."""

import pytest

from engine.bpmn.definition import read
from tests.unit.bpmn.diagrams import (
    again,
    boundary,
    chain,
    choice,
    diagram,
    end,
    ends,
    event,
    many,
    messages,
    signals,
    start,
    sub,
    throw,
    timer,
    user,
    users,
)
from tests.unit.bpmn.playing import Play
from tests.unit.bpmn.supported import shows


def waiting(definition: str, *, interrupting: bool = True) -> bytes:
    inside = sub(
        "alarm",
        start("as", definition, interrupting=interrupting),
        users("handle"),
        end("ae"),
        chain("as", "handle", "ae"),
        event=True,
    )
    return diagram(
        "alarmed",
        ends(),
        users("a", "b"),
        inside,
        chain("s", "a", "b", "e"),
        root=messages("call") + signals("ring"),
    )


def test_an_event_subprocess_that_never_fired_does_not_keep_the_process_open() -> None:
    for definition in (timer("duration", "P10D"), event("message", "call"), event("signal", "ring")):
        play = Play(waiting(definition))
        play.complete("a")
        play.complete("b")

        assert play.finished
        assert play.due == {}


def test_an_interrupting_event_subprocess_stops_its_scope() -> None:
    play = Play(waiting(timer("duration", "P10D")))
    play.complete("a")

    play.pass_days(11)

    assert play.open == ["handle"]
    play.complete("handle")
    assert play.finished


def test_a_return_out_of_an_interrupting_event_subprocess_never_leads_to_what_a_reminder_started() -> None:
    """From there the stopped work would not go on: the process would end with steps left out."""
    alarm = sub(
        "alarm",
        start("as", event("signal", "ring")),
        users("handle"),
        end("ae"),
        chain("as", "handle", "ae"),
        event=True,
    )
    xml = diagram(
        "alarmed",
        ends(),
        end("e2"),
        users("a", "b", "reminder"),
        boundary("late", "a", timer("duration", "P5D"), interrupting=False),
        alarm,
        chain("s", "a", "b", "e"),
        chain("late", "reminder", "e2"),
        root=signals("ring"),
    )
    play = Play(xml)
    play.pass_days(6)
    play.complete("reminder")
    play.signal("ring")

    places = play.restore().earlier_tasks(play.task("handle").id)

    assert sorted(place.element_id for place in places) == ["a", "b"]


def test_a_non_interrupting_event_subprocess_answers_every_message() -> None:
    play = Play(waiting(event("message", "call"), interrupting=False))

    assert play.send("call")
    assert play.send("call")

    assert play.open == ["a", "handle", "handle"]
    for element_id in ("handle", "a", "handle", "b"):
        play.complete(element_id)
    assert play.finished


def test_a_process_waits_for_an_event_subprocess_that_did_fire() -> None:
    play = Play(waiting(event("message", "call"), interrupting=False))
    play.send("call")
    play.complete("a")
    play.complete("b")
    assert not play.finished

    play.complete("handle")

    assert play.finished


def test_an_event_subprocess_inside_a_subprocess_closes_with_it() -> None:
    alarm = sub(
        "alarm",
        start("as", timer("duration", "P9D")),
        users("h"),
        end("ae"),
        chain("as", "h", "ae"),
        event=True,
    )
    body = sub("body", start("bs"), users("a"), end("be"), alarm, chain("bs", "a", "be"))
    play = Play(diagram("nested", ends(), body, chain("s", "body", "e")))

    play.complete("a")

    assert play.finished


def test_a_boundary_event_of_a_subprocess_withdraws_everything_in_it() -> None:
    inner = sub("inner", start("is"), users("deep"), end("ie"), chain("is", "deep", "ie"))
    body = sub("body", start("bs"), inner, end("be"), chain("bs", "inner", "be")) + boundary(
        "t", "body", timer("duration", "P1D")
    )
    play = Play(diagram("wd", ends(), body, users("x"), chain("s", "body", "e"), chain("t", "x", "e")))

    play.pass_days(2)

    assert play.open == ["x"]
    assert ("deep", "cancelled") in [(step.element_id, step.kind) for step in play.steps]
    play.complete("x")
    assert play.finished


def trade(key: str, loop: str = "") -> bytes:
    """A transaction that is agreed on, or cancelled and left by its border; repeated if a loop is given."""
    body = sub(
        "deal",
        start("ds"),
        users("agree"),
        chain("ds", "agree", "dx"),
        choice("dx", ("no", "ok = false"), ("yes", None)),
        end("yes"),
        end("no", event("cancel")),
        kind="transaction",
        loop=loop,
    )
    return diagram(
        key,
        ends(),
        body,
        boundary("undo", "deal", event("cancel")),
        users("done", "undone"),
        chain("s", "deal", "done", "e"),
        chain("undo", "undone", "e"),
    )


@shows("transaction", "endEvent:cancel", "boundaryEvent:cancel:interrupting")
def test_a_cancelled_transaction_leaves_by_its_cancel_event() -> None:
    xml = trade("trade")
    good, bad = Play(xml), Play(xml)

    good.complete("agree", ok=True)
    bad.complete("agree", ok=False)

    assert good.open == ["done"]
    assert bad.open == ["undone"]
    bad.complete("undone")
    assert bad.finished


@pytest.mark.parametrize("loop", [many("[1, 2]"), many("[1, 2]", sequential=True), again(most=2)])
def test_a_repeated_transaction_is_cancelled_as_a_whole(loop: str) -> None:
    xml = trade("trades", loop=loop)
    good, bad = Play(xml), Play(xml)

    good.complete("agree", ok=True)
    good.complete("agree", ok=True)
    bad.complete("agree", ok=False)

    assert good.open == ["done"]
    assert bad.open == ["undone"]


def test_a_signal_thrown_in_a_subprocess_is_heard_outside() -> None:
    body = sub(
        "body",
        start("bs"),
        throw("t", event("signal", "ring")),
        users("a"),
        end("be"),
        chain("bs", "t", "a", "be"),
    )
    xml = diagram(
        "heard",
        ends(),
        body,
        boundary("b", "body", event("signal", "ring")),
        users("x"),
        chain("s", "body", "e"),
        chain("b", "x", "e"),
        root=signals("ring"),
    )

    assert Play(xml).open == ["x"]


def test_a_user_task_inside_a_subprocess_has_the_lane_of_its_subprocess() -> None:
    lanes = (
        '<bpmn:laneSet id="ls"><bpmn:lane id="l1" name="科室" bihuan:role="section" bihuan:party="bureau">'
        "<bpmn:flowNodeRef>body</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>"
    )
    body = sub("body", start("bs"), user("a", role=""), end("be"), chain("bs", "a", "be"))

    element = read(diagram("lanes", lanes, ends(), body, chain("s", "body", "e"))).elements["a"]

    assert (element.role, element.party, element.lane, element.scope) == ("section", "bureau", "科室", "body")
