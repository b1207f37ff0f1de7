"""Nothing in a diagram runs Python, and constants are seen but never stored."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.bpmn import compiling
from engine.bpmn.definition import check
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
    holds,
    many,
    messages,
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

_heard: list[str] = []
_listening = threading.local()


def _listen(name: str, arguments: tuple[Any, ...]) -> None:
    if name in {"compile", "exec", "os.system", "subprocess.Popen"} and getattr(_listening, "on", False):
        _heard.append(f"{name} {arguments!r}"[:200])


sys.addaudithook(_listen)


@contextmanager
def listening() -> Iterator[list[str]]:
    """Collect every compile and exec of this thread."""
    _heard.clear()
    _listening.on = True
    try:
        yield _heard
    finally:
        _listening.on = False


PART = diagram("part", ends(), script("inner", "{deep: n + 1}"), chain("s", "inner", "e"))
EVERYTHING = diagram(
    "everything",
    ends(),
    script("one", "{n: 1, m: n + 1}"),
    rule("two"),
    service("three", parameters={"x": "n + m"}, outputs={"y": "result.total * 2"}),
    call("four", "part"),
    user(
        "five",
        loop=many("[n, m]", "item", results="all", each="item * 2", until="numberOfCompletedInstances = 2"),
    ),
    user("six", loop=again("n < 0", most=2)),
    boundary("b", "six", timer("duration", 'duration("P" + string(n) + "D")'), interrupting=False),
    boundary("c", "six", holds("n > 100")),
    end("eb"),
    both("f", "j"),
    catch("hear", event("message", "hello"), key='"k" + string(m)', outputs={"heard": "message.text"}),
    throw("tell", event("message", "hello"), key='"k2"', parameters={"text": '"你好"'}),
    users("seven"),
    sub("box", start("bs"), script("in_box", "{boxed: true}"), end("be"), chain("bs", "in_box", "be")),
    chain("s", "one", "two", "three", "four", "five", "six", "f", "hear", "j", "box", "x"),
    chain("b", "eb"),
    chain("c", "eb"),
    chain("f", "seven", "tell", "j"),
    choice("x", ("e", "boxed and y > 0"), ("e2", None)),
    end("e2"),
    root=messages("hello"),
)


def work() -> Hands:
    return Hands(
        work=lambda arguments, data: {"total": arguments["x"]},
        grade=lambda arguments, context: "优" if context["policy"]["best"] else "良",
    )


def played() -> Play:
    play = Play(EVERYTHING, hands=work(), constants={"policy": {"best": True}}, parts={"part": PART})
    play.complete("five")
    play.complete("five")
    play.pass_days(2)
    play.complete("six")
    play.complete("seven")
    return play


def test_nothing_in_a_diagram_compiles_or_executes_python() -> None:
    played()

    with listening() as heard:
        play = played()

    assert heard == []
    assert play.finished
    assert play.data == {
        "n": Decimal(1),
        "m": Decimal(2),
        "grade": "优",
        "y": Decimal(6),
        "deep": Decimal(2),
        "all": [Decimal(2), Decimal(4)],
        "heard": "你好",
        "boxed": True,
    }


def test_the_listener_does_hear_python() -> None:
    with listening() as heard:
        compile("1 + 1", "<test>", "eval")

    assert len(heard) == 1


def test_python_in_a_condition_is_a_syntax_error_or_null_but_never_runs() -> None:
    xml = diagram(
        "attack",
        ends(),
        end("e2"),
        chain("s", "x"),
        choice("x", ("e2", "().__class__.__bases__"), ("e", None)),
    )
    harmless = diagram(
        "attack2", ends(), end("e2"), chain("s", "x"), choice("x", ("e2", "open(name).read()"), ("e", None))
    )

    from_lint = [problem.code for problem in check(xml)]
    play = Play(harmless, {"name": "/etc/passwd"}) if not check(harmless) else None

    assert from_lint == ["expression.syntax"]
    assert play is None or play.finished


def test_constants_are_seen_by_every_expression_and_never_stored() -> None:
    xml = diagram(
        "constants",
        ends(),
        script("a", "{limit: policy.limit * 2}"),
        users("u"),
        chain("s", "a", "u", "x"),
        choice("x", ("e", "dates.open"), ("e2", None)),
        end("e2"),
    )
    play = Play(xml, constants={"policy": {"limit": 21, "secret": "机密"}, "dates": {"open": True}})

    assert play.data == {"limit": Decimal(42)}
    assert "机密" not in play.image
    play.complete("u")
    assert play.finished


def test_a_variable_hides_a_constant_of_the_same_name() -> None:
    xml = diagram("hide", ends(), script("a", "{seen: year}"), chain("s", "a", "e"))

    assert Play(xml, {"year": 2030}, constants={"year": 2026}).data["seen"] == 2030


def test_outputs_of_a_service_task_see_the_result_as_a_whole_and_by_entry() -> None:
    xml = diagram(
        "outputs",
        ends(),
        service("a", outputs={"p": "result.passed", "q": "passed", "r": "n"}),
        chain("s", "a", "e"),
    )
    play = Play(xml, {"n": 3}, hands=Hands(work=lambda arguments, data: {"passed": True, "other": 1}))

    assert play.data == {"n": 3, "p": True, "q": True, "r": 3}


def test_the_result_of_a_service_task_without_outputs_is_dropped() -> None:
    xml = diagram("drop", ends(), service("a"), chain("s", "a", "e"))

    assert Play(xml, hands=Hands(work=lambda arguments, data: {"passed": True})).data == {}


def test_the_migrating_serializer_of_the_library_is_never_used() -> None:
    room = Path(compiling.__file__).parent

    texts = [path.read_text() for path in room.rglob("*.py")]

    assert len(texts) > 30
    assert not any("SpiffWorkflow" in text and "serializer" in text.lower() for text in texts)


def test_variables_handed_to_an_operation_are_read_only() -> None:
    def write(arguments: object, data: Any) -> None:
        data["n"] = 2

    with pytest.raises(TypeError):
        Play(diagram("ro", ends(), service("a"), chain("s", "a", "e")), {"n": 1}, hands=Hands(work=write))
