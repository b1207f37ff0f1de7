"""Messages are found by name and key, inside an instance and from outside."""

import pytest

from tests.unit.bpmn.diagrams import (
    both,
    boundary,
    catch,
    chain,
    diagram,
    end,
    ends,
    event,
    gateway,
    many,
    messages,
    service,
    start,
    sub,
    throw,
    timer,
    users,
)
from tests.unit.bpmn.playing import Play
from tests.unit.bpmn.supported import shows

SCORE = diagram(
    "score",
    ends(),
    catch("wait", event("message", "upper_score"), key="subject_code"),
    service("record", parameters={"score": "score"}),
    chain("s", "wait", "record", "e"),
    root=messages("upper_score"),
)


@shows("correlation")
def test_a_message_needs_the_right_name_and_key() -> None:
    play = Play(SCORE, {"subject_code": "SW-1"})
    (waiting,) = play.restore().messages
    assert (waiting.element_id, waiting.name, waiting.key) == ("wait", "upper_score", "SW-1")

    assert not play.send("upper_score", "SW-2", score=1)
    assert not play.send("lower_score", "SW-1", score=1)
    assert len(play.restore().messages) == 1
    assert play.send("upper_score", "SW-1", score=93)

    assert play.finished
    assert play.hands.called == [("record", {"score": 93})]


def test_a_message_nobody_waits_for_changes_nothing() -> None:
    play = Play(diagram("plain", ends(), users("a"), chain("s", "a", "e")))
    before = play.image

    assert not play.send("upper_score", None)

    assert play.image == before


def test_outputs_choose_what_of_a_message_becomes_a_variable() -> None:
    xml = diagram(
        "out",
        ends(),
        catch("wait", event("message", "m"), outputs={"score": "message.score * 2"}),
        users("a"),
        chain("s", "wait", "a", "e"),
        root=messages("m"),
    )
    play = Play(xml, {"amount": 7})

    play.send("m", None, score=21, amount=0)

    assert play.data == {"amount": 7, "score": 42}


def test_a_key_that_is_no_text_is_a_failure() -> None:
    assert [one.code for one in Play(SCORE).restore().failures] == ["message.no_key"]
    assert Play(SCORE, {"subject_code": 12}).restore().messages[0].key == "12"


@pytest.mark.parametrize("heard", ["waived", "due"])
def test_an_event_based_gateway_takes_message_or_timer_through_save_and_restore(heard: str) -> None:
    xml = diagram(
        "stage",
        ends(),
        gateway("eventBased", "g"),
        catch("due", timer("duration", "P10D")),
        catch("waived", event("message", "stage.waived"), key="code"),
        users("x", "y"),
        chain("s", "g", "due", "x", "e"),
        chain("g", "waived", "y", "e"),
        root=messages("stage.waived"),
    )
    play = Play(xml, {"code": "S1"})
    assert play.restore().messages[0].element_id == "waived"
    assert play.due == {"due": "10"}

    if heard == "waived":
        assert play.send("stage.waived", "S1", reason="疫情")
    else:
        play.pass_days(11)

    assert play.open == (["y"] if heard == "waived" else ["x"])
    assert play.due == {}
    assert play.restore().messages == []
    assert play.data.get("reason") == ("疫情" if heard == "waived" else None)


def test_live_instances_of_a_receive_hear_only_their_own_message() -> None:
    body = sub(
        "all",
        start("rs"),
        catch("wait", event("message", "reply"), key="code"),
        end("re"),
        chain("rs", "wait", "re"),
        loop=many('["A", "B"]', "code"),
    )
    play = Play(diagram("each", ends(), body, chain("s", "all", "e"), root=messages("reply")))
    assert [one.key for one in play.restore().messages] == ["A", "B"]

    assert play.send("reply", "B")
    assert [one.key for one in play.restore().messages] == ["A"]
    assert play.send("reply", "A")

    assert play.finished


def test_a_message_boundary_event_interrupts_or_not() -> None:
    for interrupting in (True, False):
        xml = diagram(
            "cancelled",
            ends(),
            users("a", "x"),
            boundary("stop", "a", event("message", "stop"), interrupting=interrupting, key="code"),
            end("e2"),
            chain("s", "a", "e"),
            chain("stop", "x", "e2"),
            root=messages("stop"),
        )
        play = Play(xml, {"code": "1"})

        play.send("stop", "1")

        assert play.open == (["x"] if interrupting else ["a", "x"])


def test_a_thrown_message_reaches_a_receiver_inside_or_leaves_the_instance() -> None:
    xml = diagram(
        "talk",
        ends(),
        both("f", "j"),
        users("a"),
        throw("tell", event("message", "ready"), key="code", parameters={"score": "1 + 1"}),
        catch("hear", event("message", "ready"), key="other"),
        chain("s", "f", "a", "tell", "j", "e"),
        chain("f", "hear", "j"),
        root=messages("ready"),
    )
    inside, outside = Play(xml, {"code": "1", "other": "1"}), Play(xml, {"code": "1", "other": "2"})
    inside.complete("a")
    run = outside.restore()
    run.complete(run.user_tasks[0].id, {})
    run.settle()

    assert inside.finished
    assert inside.data["score"] == 2
    assert [(one.element_id, one.name, one.key, one.payload) for one in run.sent] == [
        ("tell", "ready", "1", {"score": 2})
    ]
