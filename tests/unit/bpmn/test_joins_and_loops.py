"""Gateways: tokens meet where they should, also in return loops, and no update is lost."""

import pytest

from engine.bpmn.run import Run
from tests.unit.bpmn.diagrams import (
    both,
    boundary,
    chain,
    choice,
    diagram,
    end,
    ends,
    event,
    flow,
    gateway,
    messages,
    script,
    service,
    start,
    sub,
    timer,
    user,
    users,
)
from tests.unit.bpmn.playing import Hands, Play
from tests.unit.bpmn.supported import shows

RETURN_LOOP = diagram(
    "loop",
    ends(),
    both("f", "j"),
    users("u0", "z"),
    user("a1", outputs={"a": "form.a"}),
    users("a2", "b1"),
    chain("s", "u0", "f", "a1", "a2", "j", "z", "x"),
    chain("f", "b1", "j"),
    choice("x", ("u0", "back"), ("e", None)),
)


@shows("userTask", "parallelGateway", "exclusiveGateway", "startEvent:none")
def test_a_parallel_join_waits_for_every_branch_in_whatever_order() -> None:
    for order in (("a1", "a2", "b1"), ("b1", "a1", "a2"), ("a1", "b1", "a2")):
        play = Play(RETURN_LOOP, {"back": False})
        play.complete("u0")

        for element_id in order:
            assert "z" not in play.open
            play.complete(element_id)

        assert play.open == ["z"]
        play.complete("z")
        assert play.finished


def test_a_join_in_a_return_loop_does_not_fire_early_on_its_second_pass() -> None:
    play = Play(RETURN_LOOP, {"back": True})
    for element_id in ("u0", "a1", "a2", "b1", "z", "u0", "b1"):
        play.complete(element_id)

    assert play.open == ["a1"]

    play.complete("a1")
    play.complete("a2")
    assert play.open == ["z"]


def test_a_join_in_an_automatic_loop_counts_tokens_afresh_without_a_save_between() -> None:
    xml = diagram(
        "auto",
        ends(),
        both("f", "j"),
        service("a"),
        service("b"),
        script("count", "{n: n + 1}"),
        chain("s", "count", "f", "a", "j", "x"),
        chain("f", "b", "j"),
        choice("x", ("count", "n < 5"), ("e", None)),
    )

    play = Play(xml, {"n": 0})

    assert play.finished
    assert play.data == {"n": 5}
    assert [name for name, _ in play.hands.called].count("a") == 5


def test_a_stale_copy_of_a_variable_never_overwrites_an_update_of_another_branch() -> None:
    play = Play(RETURN_LOOP, {"back": True, "a_ok": False, "b_ok": False})
    play.complete("u0")

    play.complete("a1", a_ok=True)
    play.complete("a2")
    play.complete("b1", b_ok=True)

    assert play.data["a_ok"] is True
    assert play.data["b_ok"] is True


def test_repeated_items_of_a_list_survive_a_join() -> None:
    play = Play(RETURN_LOOP, {"scores": [80]})
    play.complete("u0")

    play.complete("a1", scores=[80, 80, 90])
    play.complete("a2")
    play.complete("b1")

    assert play.data["scores"] == [80, 80, 90]


def test_a_return_loop_of_600_passes_stays_small() -> None:
    xml = diagram(
        "long", ends(), users("a", "b"), chain("s", "a", "b", "x"), choice("x", ("a", "true"), ("e", None))
    )
    play = Play(xml)
    play.complete("a")
    play.complete("b")
    first = len(play.image)

    for _ in range(600):
        play.complete("a")
        play.complete("b")

    assert len(play.image) == first < 400
    assert play.open == ["a"]


@shows("inclusiveGateway")
def test_an_inclusive_gateway_goes_every_way_that_holds_and_waits_for_those_only() -> None:
    xml = diagram(
        "incl",
        ends(),
        gateway("inclusive", "f", default="f_c"),
        gateway("inclusive", "j"),
        users("a", "a2", "b", "c"),
        chain("s", "f"),
        flow("f", "a", "n > 1"),
        flow("f", "b", "n > 2"),
        flow("f", "c"),
        chain("a", "a2", "j", "e"),
        chain("b", "j"),
        chain("c", "j"),
    )

    both_ways, one_way, default = Play(xml, {"n": 3}), Play(xml, {"n": 2}), Play(xml, {"n": 1})

    assert (both_ways.open, one_way.open, default.open) == (["a", "b"], ["a"], ["c"])
    both_ways.complete("b")
    assert both_ways.open == ["a"]
    both_ways.complete("a")
    both_ways.complete("a2")
    assert both_ways.finished
    one_way.complete("a")
    one_way.complete("a2")
    assert one_way.finished


def test_an_inclusive_join_does_not_wait_for_a_token_that_must_pass_another_filled_way_first() -> None:
    xml = diagram(
        "incl2",
        ends(),
        both("f"),
        gateway("inclusive", "j"),
        users("a", "b", "c"),
        chain("s", "f", "a", "j", "e"),
        chain("f", "b", "x"),
        choice("x", ("c", "skip = false"), ("e2", None)),
        end("e2"),
        chain("c", "j"),
    )
    play = Play(xml, {"skip": True})

    play.complete("a")
    assert not play.finished
    play.complete("b")

    assert play.finished


def test_a_gateway_without_a_fitting_flow_stands_still_as_a_failure() -> None:
    xml = diagram(
        "nofit",
        ends(),
        gateway("exclusive", "x"),
        end("e2"),
        chain("s", "x"),
        flow("x", "e", "n = 1"),
        flow("x", "e2", "n = 2"),
    )

    play = Play(xml, {"n": 3})

    run = play.restore()
    assert [(one.element_id, one.code) for one in run.failures] == [("x", "gateway.no_flow")]
    assert not run.is_finished


def test_a_null_condition_is_false() -> None:
    xml = diagram("null", ends(), end("e2"), chain("s", "x"), choice("x", ("e2", "unknown > 3"), ("e", None)))

    ended = [step.element_id for step in Play(xml).steps if step.kind == "completed"]

    assert ended == ["s", "x", "e"]


def never_meeting(key: str, *further: str) -> bytes:
    """A join whose branches are chosen between, so that it waits for ever. further: parts beside it."""
    return diagram(
        key,
        ends(),
        *further,
        both("j"),
        users("a", "b"),
        chain("s", "x"),
        choice("x", ("a", "n = 1"), ("b", None)),
        chain("a", "j", "e"),
        chain("b", "j"),
    )


def test_branches_that_can_never_meet_become_a_failure_instead_of_a_silent_stop() -> None:
    xml = never_meeting("deadlock")
    play = Play(xml, {"n": 1})

    play.complete("a")

    assert [one.code for one in play.restore().failures] == ["join.deadlock"]


def test_what_only_the_instance_itself_could_throw_does_not_hide_that_branches_never_meet() -> None:
    handler = sub(
        "alarm",
        start("as", event("error"), interrupting=True),
        users("late"),
        end("ae"),
        chain("as", "late", "ae"),
        event=True,
    )
    xml = never_meeting("deadlock_under_watch", handler)
    play = Play(xml, {"n": 1})

    play.complete("a")

    assert [one.code for one in play.restore().failures] == ["join.deadlock"]


def test_a_second_token_on_the_same_way_stays_for_the_next_turn_of_the_join() -> None:
    xml = diagram(
        "excess",
        ends(),
        users("main", "again", "b", "z"),
        boundary("more", "main", timer("cycle", "R2/P1D"), interrupting=False),
        both("f", "j"),
        chain("s", "f", "main", "e"),
        chain("f", "b", "j", "z"),
        chain("more", "again", "j"),
        end("e2"),
        chain("z", "e2"),
    )
    play = Play(xml)
    play.pass_days(1)
    play.pass_days(1)

    play.complete("again")
    play.complete("again")
    play.complete("b")

    assert play.open == ["main", "z"]


@shows("endEvent:terminate")
def test_terminate_ends_the_whole_instance() -> None:
    xml = diagram(
        "term",
        start(),
        both("f"),
        users("a", "b"),
        chain("s", "f", "a", "t"),
        chain("f", "b", "e"),
        end(),
        end("t", event("terminate")),
    )
    play = Play(xml)

    play.complete("a")

    assert play.finished
    assert play.open == []


def test_an_instance_survives_being_saved_without_settling() -> None:
    play = Play(RETURN_LOOP, {"back": False}, hands=Hands())
    run = play.restore()
    run.complete(run.user_tasks[0].id, {})

    again = Run.restore(play.bundle, run.image(), **play.view())
    again.settle()

    assert sorted(task.element.id for task in again.user_tasks) == ["a1", "b1"]


@pytest.mark.parametrize("interrupting", [True, False])
def test_a_join_that_waits_in_vain_is_a_failure_though_an_event_subprocess_listens(
    interrupting: bool,
) -> None:
    watching = sub(
        "es",
        start("es_s", event("message", "stop"), interrupting=interrupting),
        users("halt"),
        end("es_e"),
        chain("es_s", "halt", "es_e"),
        event=True,
    )
    late = boundary("late", "a", timer("duration", "P1D")) + users("r") + end("e2") + chain("late", "r", "e2")
    ways = chain("s", "f", "a", "j", "e") + chain("f", "b", "j")
    play = Play(
        diagram("vain", ends(), both("f", "j"), users("a", "b"), ways, late, watching, root=messages("stop"))
    )
    play.pass_days(1)
    play.complete("r")
    play.complete("b")

    assert [one.code for one in play.restore().failures] == ["join.deadlock"]
    play.send("stop")
    assert play.open == ["halt"]
    assert bool(play.restore().failures) is not interrupting
