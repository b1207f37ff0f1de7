"""What operators do to an instance that stands still: move a token, skip a step."""

import pytest

from engine.bpmn.failing import StepNotSkippable, TargetRefused, TaskNotLive
from engine.errors import InvalidInput
from tests.unit.bpmn.diagrams import (
    both,
    boundary,
    catch,
    chain,
    choice,
    diagram,
    end,
    ends,
    many,
    rule,
    script,
    service,
    start,
    sub,
    throw,
    timer,
    user,
    users,
)
from tests.unit.bpmn.playing import Hands, Play

FORK = diagram(
    "fork",
    ends(),
    both("f", "j"),
    users("u", "a1", "a2", "b", "z"),
    service("auto"),
    boundary("late", "z", timer("duration", "P5D"), interrupting=False),
    end("e2"),
    chain("late", "e2"),
    chain("s", "u", "f", "a1", "a2", "j", "z", "auto", "e"),
    chain("f", "b", "j"),
)


def move(play: Play, source: str, target: str) -> Play:
    run = play.restore()
    task = play.task(source)
    plan = run.plan_move(task.id, "fork", target)
    done = run.move(task.id, "fork", target)
    assert (plan.withdrawn, plan.kept) == (done.withdrawn, done.kept)
    play.image = run.image()
    play.keep(play.restore())
    return play


def test_a_token_is_moved_forwards_and_the_other_branches_stay() -> None:
    play = Play(FORK)
    play.complete("u")

    assert move(play, "a1", "a2").open == ["a2", "b"]
    assert move(play, "b", "z").open == ["a2", "z"]
    assert play.due == {"late": "5"}


def test_a_token_moved_to_an_automatic_step_runs_it() -> None:
    play = Play(FORK)

    move(play, "u", "auto")

    assert play.hands.called == [("auto", {})]
    assert play.finished


def test_a_token_moved_backwards_takes_with_it_what_follows() -> None:
    play = Play(FORK)
    for element_id in ("u", "a1", "b"):
        play.complete(element_id)

    assert move(play, "a2", "f").open == ["a1", "b"]
    for element_id in ("a1", "a2", "b"):
        assert "z" not in play.open
        play.complete(element_id)
    assert play.open == ["z"]


def test_a_token_moved_to_an_end_event_ends_its_branch() -> None:
    play = Play(FORK)

    assert move(play, "u", "e").finished


def test_a_token_cannot_be_moved_into_a_join_another_scope_or_nowhere() -> None:
    run = Play(FORK).restore()

    for key, element_id in (("fork", "j"), ("fork", "s"), ("fork", "late"), ("fork", "no"), ("other", "z")):
        with pytest.raises(TargetRefused):
            run.move(run.user_tasks[0].id, key, element_id)


def test_a_token_that_waits_in_vain_in_a_join_can_be_moved_on() -> None:
    xml = diagram(
        "fork",
        ends(),
        both("j"),
        users("a", "b", "z"),
        chain("s", "x"),
        choice("x", ("a", "n = 1"), ("b", None)),
        chain("a", "j", "z", "e"),
        chain("b", "j"),
    )
    play = Play(xml, {"n": 1})
    play.complete("a")
    run = play.restore()

    run.move(run.failures[0].task_id, "fork", "z")
    play.keep(run)

    assert (play.open, play.restore().failures) == (["z"], [])


def test_a_token_that_waits_in_vain_in_a_join_can_be_let_through() -> None:
    xml = diagram(
        "fork",
        ends(),
        both("j"),
        users("a", "b", "z"),
        chain("s", "x"),
        choice("x", ("a", "n = 1"), ("b", None)),
        chain("a", "j", "z", "e"),
        chain("b", "j"),
    )
    play = Play(xml, {"n": 1})
    play.complete("a")

    play.skip()

    assert play.open == ["z"]


def refuse(*_: object) -> None:
    raise InvalidInput("不行", code="no")


@pytest.mark.parametrize(
    "step",
    [
        service("x", "refuse"),
        rule("x", "refuse", "v"),
        script("x", "{a: 1}.a"),
        throw("x", '<bpmn:messageEventDefinition messageRef="m_m"/>', key="null"),
        catch("x", timer("date", "null")),
        user("x", loop=many("null", "item")),
        service("x", "refuse", loop=many("[1]", "item")),
    ],
)
def test_a_failed_step_is_counted_as_done_with_what_the_operator_says(step: str) -> None:
    xml = diagram(
        "p", ends(), users("z"), step, chain("s", "x", "z", "e"), root='<bpmn:message id="m_m" name="m"/>'
    )
    play = Play(xml, hands=Hands(refuse=refuse))
    assert len(play.restore().failures) == 1

    play.skip(v=7)

    assert (play.open, play.restore().failures) == (["z"], [])
    if "multiInstance" not in step:
        assert play.data["v"] == 7


def test_a_boundary_event_that_cannot_be_computed_is_given_up() -> None:
    xml = diagram(
        "p",
        ends(),
        users("a"),
        boundary("late", "a", timer("date", "null")),
        end("e2"),
        chain("s", "a", "e"),
        chain("late", "e2"),
    )
    play = Play(xml)

    play.skip()

    assert (play.open, play.restore().failures) == (["a"], [])
    play.complete("a")
    assert play.finished


def test_a_multi_instance_whose_condition_fails_is_ended_by_skipping() -> None:
    xml = diagram(
        "p", ends(), user("x", loop=many("[1, 2]", "i", until="7")), users("z"), chain("s", "x", "z", "e")
    )
    play = Play(xml)
    play.complete("x")

    play.skip()

    assert play.open == ["z"]


def test_a_choice_cannot_be_skipped_nor_what_did_not_fail() -> None:
    xml = diagram("p", ends(), end("e2"), chain("s", "x"), choice("x", ("e", "7"), ("e2", None)))
    run = Play(xml).restore()

    with pytest.raises(StepNotSkippable, match="x"):
        run.skip(run.failures[0].task_id, {})
    other = Play(FORK).restore()
    with pytest.raises(TaskNotLive):
        other.skip(other.user_tasks[0].id, {})


def test_a_failed_step_inside_a_subprocess_lets_it_end() -> None:
    box = sub("box", start("bs"), service("x", "refuse"), end("be"), chain("bs", "x", "be"))
    play = Play(
        diagram("p", ends(), box, users("z"), chain("s", "box", "z", "e")), hands=Hands(refuse=refuse)
    )

    play.skip()

    assert play.open == ["z"]
