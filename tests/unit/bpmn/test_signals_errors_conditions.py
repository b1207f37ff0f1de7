"""Signals reach all, errors and escalations climb the activities around them, conditions watch the variables."""

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
    signals,
    start,
    sub,
    throw,
    user,
    users,
)
from tests.unit.bpmn.playing import Play


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


@pytest.mark.parametrize(
    ("part", "last"),
    [
        (sub("part", start("rs"), users("a"), end("re"), chain("rs", "a", "re")), "a"),
        (user("part", loop=many("[1]", "one")), "part"),
        (user("part"), "part"),
    ],
    ids=["subprocess", "multi-instance", "task"],
)
def test_what_has_just_ended_is_not_interrupted_by_what_became_true_as_it_ended(part: str, last: str) -> None:
    xml = diagram(
        "ended",
        ends(),
        part,
        boundary("b", "part", holds("total > 100")),
        users("h", "z"),
        chain("s", "part", "z", "e"),
        chain("b", "h", "e"),
    )
    play = Play(xml, {"total": 1})

    play.complete(last, total=200)

    assert play.open == ["z"]


def test_an_event_subprocess_does_not_begin_in_a_scope_that_has_ended() -> None:
    alarm = sub(
        "alarm", start("as", holds("total > 100")), users("h"), end("ae"), chain("as", "h", "ae"), event=True
    )
    xml = diagram("ended2", ends(), users("a"), alarm, chain("s", "a", "e"))
    play = Play(xml, {"total": 1})

    play.complete("a", total=200)

    assert play.finished
