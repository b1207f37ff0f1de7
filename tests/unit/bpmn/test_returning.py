"""退回: from any open task to any user task before it, saved and restored before and after."""

import pytest

from engine.bpmn.failing import TargetRefused, TaskNotLive
from tests.unit.bpmn.diagrams import (
    both,
    boundary,
    chain,
    diagram,
    end,
    ends,
    flow,
    gateway,
    many,
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


@pytest.mark.parametrize("sequential", [False, True])
@pytest.mark.parametrize("join", ["parallel", "inclusive"])
def test_a_multi_instance_that_waits_in_the_join_leaves_it_when_it_is_done_again(
    join: str, sequential: bool
) -> None:
    xml = diagram(
        "p",
        ends(),
        both("f"),
        gateway(join, "j"),
        users("u", "b", "z"),
        user("m", loop=many("[1, 2]", "item", sequential=sequential)),
        chain("s", "u", "f", "m", "j", "z", "e"),
        chain("f", "b", "j"),
    )
    play = played(xml, "u", "m", "m")

    play.take_back("b", "u")
    for element_id in ("u", "b", "m"):
        play.complete(element_id)

    assert play.open == ["m"]


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


def test_what_a_reminder_started_is_before_nothing_behind_its_activity() -> None:
    """A subprocess begun anew at what a reminder started would leave its own work out."""
    box = sub(
        "box",
        start("bs"),
        users("work", "reminded"),
        boundary("late", "work", timer("duration", "P5D"), interrupting=False),
        end("be"),
        end("be2"),
        chain("bs", "work", "be"),
        chain("late", "reminded", "be2"),
    )
    play = Play(diagram("p", ends(), box, users("z"), chain("s", "box", "z", "e")))
    play.pass_days(6)
    for element_id in ("reminded", "work"):
        play.complete(element_id)

    places = play.restore().earlier_tasks(play.task("z").id)

    assert [place.element_id for place in places] == ["work"]


def test_a_timer_of_a_kept_branch_keeps_its_time() -> None:
    play = played(FORK, "u", "a1")
    play.pass_days(1)

    returned = play.take_back("a2", "a1")

    assert {one.element_id for one in returned.kept} == {"b", "late_b"}
    assert play.due == {"late_b": "5"}


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
