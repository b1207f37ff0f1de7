"""退回: from any open task to any user task before it, saved and restored before and after."""

import pytest

from engine.bpmn.failing import TargetRefused, TaskNotLive
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
    flow,
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

LINE = diagram(
    "line",
    ends(),
    users("a", "b", "c"),
    boundary("late_a", "a", timer("duration", "P5D"), interrupting=False),
    boundary("late_b", "b", timer("duration", "P5D"), interrupting=False),
    chain("s", "a", "b", "c", "e"),
    users("n"),
    end("e2"),
    chain("late_a", "n", "e2"),
    end("e3"),
    chain("late_b", "e3"),
)
FORK = diagram(
    "fork",
    ends(),
    both("f", "j"),
    users("u", "a1", "a2", "b", "z"),
    boundary("late_b", "b", timer("duration", "P5D"), interrupting=False),
    end("e2"),
    chain("late_b", "e2"),
    chain("s", "u", "f", "a1", "a2", "j", "z", "e"),
    chain("f", "b", "j"),
)
INCLUSIVE = diagram(
    "incl",
    ends(),
    gateway("inclusive", "f", default="f_c"),
    gateway("inclusive", "j"),
    users("u", "a1", "a2", "b", "c", "z"),
    chain("s", "u", "f"),
    flow("f", "a1", "x > 0"),
    flow("f", "b", "x > 0"),
    flow("f", "c"),
    chain("a1", "a2", "j", "z", "e"),
    chain("b", "j"),
    chain("c", "j"),
)
NESTED = diagram(
    "nested",
    ends(),
    both("f", "g", "h", "j"),
    users("u", "a", "b1", "b2", "c", "z"),
    chain("s", "u", "f", "a", "j", "z", "e"),
    chain("f", "g", "b1", "b2", "h", "j"),
    chain("g", "c", "h"),
)
PART = diagram(
    "part",
    ends(),
    both("pf", "pj"),
    users("p0", "p1", "p2", "p3"),
    chain("s", "p0", "pf", "p1", "pj", "p3", "e"),
    chain("pf", "p2", "pj"),
)


def panel(*, sequential: bool = False) -> bytes:
    return diagram(
        "panel",
        ends(),
        users("u", "z"),
        user("m", loop=many("[1, 2, 3]", "item", sequential=sequential)),
        boundary("late", "m", timer("duration", "P5D"), interrupting=False),
        end("e2"),
        chain("late", "e2"),
        chain("s", "u", "m", "z", "e"),
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
    ("xml", "done", "source", "target", "then"),
    [
        (LINE, "a b", "c", "a", "a"),
        (LINE, "a b", "c", "b", "b"),
        (FORK, "u a1", "a2", "a1", "a1 b"),
        (FORK, "u a1 b", "a2", "a1", "a1"),
        (FORK, "u a1", "a2", "u", "u"),
        (FORK, "u a1 a2", "b", "u", "u"),
        (FORK, "u b a1 a2", "z", "a1", "a1"),
        (FORK, "u a1 a2 b", "z", "a1", "a1"),
        (FORK, "u a1 a2 b", "z", "a2", "a2"),
        (FORK, "u a1 a2 b", "z", "b", "b"),
        (FORK, "u a1 a2 b", "z", "u", "u"),
        (INCLUSIVE, "u a1", "a2", "a1", "a1 b"),
        (INCLUSIVE, "u b a1 a2", "z", "a1", "a1"),
        (INCLUSIVE, "u a1 a2 b", "z", "a1", "a1"),
        (INCLUSIVE, "u a1 a2 b", "z", "b", "b"),
        (INCLUSIVE, "u a1", "b", "u", "u"),
        (NESTED, "u b1 b2", "c", "u", "u"),
        (NESTED, "u a b1 b2 c", "z", "b1", "b1"),
        (NESTED, "u a b1", "b2", "b1", "b1 c"),
        (NESTED, "u b1 c b2 a", "z", "c", "c"),
        (panel(), "u m", "m", "u", "u"),
        (panel(), "u m", "m", "m", "m m m"),
        (panel(), "u m m m", "z", "m", "m m m"),
        (panel(sequential=True), "u m", "m", "u", "u"),
        (panel(sequential=True), "u m", "m", "m", "m"),
        (panel(sequential=True), "u m m m", "z", "m", "m"),
    ],
)
def test_a_return_opens_the_target_and_keeps_what_does_not_follow_it(
    xml: bytes, done: str, source: str, target: str, then: str
) -> None:
    play = played(xml, *done.split())

    play.take_back(source, target)

    assert play.open == then.split()


@pytest.mark.parametrize("order", ["a1 a2 b", "b a1 a2", "a1 b a2"])
@pytest.mark.parametrize("target", ["a1", "a2", "b", "u"])
def test_after_a_return_from_behind_a_join_the_join_waits_for_what_is_done_again_only(
    order: str, target: str
) -> None:
    play = played(FORK, "u", *order.split())

    play.take_back("z", target)
    again = {"a1": "a1 a2", "a2": "a2", "b": "b", "u": "u b a1 a2"}[target]
    for element_id in again.split():
        assert "z" not in play.open
        play.complete(element_id)

    assert play.open == ["z"]
    play.complete("z")
    assert play.finished


def test_a_branch_that_waits_in_the_join_stays_there_and_one_that_is_done_again_leaves_it() -> None:
    waiting, again = played(FORK, "u", "a1", "b"), played(FORK, "u", "a1", "a2")

    waiting.take_back("a2", "a1")
    for element_id in ("a1", "a2"):
        waiting.complete(element_id)
    again.take_back("b", "u")
    for element_id in ("u", "b"):
        again.complete(element_id)

    assert waiting.open == ["z"]
    assert again.open == ["a1"]


def test_timers_of_what_goes_are_withdrawn_and_those_of_the_target_begin_anew() -> None:
    play = played(LINE)
    play.pass_days(3)
    play.complete("a")

    returned = play.take_back("b", "a")

    assert [(one.kind, one.element_id) for one in returned.withdrawn] == [("task", "b"), ("timer", "late_b")]
    assert [(one.kind, one.element_id) for one in returned.planted] == [("task", "a"), ("timer", "late_a")]
    assert play.due == {"late_a": "8"}
    play.pass_days(5)
    assert play.open == ["a", "n"]


def test_what_a_reminder_started_goes_with_the_task_it_belongs_to() -> None:
    play = played(LINE)
    play.pass_days(6)
    play.complete("a")
    assert play.open == ["b", "n"]

    play.take_back("b", "a")

    assert play.open == ["a"]


def test_a_timer_of_a_kept_branch_keeps_its_time() -> None:
    play = played(FORK, "u", "a1")
    play.pass_days(1)

    returned = play.take_back("a2", "a1")

    assert {one.element_id for one in returned.kept} == {"b", "late_b"}
    assert play.due == {"late_b": "5"}


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


def test_a_plan_says_the_same_and_changes_nothing() -> None:
    play = played(FORK, "u", "a1", "b")
    run, before = play.restore(), play.image

    plan = run.plan_return(run.user_tasks[0].id, "fork", "u")

    assert run.image() == before
    done = run.return_to(run.user_tasks[0].id, "fork", "u")
    assert (plan.target, plan.withdrawn, plan.kept) == (done.target, done.withdrawn, done.kept)
    assert [one.element_id for one in plan.planted] == [one.element_id for one in done.planted] == ["u"]
    assert [one.element_id for one in plan.withdrawn] == ["a2"]


def test_the_history_of_a_return_names_what_was_cancelled() -> None:
    play = played(NESTED, "u", "a", "b1")
    steps = len(play.steps)

    play.take_back("c", "u")

    assert sorted((step.element_id, step.kind) for step in play.steps[steps:]) == [
        ("b2", "cancelled"),
        ("c", "cancelled"),
        ("u", "entered"),
    ]


def test_only_a_task_before_a_live_one_can_be_returned_to() -> None:
    play = played(FORK, "u", "a1")
    run = play.restore()
    task = play.task("a2")

    for element_id in ("z", "a2", "b", "nothing"):
        with pytest.raises(TargetRefused, match=element_id):
            run.return_to(task.id, "fork", element_id)
    with pytest.raises(TaskNotLive):
        run.return_to(run.return_to(task.id, "fork", "a1").withdrawn[0].id, "fork", "u")


def test_a_hundred_returns_leave_nothing_behind() -> None:
    play = played(FORK, "u", "a1", "a2", "b")
    sizes = set()

    for _ in range(100):
        play.take_back("z", "a1")
        play.complete("a1")
        play.complete("a2")
        sizes.add(len(play.image))

    assert len(sizes) == 1
