"""Carrying an instance over to another version of its diagram: what stays, what begins, what is refused."""

from datetime import timedelta

import pytest

from engine.bpmn.failing import CrossingRefused
from engine.bpmn.fates import Crossing, Fate
from tests.unit.bpmn.diagrams import (
    both,
    boundary,
    call,
    chain,
    diagram,
    end,
    ends,
    event,
    messages,
    start,
    sub,
    timer,
    user,
    users,
)
from tests.unit.bpmn.playing import Play, bundle

LINE = diagram("p", ends(), users("a", "b"), chain("s", "a", "b", "e"))
SAME = Crossing()


def cross(play: Play, xml: bytes, plan: Crossing = SAME, **parts: bytes) -> list[Fate]:
    """Carry a play over, save it, and let it go on in the new version."""
    run, fates = play.restore().carried(bundle(xml, **parts), plan)
    play.bundle = bundle(xml, **parts)
    play.keep(run)
    return fates


def finish(play: Play) -> list[str]:
    """Complete whatever is open, in order; return what was done."""
    done = []
    while not play.finished:
        done.append(play.open[0])
        play.complete(play.open[0])
    return done


def test_a_step_added_after_and_one_before_the_open_task() -> None:
    play = Play(LINE)
    play.complete("a")
    task_id = play.task("b").id
    changed = diagram("p", ends(), users("a", "x", "b", "y"), chain("s", "a", "x", "b", "y", "e"))

    fates = cross(play, changed)

    assert [(fate.kind, fate.element_id, fate.target) for fate in fates] == [("kept", "b", "b")]
    assert play.task("b").id == task_id
    assert finish(play) == ["b", "y"]


def test_an_element_that_is_gone_is_refused_by_name_and_can_be_mapped_or_moved() -> None:
    changed = diagram("p", ends(), users("a", "c"), chain("s", "a", "c", "e"))
    play = Play(LINE)
    play.complete("a")

    with pytest.raises(CrossingRefused) as refused:
        cross(play, changed)
    assert refused.value.facts["elements"] == ["b"]
    before = play.task("b").id

    cross(play, changed, Crossing(mapped={"b": "c"}))
    assert play.task("c").id == before

    moved = Play(LINE)
    moved.complete("a")
    before = moved.task("b").id
    assert [fate.kind for fate in cross(moved, changed, Crossing(moved={"p/b": "a"}))] == ["moved"]
    assert moved.open == ["a"]
    assert moved.task("a").id != before
    assert finish(moved) == ["a", "c"]


def test_a_boundary_timer_keeps_its_due_moment_and_a_new_one_begins_now() -> None:
    old = diagram(
        "p", ends(), users("a", "t1"), boundary("w", "a", timer("duration", "P10D")), end("e1"),
        chain("s", "a", "e"), chain("w", "t1", "e1"),
    )  # fmt: skip
    new = diagram(
        "p", ends(), users("a", "t1", "t2"), boundary("w", "a", timer("duration", "P99D")),
        boundary("v", "a", timer("duration", "P3D")), end("e1"), end("e2"),
        chain("s", "a", "e"), chain("w", "t1", "e1"), chain("v", "t2", "e2"),
    )  # fmt: skip
    play, anew = Play(old), Play(old)
    for one in (play, anew):
        one.pass_days(2)

    cross(play, new)
    cross(anew, new, Crossing(recompute=True))

    assert play.due == {"w": "10", "v": "5"}
    assert anew.due == {"w": "99", "v": "5"}
    play.pass_days(3)
    assert play.open == ["t2"]


def reminded(cycle: str) -> bytes:
    """A task with a reminder that comes again and again."""
    remind = boundary("w", "a", timer("cycle", cycle), interrupting=False)
    return diagram(
        "p", ends(), users("a", "r"), remind, end("e1"), chain("s", "a", "e"), chain("w", "r", "e1")
    )


def test_a_span_worked_out_anew_counts_from_when_its_element_was_reached() -> None:
    def waiting(span: str) -> bytes:
        late = (
            f"""<bpmn:intermediateCatchEvent id="t">{timer("duration", span)}</bpmn:intermediateCatchEvent>"""
        )
        return diagram("p", ends(), late, users("z"), chain("s", "t", "z", "e"))

    play = Play(waiting("P10D"))
    play.pass_days(6)

    cross(play, waiting("P5D"), Crossing(recompute=True))

    assert play.due == {"t": "5"}
    play.pass_days(0)
    assert play.open == ["z"]


def test_a_date_worked_out_anew_sees_the_day_on_which_its_element_was_reached() -> None:
    def waiting(days: int) -> bytes:
        late = timer("date", f'today() + duration("P{days}D")')
        catch = f"""<bpmn:intermediateCatchEvent id="t">{late}</bpmn:intermediateCatchEvent>"""
        return diagram("p", ends(), catch, users("z"), chain("s", "t", "z", "e"))

    play, other = Play(waiting(9)), Play(waiting(20))
    play.pass_days(6)

    cross(play, waiting(20), Crossing(recompute=True))

    assert play.due == other.due


def test_reminders_that_came_do_not_come_again_though_the_cycle_is_worked_out_anew() -> None:
    play = Play(reminded("R3/P10D"))
    for _ in range(21):
        play.pass_days(1)
    assert play.open == ["a", "r", "r"]

    cross(play, reminded("R3/P9D"), Crossing(recompute=True))

    assert play.due == {"w": "27"}
    for _ in range(60):
        play.pass_days(1)
    assert play.open == ["a", "r", "r", "r"]


def test_no_reminder_is_left_if_the_new_cycle_has_fewer_than_came() -> None:
    play = Play(reminded("R3/P10D"))
    for _ in range(21):
        play.pass_days(1)

    cross(play, reminded("R2/P10D"), Crossing(recompute=True))

    assert play.due == {}
    assert play.open == ["a", "r", "r"]


def test_a_span_that_suspension_put_off_stays_put_off_though_it_is_worked_out_anew() -> None:
    play = Play(reminded("R1/P10D"))
    run = play.restore()
    run.redate(lambda timer: timer.due_at + timedelta(days=4))
    play.keep(run)

    cross(play, reminded("R1/P12D"), Crossing(recompute=True))

    assert play.due == {"w": "16"}


def test_boundary_events_appear_on_an_activity_without_any_and_go_only_if_dropped() -> None:
    bare = diagram("p", ends(), users("a"), chain("s", "a", "e"))
    timed = diagram(
        "p", ends(), users("a", "t"), boundary("w", "a", timer("duration", "P3D")), end("e1"),
        chain("s", "a", "e"), chain("w", "t", "e1"),
    )  # fmt: skip
    play = Play(bare)

    cross(play, timed)

    assert (play.open, play.due) == (["a"], {"w": "3"})
    with pytest.raises(CrossingRefused):
        cross(play, bare)
    cross(play, bare, Crossing(dropped=frozenset({"w"})))
    assert (play.open, play.due) == (["a"], {})
    assert finish(play) == ["a"]


def forked(*branches: tuple[str, ...]) -> bytes:
    """Parallel branches between f and j, then z."""
    names = [name for branch in branches for name in branch]
    ways = [chain("f", *branch, "j") for branch in branches]
    return diagram(
        "p", ends(), both("f", "j"), users(*names, "z"), chain("s", "f"), *ways, chain("j", "z", "e")
    )


def test_a_boundary_event_that_moved_to_another_activity_is_refused_and_can_be_dropped() -> None:
    def late(host: str) -> bytes:
        border = boundary("late", host, timer("duration", "P5D"), interrupting=False)
        line = chain("s", "a", "b", "e") + chain("late", "r", "e2")
        return diagram("p", ends(), users("a", "b", "r"), border, end("e2"), line)

    play = Play(late("a"))
    with pytest.raises(CrossingRefused, match="附着在另一个环节上"):
        cross(play, late("b"))
    cross(play, late("b"), Crossing(dropped=frozenset({"late"})))

    assert (play.open, play.due) == (["a"], {})
    play.complete("a")
    play.pass_days(5)
    assert play.open == ["b", "r"]


def test_a_branch_that_has_arrived_stays_arrived_though_a_step_is_added_behind_it() -> None:
    play = Play(forked(("a",), ("b",)))
    play.complete("a")

    cross(play, forked(("a", "x"), ("b", "y")))

    assert finish(play) == ["b", "y", "z"]


def test_a_branch_added_to_a_join_is_not_waited_for_in_vain() -> None:
    for done in ((), ("a",)):
        play = Play(forked(("a",), ("b",)))
        for element_id in done:
            play.complete(element_id)

        cross(play, forked(("a",), ("b",), ("c",)))

        assert finish(play) == [one for one in ("a", "b", "z") if one not in done]


def test_a_branch_that_is_not_live_may_go() -> None:
    play = Play(forked(("a",), ("b", "d"), ("c",)))
    for element_id in ("b", "d"):
        play.complete(element_id)

    cross(play, forked(("a",), ("b",), ("c",)), Crossing(mapped={"d": "b"}))

    assert finish(play) == ["a", "c", "z"]


def test_a_subprocess_and_a_called_process_go_over_with_what_runs_in_them() -> None:
    def box(*inside: str) -> str:
        return sub("box", start("bs"), users(*inside), end("be"), chain("bs", *inside, "be"))

    old = diagram("p", ends(), box("i"), call("c", "part"), chain("s", "box", "c", "e"))
    new = diagram(
        "p", ends(), box("i", "i2"), call("c", "part"), users("z"), chain("s", "box", "c", "z", "e")
    )
    part = diagram("part", ends(), users("q"), chain("s", "q", "e"))
    longer = diagram("part", ends(), users("q", "r"), chain("s", "q", "r", "e"))
    play = Play(old, parts={"part": part})

    cross(play, new, part=part)
    play.complete("i")
    play.complete("i2")
    assert play.open == ["q"]
    cross(play, new, part=longer)

    assert finish(play) == ["q", "r", "z"]


def test_a_subprocess_that_is_gone_is_refused_and_can_be_moved_as_a_whole() -> None:
    box = sub("box", start("bs"), users("i"), end("be"), chain("bs", "i", "be"))
    old = diagram("p", ends(), box, users("z"), chain("s", "box", "z", "e"))
    new = diagram("p", ends(), users("y", "z"), chain("s", "y", "z", "e"))
    play = Play(old)

    assert {fate.element_id for fate in play.restore().fates(bundle(new), SAME)} == {"box", "i"}
    cross(play, new, Crossing(moved={"box": "y"}))

    assert finish(play) == ["y", "z"]


def test_an_element_that_became_another_kind_is_refused() -> None:
    play = Play(LINE)
    changed = diagram(
        "p",
        ends(),
        sub("a", start("bs"), end("be"), chain("bs", "be")),
        users("b"),
        chain("s", "a", "b", "e"),
    )

    with pytest.raises(CrossingRefused) as refused:
        cross(play, changed)

    assert "另一种元素" in refused.value.text


def test_a_label_may_change() -> None:
    play = Play(LINE)

    cross(play, LINE.replace("任务 a".encode(), "改名".encode()))

    assert play.task("a").element.name == "改名"


def test_a_running_multi_instance_goes_over_with_what_is_done() -> None:
    many = (
        '<bpmn:multiInstanceLoopCharacteristics isSequential="true">'
        "<bpmn:loopCardinality>3</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"
    )
    old = diagram("p", ends(), user("a", loop=many), chain("s", "a", "e"))
    new = diagram("p", ends(), user("a", loop=many), users("z"), chain("s", "a", "z", "e"))
    play = Play(old)
    play.complete("a")

    cross(play, new)

    assert finish(play) == ["a", "a", "z"]


def test_a_token_moved_into_a_fork_does_not_wait_for_a_branch_that_nobody_brings() -> None:
    fork = both("f", "j") + users("a", "b", "z") + chain("s", "f", "a", "j", "z", "e") + chain("f", "b", "j")
    play = Play(LINE)

    cross(play, diagram("p", ends(), fork), Crossing(moved={"a": "b"}))
    play.complete("b")

    assert play.open == ["z"]


def test_two_tokens_moved_into_a_fork_wait_for_each_other() -> None:
    def fork(*ids: str) -> bytes:
        first, second = ids
        ways = chain("s", "f", first, "j", "z", "e") + chain("f", second, "j")
        return diagram("p", ends(), both("f", "j"), users(*ids, "z"), ways)

    play = Play(fork("a", "b"))

    cross(play, fork("c", "d"), Crossing(moved={"a": "c", "b": "d"}))

    assert play.open == ["c", "d"]
    play.complete("d")
    assert play.open == ["c"]
    play.complete("c")
    assert play.open == ["z"]


def test_the_last_thing_to_do_cannot_be_given_up() -> None:
    halt = sub(
        "es",
        start("es_s", event("message", "stop")),
        users("halt"),
        end("es_e"),
        chain("es_s", "halt", "es_e"),
        event=True,
    )
    play = Play(diagram("p", ends(), users("a"), chain("s", "a", "e"), halt, root=messages("stop")))
    play.send("stop")

    with pytest.raises(CrossingRefused, match="没有任何在办步骤"):
        cross(play, LINE, Crossing(dropped=frozenset({"es"})))

    assert play.open == ["halt"]


def test_an_activity_that_a_token_is_moved_to_gets_its_new_timer_once() -> None:
    timed = boundary("late", "c", timer("duration", "P3D"), interrupting=False)
    new = diagram(
        "p", ends(), users("a", "c", "r"), timed, end("e2"), chain("s", "a", "c", "e"), chain("late", "r", "e2")
    )  # fmt: skip
    play = Play(LINE)
    play.complete("a")

    cross(play, new, Crossing(moved={"b": "c"}))
    assert [timer.element_id for timer in play.restore().timers] == ["late"]
    play.pass_days(3)

    assert play.open == ["c", "r"]


def test_branches_of_a_fork_that_is_gone_become_one_if_they_are_moved_to_one_place() -> None:
    play = Play(forked(("a",), ("b", "c")))
    play.complete("b")

    cross(
        play,
        diagram("p", ends(), users("z"), chain("s", "z", "e")),
        Crossing(moved={"a": "z", "c": "z"}),
    )

    assert finish(play) == ["z"]


def test_a_branch_that_has_arrived_stays_arrived_though_its_last_step_is_gone() -> None:
    play = Play(forked(("a", "b"), ("c",)))
    play.complete("a")
    play.complete("b")

    cross(play, forked(("a",), ("c",)))

    assert finish(play) == ["c", "z"]


def test_a_branch_that_has_arrived_is_not_taken_for_the_one_its_last_step_went_to() -> None:
    play = Play(forked(("a", "b"), ("c",)))
    play.complete("a")
    play.complete("b")

    cross(play, forked(("a",), ("c", "b")))

    assert finish(play) == ["c", "b", "z"]


def test_branches_that_have_arrived_may_go_while_another_runs() -> None:
    play = Play(forked(("a",), ("b",), ("c",)))
    play.complete("a")
    play.complete("b")

    cross(play, diagram("p", ends(), both("f", "j"), users("c", "z"), chain("s", "f", "c", "j", "z", "e")))

    assert finish(play) == ["c", "z"]
