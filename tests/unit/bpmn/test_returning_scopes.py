"""退回 across scopes: called processes, subprocesses, events and loops, saved and restored before and after."""

import pytest

from tests.unit.bpmn.diagrams import (
    again,
    both,
    boundary,
    call,
    catch,
    chain,
    choice,
    diagram,
    end,
    ends,
    event,
    gateway,
    many,
    messages,
    start,
    sub,
    timer,
    user,
    users,
)
from tests.unit.bpmn.playing import Play

PART = diagram(
    "part",
    ends(),
    both("pf", "pj"),
    users("p0", "p1", "p2", "p3"),
    chain("s", "p0", "pf", "p1", "pj", "p3", "e"),
    chain("pf", "p2", "pj"),
)


def calling() -> Play:
    xml = diagram("calls", ends(), users("u", "z"), call("k", "part"), chain("s", "u", "k", "z", "e"))
    return Play(xml, parts={"part": PART})


def played(xml: bytes, *done: str, **data: object) -> Play:
    play = Play(xml, {"x": 1} | data)
    for element_id in done:
        play.complete(element_id)
    return play


@pytest.mark.parametrize(
    ("done", "source", "target", "then"),
    [
        ("u p0", "p1", "p0", "p0"),
        ("u p0", "p1", "u", "u"),
        ("u p0 p1 p2", "p3", "p1", "p1"),
        ("u p0 p1 p2", "p3", "u", "u"),
        ("u p0 p1 p2 p3", "z", "p0", "p0"),
        ("u p0 p1 p2 p3", "z", "p1", "p1"),
        ("u p0 p1 p2 p3", "z", "p3", "p3"),
        ("u p0 p1 p2 p3", "z", "u", "u"),
    ],
)
def test_a_return_crosses_call_activities_up_and_down(done: str, source: str, target: str, then: str) -> None:
    play = calling()
    for element_id in done.split():
        play.complete(element_id)

    play.take_back(source, target)

    assert play.open == then.split()
    while play.open:
        play.complete(play.open[0])
    assert play.finished


def test_the_tasks_before_one_are_named_the_nearest_first() -> None:
    play = calling()
    for element_id in ["u", "p0", "p1", "p2", "p3"]:
        play.complete(element_id)
    run = play.restore()

    found = run.earlier_tasks(run.user_tasks[0].id)

    assert found[0] == ("part", "p3")
    assert {*found[1:3]} == {("part", "p1"), ("part", "p2")}
    assert found[3:] == [("part", "p0"), ("calls", "u")]


def test_a_return_inside_one_instance_of_a_subprocess_leaves_the_others_alone() -> None:
    body = sub(
        "m", start("ms"), users("m1", "m2"), end("me"), chain("ms", "m1", "m2", "me"), loop=many("[1, 2]")
    )
    xml = diagram("mis", ends(), users("u", "z"), body, chain("s", "u", "m", "z", "e"))
    play = played(xml, "u", "m1", "m1")
    assert play.open == ["m2", "m2"]

    play.take_back("m2", "m1")
    assert play.open == ["m1", "m2"]

    for element_id in ("m2", "m1", "m2"):
        play.complete(element_id)
    assert play.open == ["z"]
    play.take_back("z", "m2")
    assert play.open == ["m2", "m2"]


def test_an_event_based_gateway_waits_again_after_a_return() -> None:
    xml = diagram(
        "events",
        ends(),
        users("u", "a", "b"),
        gateway("eventBased", "g"),
        catch("heard", event("message", "reply"), key='"k"'),
        catch("late", timer("duration", "P5D")),
        chain("s", "u", "g", "heard", "a", "e"),
        chain("g", "late", "b", "e"),
        root=messages("reply"),
    )
    play = played(xml, "u")
    play.send("reply", "k")

    play.take_back("a", "u")
    assert (play.open, play.due, play.restore().messages) == (["u"], {}, [])
    play.complete("u")

    assert play.due == {"late": "5"}
    play.pass_days(5)
    play.take_back("b", "u")
    assert play.open == ["u"]


def test_a_return_loop_brings_a_later_pass_back_to_its_own_tasks_only() -> None:
    xml = diagram(
        "loop",
        ends(),
        both("f", "j"),
        users("u", "a", "b", "z"),
        chain("s", "u", "f", "a", "j", "z", "x"),
        chain("f", "b", "j"),
        choice("x", ("u", "back"), ("e", None)),
    )
    play = played(xml, "u", "a", "b", "z", "u", "a", back=True)

    assert play.restore().earlier_tasks(play.task("b").id) == [("loop", "u")]
    play.complete("b")
    play.take_back("z", "a")

    assert play.open == ["a"]
    play.complete("a")
    assert play.open == ["z"]


def test_the_body_of_a_loop_that_is_left_at_its_head_can_be_returned_to() -> None:
    xml = diagram(
        "while",
        ends(),
        both("f", "j"),
        users("a", "w", "z"),
        gateway("exclusive", "m"),
        chain("s", "f", "m", "x"),
        chain("w", "m"),
        choice("x", ("w", "more"), ("j", None)),
        chain("f", "a", "j", "z", "e"),
    )
    play = played(xml, "a", more=True)
    play.complete("w", more=False)
    assert play.open == ["z"]

    play.take_back("z", "w")

    assert play.open == ["w"]
    play.complete("w")
    assert play.open == ["z"]
    play.take_back("z", "a")
    assert play.open == ["a"]
    play.complete("a")
    assert play.open == ["z"]


def test_a_reminder_of_an_earlier_step_in_a_loop_outlives_a_return_to_a_later_one() -> None:
    xml = diagram(
        "reminded",
        ends(),
        users("b", "t", "y", "n"),
        boundary("late", "b", timer("duration", "P5D"), interrupting=False),
        end("e2"),
        chain("late", "n", "e2"),
        chain("s", "b", "t", "y", "x"),
        choice("x", ("b", "back"), ("e", None)),
    )
    play = played(xml, back=False)
    play.pass_days(6)
    play.complete("b")
    play.complete("t")

    play.take_back("y", "t")

    assert play.open == ["n", "t"]


def test_a_task_with_a_standard_loop_begins_again() -> None:
    xml = diagram("std", ends(), user("a", loop=again(most=2)), users("z"), chain("s", "a", "z", "e"))
    play = played(xml, "a", "a")

    play.take_back("z", "a")

    assert play.open == ["a"]
    play.complete("a")
    assert play.open == ["a"]


def test_a_return_from_the_way_of_an_interrupting_event_opens_the_interrupted_task() -> None:
    xml = diagram(
        "interrupted",
        ends(),
        users("a", "b", "z"),
        boundary("late", "a", timer("duration", "P5D")),
        chain("s", "a", "z", "e"),
        chain("late", "b", "z"),
    )
    play = played(xml)
    play.pass_days(5)
    assert play.open == ["b"]

    play.take_back("b", "a")

    assert (play.open, play.due) == (["a"], {"late": "10"})


def test_a_live_event_subprocess_survives_a_return_and_still_closes_with_the_process() -> None:
    xml = diagram(
        "watched",
        ends(),
        users("a", "b"),
        chain("s", "a", "b", "e"),
        sub(
            "es",
            start("es_s", event("message", "stop"), interrupting=True),
            users("halt"),
            end("es_e"),
            chain("es_s", "halt", "es_e"),
            event=True,
        ),
        root=messages("stop"),
    )
    play = played(xml, "a")

    play.take_back("b", "a")
    assert [one.name for one in play.restore().messages] == ["stop"]
    play.send("stop")
    assert play.open == ["halt"]
    returned = play.take_back("halt", "b")

    assert [(one.kind, one.element_id) for one in returned.planted] == [("task", "b"), ("message", "es_s")]
    play.complete("b")
    assert play.finished


def test_a_subprocess_that_was_left_waits_for_its_events_again() -> None:
    body = sub(
        "box",
        start("bs"),
        users("b1", "b2"),
        end("be"),
        chain("bs", "b1", "b2", "be"),
        sub(
            "es",
            start("es_s", event("message", "stop")),
            users("h"),
            end("es_e"),
            chain("es_s", "h", "es_e"),
            event=True,
        ),
    )
    xml = diagram("boxed", ends(), body, users("z"), chain("s", "box", "z", "e"), root=messages("stop"))
    play = played(xml, "b1", "b2")

    returned = play.take_back("z", "b2")

    assert [one.element_id for one in returned.planted] == ["b2", "es_s"]
    play.send("stop")
    assert play.open == ["h"]
