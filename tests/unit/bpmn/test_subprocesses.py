"""Subprocesses, called processes by slot, event subprocesses, transactions."""

import pytest

from engine.bpmn.bundle import Bundle, BundleIncomplete
from engine.bpmn.definition import read
from engine.bpmn.run import Run
from tests.unit.bpmn.diagrams import (
    call,
    chain,
    choice,
    diagram,
    end,
    ends,
    service,
    start,
    sub,
    users,
)
from tests.unit.bpmn.playing import Hands, Play
from tests.unit.bpmn.supported import shows

REVIEW = diagram("section_review", ends(), users("review"), chain("s", "review", "e"))
SCORING = diagram(
    "panel_review", ends(), users("opinion"), service("judge"), chain("s", "opinion", "judge", "e")
)
CALLER = diagram(
    "evaluation",
    ends(),
    users("file", "after"),
    call("check", "key_review"),
    chain("s", "file", "check", "after", "e"),
)


def test_which_process_a_call_activity_calls_is_chosen_by_the_bundle() -> None:
    one, two = Play(CALLER, parts={"key_review": REVIEW}), Play(CALLER, parts={"key_review": SCORING})

    one.complete("file")
    two.complete("file")

    (task,) = one.restore().user_tasks
    assert (task.definition_key, task.element.id) == ("section_review", "review")
    assert two.open == ["opinion"]


@shows("callActivity")
def test_everything_goes_in_and_everything_comes_out() -> None:
    play = Play(CALLER, {"amount": 5}, parts={"key_review": REVIEW})
    play.complete("file", title="路")
    assert play.restore().user_tasks[0].data == {"amount": 5, "title": "路"}

    play.complete("review", passed=True)

    assert play.open == ["after"]
    assert play.data == {"amount": 5, "title": "路", "passed": True}


def test_a_call_activity_runs_again_after_a_return() -> None:
    xml = diagram(
        "again",
        ends(),
        users("file"),
        call("check", "slot"),
        chain("s", "file", "check", "x"),
        choice("x", ("file", "passed = false"), ("e", None)),
    )
    play = Play(xml, parts={"slot": REVIEW})

    for _ in range(3):
        play.complete("file")
        play.complete("review", passed=False)
    play.complete("file")
    play.complete("review", passed=True)

    assert play.finished


def test_an_empty_slot_is_refused_before_anything_runs() -> None:
    play = Play(REVIEW)

    with pytest.raises(BundleIncomplete, match="key_review"):
        Run.start(Bundle("incomplete", read(CALLER), {}), {}, **play.view())


def test_processes_that_call_each_other_in_a_circle_are_refused() -> None:
    one = diagram("one", ends(), call("c", "two"), chain("s", "c", "e"))
    two = diagram("two", ends(), call("c", "one"), chain("s", "c", "e"))

    with pytest.raises(BundleIncomplete, match="one → two → one"):
        Play(one, parts={"two": two, "one": one})


def test_two_versions_of_a_process_cannot_share_a_bundle() -> None:
    other = diagram("section_review", ends(), users("other"), chain("s", "other", "e"))
    both = diagram("two", ends(), call("a", "one"), call("b", "other"), chain("s", "a", "b", "e"))

    with pytest.raises(BundleIncomplete, match="两个版本"):
        Play(both, parts={"one": REVIEW, "other": other})


def test_subprocesses_of_different_diagrams_may_share_an_id() -> None:
    part = diagram(
        "part",
        ends(),
        sub("box", start("bs"), users("inner"), end("be"), chain("bs", "inner", "be")),
        chain("s", "box", "e"),
    )
    xml = diagram(
        "whole",
        ends(),
        sub("box", start("bs"), users("outer"), end("be"), chain("bs", "outer", "be")),
        call("c", "part"),
        chain("s", "box", "c", "e"),
    )
    play = Play(xml, parts={"part": part})

    play.complete("outer")
    assert play.open == ["inner"]
    play.complete("inner")

    assert play.finished


def test_nested_calls_go_down_and_back() -> None:
    middle = diagram("middle", ends(), call("deep", "bottom"), users("m"), chain("s", "deep", "m", "e"))
    xml = diagram("top", ends(), call("down", "middle"), chain("s", "down", "e"))
    play = Play(xml, parts={"middle": middle, "bottom": REVIEW})

    play.complete("review")
    play.complete("m")

    assert play.finished


def test_the_bundle_knows_the_elements_of_all_its_processes() -> None:
    play = Play(CALLER, parts={"key_review": REVIEW})

    assert play.bundle.element("section_review", "review").kind == "userTask"
    with pytest.raises(KeyError):
        play.bundle.element("panel_review", "opinion")


def test_cancelling_an_instance_withdraws_all_its_work() -> None:
    play = Play(CALLER, parts={"key_review": REVIEW}, hands=Hands())
    play.complete("file")
    run = play.restore()

    run.cancel()

    assert run.is_cancelled
    assert not run.is_finished
    assert run.user_tasks == []
    again = Run.restore(play.bundle, run.image(), **play.view())
    assert again.is_cancelled
    assert [(step.element_id, step.kind) for step in run.history] == [
        ("check", "cancelled"),
        ("review", "cancelled"),
    ]
