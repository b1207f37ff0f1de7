"""A diagram whose tokens can never come together is refused before it runs; what may go wrong is warned of."""

import pytest
from hypothesis import HealthCheck, given, settings

from engine.bpmn.definition import check
from tests.unit.bpmn.blocks import Block, Writer
from tests.unit.bpmn.diagrams import (
    both,
    boundary,
    catch,
    chain,
    choice,
    diagram,
    end,
    ends,
    event,
    flow,
    gateway,
    many,
    script,
    start,
    sub,
    timer,
    user,
    users,
)
from tests.unit.bpmn.drawing import processes

LATE = timer("duration", "P3D")
FORK = both("f", "j") + users("a", "b") + chain("s", "f", "a", "j", "e") + chain("f", "b", "j")


def found(*parts: str) -> list[tuple[str, str, str]]:
    """Return element, severity and code of the problems of a diagram."""
    return [(one.element_id, one.severity, one.code) for one in check(diagram("p", ends(), *parts))]


def late(target: str = "e2", *, interrupting: bool = True, last: str = "") -> str:
    """An event at task a whose way leads to a task and from there to an end of its own, or elsewhere."""
    more = end("e2", last) if target == "e2" else ""
    return (
        boundary("late", "a", LATE, interrupting=interrupting)
        + users("r")
        + more
        + chain("late", "r", target)
    )


def test_an_event_that_leads_out_of_a_fork_is_refused_by_its_name() -> None:
    (problem,) = check(diagram("p", ends(), FORK, late()))

    assert (problem.element_id, problem.severity, problem.code) == ("late", "error", "gateway.waits_in_vain")
    assert "“late”之后,并行网关“j”就永远等不齐" in problem.text
    assert "请" in problem.text


@pytest.mark.parametrize(
    "way",
    [late("e2", interrupting=False), late(last=event("terminate")), late("m")],
    ids=["beside", "to the end of all", "to the join"],
)
def test_an_event_that_leaves_no_join_waiting_is_none_of_our_business(way: str) -> None:
    fork = both("f", "j") + users("a", "b") + gateway("exclusive", "m")

    assert found(fork, chain("s", "f", "a", "m", "j", "e"), chain("f", "b", "j"), way) == []


def test_a_branch_that_may_end_before_the_join_is_refused_at_the_flow() -> None:
    way = chain("s", "f", "a", "x") + choice("x", ("e2", "no = 1"), ("j", None)) + chain("f", "b", "j", "e")

    assert found(both("f", "j"), users("a", "b"), end("e2"), way) == [
        ("x_e2", "error", "gateway.waits_in_vain")
    ]


def test_two_branches_that_may_leave_together_are_only_warned_of() -> None:
    ways = chain("s", "f", "a", "x") + chain("f", "b", "y") + chain("j", "e")
    leave = choice("x", ("e2", "no = 1"), ("j", None)) + choice("y", ("e3", "no = 1"), ("j", None))

    problems = found(both("f", "j"), users("a", "b"), end("e2"), end("e3"), ways, leave)

    assert {one[1:] for one in problems} == {("warning", "gateway.waits_in_vain")}


def test_a_choice_before_a_parallel_join_is_refused_at_the_join() -> None:
    way = chain("s", "x") + choice("x", ("a", "n = 1"), ("b", None)) + chain("a", "j", "e") + chain("b", "j")

    assert found(both("j"), users("a", "b"), way) == [("j", "error", "gateway.waits_in_vain")]


def test_an_inclusive_split_before_a_parallel_join_is_warned_of() -> None:
    ways = chain("s", "f") + flow("f", "a", "n = 1") + flow("f", "b") + chain("a", "j", "e") + chain("b", "j")

    assert found(gateway("inclusive", "f", default="f_b"), both("j"), users("a", "b"), ways) == [
        ("f", "warning", "gateway.waits_in_vain")
    ]


def test_a_parallel_split_into_an_exclusive_merge_is_warned_of() -> None:
    fork = both("f") + gateway("exclusive", "m") + users("a", "b", "z")

    assert found(fork, chain("s", "f", "a", "m", "z", "e"), chain("f", "b", "m")) == [
        ("m", "warning", "flow.twice")
    ]


def test_a_way_without_an_end_is_refused_unless_an_event_may_stop_it() -> None:
    loop = (
        users("a", "b")
        + gateway("exclusive", "m")
        + chain("s", "x")
        + choice("x", ("m", "n = 1"), ("e", None))
    )
    round_ = chain("m", "a", "b", "m")
    stop = sub("h", start("hs", LATE), end("he"), chain("hs", "he"), event=True)

    assert found(loop, round_) == [("x_m", "error", "end.never")]
    assert found(loop, round_, stop) == [("x_m", "warning", "end.never")]


def test_a_loop_in_which_nobody_does_anything_is_warned_of() -> None:
    way = chain("s", "m", "t", "x") + choice("x", ("m", "n = 1"), ("e", None))

    assert found(gateway("exclusive", "m"), script("t", "{n: 1}"), way) == [
        ("m", "warning", "loop.never_rests")
    ]
    assert found(gateway("exclusive", "m"), users("t"), way) == []
    assert found(gateway("exclusive", "m"), catch("t", LATE), way) == []


def test_a_join_in_a_subprocess_that_a_timer_may_stop_is_warned_of() -> None:
    inside = (
        start("bs") + end("be") + end("be2") + both("f", "j") + users("a", "b") + chain("bs", "f", "a", "x")
        + choice("x", ("be2", "no = 1"), ("j", None)) + chain("f", "b", "j", "be")
    )  # fmt: skip
    box, stop = sub("box", inside), boundary("stop", "box", LATE) + end("e2") + flow("stop", "e2")

    assert found(box, chain("s", "box", "e")) == [("x_be2", "error", "gateway.waits_in_vain")]
    assert found(box, stop, chain("s", "box", "e")) == [("x_be2", "warning", "gateway.waits_in_vain")]


def test_wide_and_deep_forks_are_looked_at_quickly() -> None:
    names = [f"t{number}" for number in range(60)]
    ways = "".join(chain("f", name, "j") for name in names)

    assert found(both("f", "j"), users(*names), chain("s", "f"), ways, chain("j", "e")) == []
    choices = [f"x{number}" for number in range(40)]
    branches = "".join(
        chain("f", one) + choice(one, (f"a{one}", "n = 1"), (f"b{one}", None))
        + chain(f"a{one}", "j") + chain(f"b{one}", "e")
        + users(f"a{one}", f"b{one}") for one in choices
    )  # fmt: skip
    assert isinstance(found(both("f", "j"), chain("s", "f"), branches, chain("j", "e")), list)


def test_several_at_once_are_one_activity() -> None:
    assert found(user("a", loop=many("[1, 2]")), chain("s", "a", "e")) == []


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(root=processes(depth=2))
def test_what_is_drawn_in_blocks_has_no_such_problem(root: Block) -> None:
    writer = Writer(root)
    codes = {one.code for xml in (writer.xml, *writer.parts.values()) for one in check(xml)}

    assert not codes & {"gateway.waits_in_vain", "end.never", "flow.twice", "loop.never_rests"}
