"""Subprocesses, called processes by slot, event subprocesses, transactions."""

import pytest

from engine.bpmn.bundle import Bundle, BundleIncomplete
from engine.bpmn.definition import read
from engine.bpmn.run import Run
from tests.unit.bpmn.diagrams import (
    boundary,
    call,
    chain,
    choice,
    diagram,
    end,
    ends,
    event,
    messages,
    service,
    signals,
    start,
    sub,
    throw,
    timer,
    user,
    users,
)
from tests.unit.bpmn.playing import Hands, Play

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


def test_a_cancelled_transaction_leaves_by_its_cancel_event() -> None:
    body = sub(
        "deal",
        start("ds"),
        users("agree"),
        chain("ds", "agree", "dx"),
        choice("dx", ("no", "ok = false"), ("yes", None)),
        end("yes"),
        end("no", event("cancel")),
        kind="transaction",
    )
    xml = diagram(
        "trade",
        ends(),
        body,
        boundary("undo", "deal", event("cancel")),
        users("done", "undone"),
        chain("s", "deal", "done", "e"),
        chain("undo", "undone", "e"),
    )
    good, bad = Play(xml), Play(xml)

    good.complete("agree", ok=True)
    bad.complete("agree", ok=False)

    assert good.open == ["done"]
    assert bad.open == ["undone"]
    bad.complete("undone")
    assert bad.finished


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


def test_a_user_task_inside_a_subprocess_has_the_lane_of_its_subprocess() -> None:
    lanes = (
        '<bpmn:laneSet id="ls"><bpmn:lane id="l1" name="科室" bihuan:role="section" bihuan:party="bureau">'
        "<bpmn:flowNodeRef>body</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>"
    )
    body = sub("body", start("bs"), user("a", role=""), end("be"), chain("bs", "a", "be"))

    element = read(diagram("lanes", lanes, ends(), body, chain("s", "body", "e"))).elements["a"]

    assert (element.role, element.party, element.lane, element.scope) == ("section", "bureau", "科室", "body")
