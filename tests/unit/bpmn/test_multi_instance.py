"""Multi-instance activities over FEEL collections, saved and restored between every step."""

from decimal import Decimal
from typing import Any

import pytest

from engine.bpmn import compiling
from engine.errors import InvalidInput
from tests.unit.bpmn.diagrams import (
    boundary,
    call,
    catch,
    chain,
    diagram,
    end,
    ends,
    many,
    service,
    start,
    sub,
    timer,
    user,
    users,
)
from tests.unit.bpmn.playing import Hands, Play

PANEL = ["财务", "业务", "绩效"]


def panel(**loop: object) -> bytes:
    return diagram(
        "panel",
        ends(),
        user("opinion", loop=many("policy.panel", "kind", **loop)),  # type: ignore[arg-type]
        users("after"),
        chain("s", "opinion", "after", "e"),
    )


def rounds(*, sequential: bool) -> bytes:
    body = sub(
        "rounds",
        start("rs"),
        catch("opens", timer("date", "round.opens")),
        service("open_round", parameters={"no": "round.no"}),
        end("re"),
        chain("rs", "opens", "open_round", "re"),
        loop=many("dates.rounds", "round", sequential=sequential),
    )
    return diagram("rounds_of_year", ends(), body, chain("s", "rounds", "e"))


def test_a_live_multi_instance_restored_by_a_fresh_process_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    play = Play(panel(), constants={"policy": {"panel": PANEL}})
    assert play.open == ["opinion"] * 3

    for _ in PANEL:
        monkeypatch.setattr(compiling, "_cache", compiling.SpecCache(10))
        play.complete("opinion")

    assert play.open == ["after"]


def test_instances_of_one_element_have_their_own_ids_that_survive() -> None:
    play = Play(panel(), constants={"policy": {"panel": PANEL}})
    before = {task.id: task.data["kind"] for task in play.restore().user_tasks}

    play.complete("opinion", index=1)

    left = {task.id: task.data["kind"] for task in play.restore().user_tasks}
    assert len(before) == 3
    assert left == {id: kind for id, kind in before.items() if kind != "业务"}


def test_what_an_instance_writes_stays_its_own_until_it_completes() -> None:
    play = Play(panel(), constants={"policy": {"panel": PANEL}})

    play.complete("opinion", index=0, verdict="通过")

    assert play.data == {"verdict": "通过"}
    assert "kind" not in play.data


def test_results_come_in_the_order_of_the_items() -> None:
    xml = panel(results="verdicts", each='{kind: kind, ok: verdict = "通过"}')
    play = Play(xml, constants={"policy": {"panel": PANEL}})

    for index, verdict in ((2, "不通过"), (0, "通过"), (0, "通过")):
        play.complete("opinion", index=index, verdict=verdict)

    assert play.data["verdicts"] == [
        {"kind": "财务", "ok": True},
        {"kind": "业务", "ok": True},
        {"kind": "绩效", "ok": False},
    ]


def test_a_condition_ends_the_rest_early() -> None:
    play = Play(panel(until="numberOfCompletedInstances >= 2"), constants={"policy": {"panel": PANEL}})

    play.complete("opinion")
    assert play.open == ["opinion"] * 2
    play.complete("opinion")

    assert play.open == ["after"]


def test_a_sequential_one_takes_item_after_item() -> None:
    play = Play(panel(sequential=True, results="kinds"), constants={"policy": {"panel": PANEL}})

    for kind in PANEL:
        (task,) = play.restore().user_tasks
        assert task.data["kind"] == kind
        play.complete("opinion")

    assert play.data["kinds"] == PANEL


def test_an_empty_collection_is_passed_at_once() -> None:
    for sequential in (False, True):
        play = Play(panel(sequential=sequential, results="kinds"), constants={"policy": {"panel": []}})

        assert play.open == ["after"]
        assert play.data == {"kinds": []}


def test_an_empty_subprocess_collection_ends_the_process() -> None:
    for sequential in (False, True):
        play = Play(rounds(sequential=sequential), constants={"dates": {"rounds": []}})

        assert play.finished


def test_a_missing_collection_is_a_failure_that_can_be_retried() -> None:
    play = Play(panel())
    assert [one.code for one in play.restore().failures] == ["loop.not_a_list"]

    play.constants = {"policy": {"panel": PANEL}}
    play.retry()

    assert play.open == ["opinion"] * 3


def test_sequential_subprocesses_with_timers_and_operations_run_one_by_one() -> None:
    dates = {"rounds": [{"no": 1, "opens": "2026-01-11"}, {"no": 2, "opens": "2026-01-21"}]}
    play = Play(rounds(sequential=True), constants={"dates": dates})
    assert list(play.due.values()) == ["9.66667"]

    play.pass_days(10)
    assert play.hands.called == [("open_round", {"no": Decimal(1)})]
    assert list(play.due.values()) == ["19.6667"]
    play.pass_days(10)

    assert play.finished
    assert len(play.hands.called) == 2


def test_parallel_subprocesses_with_timers_and_operations_run_side_by_side() -> None:
    dates = {"rounds": [{"no": no, "opens": f"2026-02-0{no}"} for no in (1, 2, 3)]}
    play = Play(rounds(sequential=False), constants={"dates": dates})
    assert len({timer.id for timer in play.restore().timers}) == 3

    for _ in range(3):
        play.pass_days(20)

    assert play.finished
    assert len(play.hands.called) == 3


def test_a_failing_operation_in_one_instance_leaves_the_others_alone() -> None:
    fine = {"ok": False}

    def work(arguments: Any, data: Any) -> None:
        if not fine["ok"] and data["round"]["no"] == 2:
            raise_failure()

    dates = {"rounds": [{"no": no, "opens": "2025-12-01"} for no in (1, 2, 3)]}
    play = Play(rounds(sequential=False), constants={"dates": dates}, hands=Hands(work=work))
    assert [one.element_id for one in play.restore().failures] == ["open_round"]
    assert not play.finished

    fine["ok"] = True
    play.retry()

    assert play.finished


def raise_failure() -> None:
    raise InvalidInput("登记失败", code="test.failed")


def test_an_interrupting_boundary_event_ends_all_instances_and_their_timers() -> None:
    body = sub(
        "all", start("rs"), users("fill"), end("re"), chain("rs", "fill", "re"), loop=many("[1, 2, 3]", "n")
    )
    xml = diagram(
        "stop",
        ends(),
        body,
        boundary("late", "all", timer("duration", "P5D")),
        users("missing"),
        chain("s", "all", "e"),
        chain("late", "missing", "e"),
    )
    play = Play(xml)
    assert play.open == ["fill"] * 3

    play.pass_days(6)

    assert play.open == ["missing"]
    assert play.due == {}
    play.complete("missing")
    assert play.finished


def test_a_boundary_timer_on_each_instance_of_a_subprocess_fires_on_its_own() -> None:
    body = sub(
        "all",
        start("rs"),
        users("fill", "remind"),
        boundary("slow", "fill", timer("duration", 'duration("P" + string(n) + "D")'), interrupting=False),
        end("re"),
        end("rx"),
        chain("rs", "fill", "re"),
        chain("slow", "remind", "rx"),
        loop=many("[1, 20]", "n"),
    )
    play = Play(diagram("each", ends(), body, chain("s", "all", "e")))

    play.pass_days(2)

    assert play.open == ["fill", "fill", "remind"]
    for element_id in ("fill", "remind", "fill"):
        play.complete(element_id)
    assert play.finished


def test_a_called_process_runs_once_per_item() -> None:
    part = diagram("part", ends(), user("check"), chain("s", "check", "e"))
    xml = diagram("whole", ends(), call("each", "part", loop=many("[10, 20]", "n")), chain("s", "each", "e"))
    play = Play(xml, parts={"part": part})
    assert [task.data["n"] for task in play.restore().user_tasks] == [10, 20]

    play.complete("check")
    play.complete("check")

    assert play.finished


def test_a_number_of_instances_may_be_computed() -> None:
    xml = diagram("times", ends(), user("a", loop=many(times="n + 1")), chain("s", "a", "e"))

    assert Play(xml, {"n": 2}).open == ["a"] * 3


def test_the_same_loop_runs_again_after_a_return() -> None:
    xml = diagram(
        "back",
        ends(),
        user("a", loop=many("[1, 2]", "n")),
        users("review"),
        chain("s", "a", "review", "x"),
        '<bpmn:exclusiveGateway id="x" default="x_e"/>',
        chain("x", "e"),
        '<bpmn:sequenceFlow id="x_a" sourceRef="x" targetRef="a">'
        "<bpmn:conditionExpression>back</bpmn:conditionExpression></bpmn:sequenceFlow>",
    )
    play = Play(xml)
    for element_id in ("a", "a"):
        play.complete(element_id)
    play.complete("review", back=True)

    assert play.open == ["a", "a"]
    for element_id in ("a", "a"):
        play.complete(element_id)
    play.complete("review", back=False)
    assert play.finished
