"""Messages by name and key, signals to all, errors to the activity around them, conditions over variables."""

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
    many,
    messages,
    service,
    signals,
    start,
    sub,
    throw,
    timer,
    users,
)
from tests.unit.bpmn.playing import Play

SCORE = diagram(
    "score",
    ends(),
    catch("wait", event("message", "upper_score"), key="subject_code"),
    service("record", parameters={"score": "score"}),
    chain("s", "wait", "record", "e"),
    root=messages("upper_score"),
)


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


def test_a_signal_reaches_everyone_who_waits_for_it() -> None:
    xml = diagram(
        "signal",
        ends(),
        both("f", "j"),
        users("a"),
        throw("tell", event("signal", "go")),
        catch("one", event("signal", "go")),
        catch("two", event("signal", "go")),
        chain("s", "f", "a", "tell", "j", "e"),
        chain("f", "one", "j"),
        chain("f", "two", "j"),
        root=signals("go"),
    )
    play = Play(xml)

    play.complete("a")

    assert play.finished


def test_an_error_reaches_the_activity_it_was_thrown_in_and_no_other() -> None:
    def part(name: str) -> str:
        return (
            sub(
                name,
                start(f"{name}s"),
                users(f"{name}a"),
                end(f"{name}x", event("error", "E1")),
                chain(f"{name}s", f"{name}a", f"{name}x"),
            )
            + boundary(f"{name}b", name, event("error", "E1"))
            + users(f"{name}h")
            + chain(f"{name}b", f"{name}h", "j")
            + chain(name, "j")
        )

    xml = diagram(
        "errors",
        ends(),
        both("f"),
        gateway("exclusive", "j"),
        part("p"),
        part("q"),
        chain("s", "f", "p"),
        chain("f", "q"),
        chain("j", "e"),
        root=errors("E1"),
    )
    play = Play(xml)

    play.complete("qa")

    assert play.open == ["pa", "qh"]


def test_an_error_in_one_instance_of_a_subprocess_ends_the_whole_activity() -> None:
    body = sub(
        "all",
        start("rs"),
        users("fill"),
        end("rx", event("error", "E1")),
        chain("rs", "fill", "rx"),
        loop=many("[1, 2, 3]", "n"),
    )
    xml = diagram(
        "mierr",
        ends(),
        body,
        boundary("b", "all", event("error", "E1")),
        users("h"),
        chain("s", "all", "e"),
        chain("b", "h", "e"),
        root=errors("E1"),
    )
    play = Play(xml)

    play.complete("fill")

    assert play.open == ["h"]


def test_an_escalation_leaves_the_subprocess_running() -> None:
    body = sub(
        "all",
        start("rs"),
        throw("up", event("escalation", "late")),
        users("fill"),
        end("re"),
        chain("rs", "up", "fill", "re"),
    )
    xml = diagram(
        "esc",
        ends(),
        body,
        boundary("b", "all", event("escalation", "late"), interrupting=False),
        users("h"),
        end("e2"),
        chain("s", "all", "e"),
        chain("b", "h", "e2"),
        root=escalations("late"),
    )

    assert Play(xml).open == ["fill", "h"]


def test_a_condition_fires_when_a_variable_changes() -> None:
    xml = diagram(
        "cond",
        ends(),
        both("f", "j"),
        users("a", "b"),
        catch("wait", holds("total > 100")),
        chain("s", "f", "a", "j", "e"),
        chain("f", "wait", "b", "j"),
    )
    play = Play(xml, {"total": 1})
    assert play.open == ["a"]

    play.complete("a", total=101)

    assert play.open == ["b"]


def test_a_condition_boundary_event_sees_changes_made_in_a_subprocess() -> None:
    body = sub("part", start("rs"), users("a", "a2"), end("re"), chain("rs", "a", "a2", "re"))
    xml = diagram(
        "cond2",
        ends(),
        body,
        boundary("b", "part", holds("total > 100")),
        users("h"),
        chain("s", "part", "e"),
        chain("b", "h", "e"),
    )
    play = Play(xml, {"total": 1})

    play.complete("a", total=200)

    assert play.open == ["h"]
