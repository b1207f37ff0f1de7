"""Diagrams nobody should draw: very long, wide, deep, endless. Refused with place and remedy, or an incident; no hang."""

import pytest

from engine.bpmn.definition import check
from engine.bpmn.failing import StepFailed
from tests.unit.bpmn.diagrams import (
    again,
    both,
    chain,
    choice,
    diagram,
    end,
    ends,
    gateway,
    many,
    script,
    service,
    start,
    sub,
    user,
    users,
)
from tests.unit.bpmn.playing import Play


def nested(levels: int) -> bytes:
    """A task inside so many subprocesses."""
    inner = start("s0") + users("deep") + end("e0") + chain("s0", "deep", "e0")
    for level in range(1, levels + 1):
        first, box, last = f"s{level}", f"b{level}", f"e{level}"
        inner = start(first) + sub(box, inner) + end(last) + chain(first, box, last)
    return diagram("p", inner)


def wide(ways: int) -> bytes:
    """A fork of so many tasks."""
    ids = [f"u{number}" for number in range(ways)]
    branches = [chain("f", one, "j") for one in ids]
    return diagram("p", ends(), both("f", "j"), users(*ids), chain("s", "f"), *branches, chain("j", "e"))


def long(tasks: int) -> bytes:
    """A line of so many tasks."""
    ids = [f"u{number}" for number in range(tasks)]
    return diagram("p", ends(), users(*ids), chain("s", *ids, "e"))


ENDLESS = {
    "a loop of scripts": diagram(
        "p",
        ends(),
        script("a", "{n: n + 1}"),
        gateway("exclusive", "m"),
        choice("q", ("m", "n > 0"), ("e", None)),
        chain("s", "m", "a", "q"),
    ),
    "a standard loop": diagram("p", ends(), service("a", loop=again("true")), chain("s", "a", "e")),
}
FLOOD = diagram(
    "p",
    ends(),
    gateway("exclusive", "m"),
    both("f"),
    users("u"),
    script("a", "{n: n + 1}"),
    script("b", "{n: n + 1}"),
    choice("q", ("m", "n > 0"), ("e", None)),
    chain("s", "u", "m", "f", "a", "q"),
    chain("f", "b", "m"),
)


def condition(text: str) -> bytes:
    """A choice with this condition."""
    way = choice("q", ("a", text), ("b", None))
    return diagram("p", ends(), users("a", "b"), way, chain("s", "q"), chain("a", "e"), chain("b", "e"))


@pytest.mark.parametrize(
    ("xml", "place", "code"),
    [
        (long(1_000), "p", "process.too_large"),
        (wide(500), "p", "process.too_large"),
        (nested(21), "b1", "process.too_deep"),
        (condition(" + ".join(["1"] * 20_000) + " > 3"), "q_a", "expression.syntax"),
        (condition("(" * 3_000 + "1" + ")" * 3_000 + " > 3"), "q_a", "expression.syntax"),
    ],
    ids=["long", "wide", "deep", "long condition", "deep condition"],
)
def test_what_is_too_large_is_refused_at_its_element(xml: bytes, place: str, code: str) -> None:
    assert [(one.element_id, one.code) for one in check(xml)] == [(place, code)]


def test_what_is_just_within_the_limits_runs() -> None:
    deep, broad = Play(nested(20)), Play(wide(100))

    deep.complete("deep")
    for number in range(100):
        broad.complete(f"u{number}")

    assert deep.finished
    assert broad.finished


@pytest.mark.parametrize("name", ENDLESS)
def test_a_loop_without_a_wait_is_a_failure_not_a_hang(name: str) -> None:
    play = Play(ENDLESS[name], {"n": 1})

    codes = [one.code for one in play.restore().failures]

    assert codes == ["run.endless"]
    assert len(play.image) < 1_000


def test_a_loop_that_doubles_its_tokens_is_taken_back_with_the_command_that_led_into_it() -> None:
    play = Play(FLOOD, {"n": 1})

    with pytest.raises(StepFailed, match="不停的循环"):
        play.complete("u")

    assert play.open == ["u"]


@pytest.mark.parametrize("loop", [many(times="1000000"), many("for i in 1..5000 return i", "i")])
@pytest.mark.parametrize("sequential", [False, True])
def test_a_repetition_beyond_all_measure_is_a_failure(loop: str, sequential: bool) -> None:
    marker = loop.replace('isSequential="false"', f'isSequential="{str(sequential).lower()}"')
    play = Play(diagram("p", ends(), user("a", loop=marker), chain("s", "a", "e")))

    assert [one.code for one in play.restore().failures] == ["loop.too_many"]


def test_six_hundred_passes_of_a_return_loop_leave_the_image_as_it_was() -> None:
    way = choice("q", ("m", "x > 0"), ("e", None))
    play = Play(
        diagram("p", ends(), users("a"), gateway("exclusive", "m"), way, chain("s", "m", "a", "q")), {"x": 1}
    )
    sizes = set()

    for _ in range(600):
        play.complete("a")
        sizes.add(len(play.image))

    assert len(sizes) == 1
