"""Failing automatic steps stand still until they are retried; the rest goes on."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest

from engine.bpmn.failing import TaskNotLive
from engine.errors import InvalidInput
from tests.unit.bpmn.diagrams import both, chain, choice, diagram, ends, rule, script, service, users
from tests.unit.bpmn.playing import Hands, Play
from tests.unit.bpmn.supported import shows


class Flaky:
    """An operation that fails while it is told to."""

    def __init__(self) -> None:
        self.broken = True
        self.calls = 0

    def __call__(self, arguments: Mapping[str, Any], data: Mapping[str, Any]) -> Mapping[str, Any]:
        self.calls += 1
        if self.broken:
            raise InvalidInput("登记失败,请稍后重试", code="test.broken")
        return {"done": True}


FORK = diagram(
    "fork",
    ends(),
    both("f", "j"),
    service("a", outputs={"done": "result.done"}),
    users("u"),
    chain("s", "f", "a", "j", "e"),
    chain("f", "u", "j"),
)


def test_a_failing_step_does_not_raise_and_is_not_tried_again_by_itself() -> None:
    work = Flaky()
    play = Play(FORK, hands=Hands(work=work))

    (failure,) = play.restore().failures
    assert (failure.definition_key, failure.element_id, failure.code) == ("fork", "a", "test.broken")
    assert failure.text == "登记失败,请稍后重试"
    play.complete("u")

    assert work.calls == 1
    assert not play.finished


@shows("serviceTask")
def test_a_retried_step_goes_on_where_it_stood() -> None:
    work = Flaky()
    play = Play(FORK, hands=Hands(work=work))
    play.complete("u")
    failed_id = play.restore().failures[0].task_id

    play.retry()
    assert play.restore().failures[0].task_id == failed_id
    work.broken = False
    play.retry()

    assert work.calls == 3
    assert play.hands.task_ids == [failed_id] * 3
    assert play.finished
    assert play.data == {"done": True}


def test_an_instance_with_a_failure_on_one_branch_does_not_end_by_the_other() -> None:
    xml = diagram(
        "two_ends",
        ends(),
        '<bpmn:endEvent id="e2"/>',
        both("f"),
        service("a"),
        users("u"),
        chain("s", "f", "a", "e"),
        chain("f", "u", "e2"),
    )
    play = Play(xml, hands=Hands(work=Flaky()))

    play.complete("u")

    assert not play.finished
    assert [one.element_id for one in play.restore().failures] == ["a"]


@shows("businessRuleTask", "scriptTask")
def test_a_failing_decision_or_script_is_kept_too() -> None:
    def refuse(arguments: object, context: object) -> None:
        raise InvalidInput("没有这张决策表", code="decision.not_found")

    play = Play(diagram("d", ends(), rule("r"), chain("s", "r", "e")), hands=Hands(grade=refuse))
    assert [one.code for one in play.restore().failures] == ["decision.not_found"]

    play = Play(diagram("sc", ends(), script("r", "{a: 1}.a"), chain("s", "r", "e")))
    assert [one.code for one in play.restore().failures] == ["script.not_context"]


def test_a_condition_that_is_no_boolean_is_a_failure() -> None:
    xml = diagram(
        "nb", ends(), '<bpmn:endEvent id="e2"/>', chain("s", "x"), choice("x", ("e2", "1 + 1"), ("e", None))
    )

    assert [one.code for one in Play(xml).restore().failures] == ["condition.not_boolean"]


def test_a_programming_error_is_not_swallowed() -> None:
    def broken(arguments: object, data: object) -> None:
        raise KeyError("bug")

    with pytest.raises(KeyError):
        Play(FORK, hands=Hands(work=broken))


def test_only_a_live_user_task_can_be_completed() -> None:
    play = Play(FORK, hands=Hands(work=Flaky()))
    run = play.restore()
    done = run.user_tasks[0].id
    run.complete(done, {})

    for task_id in (done, uuid4(), run.failures[0].task_id):
        with pytest.raises(TaskNotLive):
            run.complete(task_id, {})


def test_only_a_failed_step_can_be_retried() -> None:
    play = Play(FORK, hands=Hands(work=Flaky()))
    run = play.restore()

    with pytest.raises(TaskNotLive):
        run.retry(run.user_tasks[0].id)


def test_a_loop_without_a_wait_is_stopped() -> None:
    xml = diagram(
        "endless", ends(), service("a"), chain("s", "a", "x"), choice("x", ("a", "true"), ("e", None))
    )

    play = Play(xml)

    assert [one.code for one in play.restore().failures] == ["run.endless"]
    assert len(play.image) < 1000


def test_a_session_tells_what_happened_in_order() -> None:
    xml = diagram("hist", ends(), users("a"), service("b"), chain("s", "a", "b", "e"))
    play = Play(xml)
    play.complete("a")

    told = [(step.element_id, step.kind) for step in play.steps]

    assert told == [
        ("s", "entered"),
        ("s", "completed"),
        ("a", "entered"),
        ("a", "completed"),
        ("b", "entered"),
        ("b", "completed"),
        ("e", "entered"),
        ("e", "completed"),
    ]
