"""Events, played three times: ours saved and restored at every step; ours kept whole in memory; the stock engine.

Where the stock engine parts from BPMN the diagrams here keep away, and the tests at the end show how it does: when one
of them fails, SpiffWorkflow was repaired and its case can go up into the comparison.
"""

import random
from collections.abc import Mapping
from typing import Any

import pytest

from engine.bpmn import spiff
from engine.bpmn.run import Run
from tests.unit.bpmn.diagrams import both, boundary, chain, diagram, end, ends, event, start, sub, users
from tests.unit.bpmn.eventful import CANCEL, EVENTS, ROOT, cases, cut_short, in_fork, listening, raising
from tests.unit.bpmn.playing import Play
from tests.unit.bpmn.test_differential import Stock

MOST_STEPS = 40
SEEDS = range(8)
CASES = cases()


class Kept:
    """An instance of ours that is never written down: nothing of it is compacted or restored."""

    def __init__(self, play: Play, data: Mapping[str, Any]) -> None:
        self.run = Run.start(play.bundle, data, **play.view())

    @property
    def open(self) -> list[str]:
        return sorted(task.element.id for task in self.run.user_tasks)

    def complete(self, element_id: str, index: int, data: Mapping[str, Any]) -> None:
        found = [task for task in self.run.user_tasks if task.element.id == element_id]
        self.run.complete(found[index].id, data)
        self.run.settle()

    def send(self, kind: str) -> None:
        if kind == "message":
            self.run.correlate(EVENTS[kind], None, {})
        else:
            self.run.signal(EVENTS[kind], {})
        self.run.settle()


class Three:
    """One instance on all three."""

    def __init__(self, xml: bytes, **data: Any) -> None:
        self.ours, self.stock = Play(xml, data), Stock(xml, data)
        self.kept = Kept(self.ours, data)

    def complete(self, element_id: str, index: int = 0, **data: Any) -> None:
        self.stock.complete(element_id, index, data)
        self.kept.complete(element_id, index, data)
        self.ours.complete(element_id, index, **data)

    def send(self, kind: str) -> None:
        event_manager = self.stock.flow.event_manager
        event_manager.catch(spiff.BpmnEvent(self._definition(kind), payload={}), internal=False)
        self.stock.flow.do_engine_steps()
        self.kept.send(kind)
        if kind == "message":
            self.ours.send(EVENTS[kind])
        else:
            self.ours.signal(EVENTS[kind])

    def _definition(self, kind: str) -> Any:
        specs = [self.stock.flow.spec, *self.stock.flow.subprocess_specs.values()]
        nodes = [node for spec in specs for node in spec.task_specs.values()]
        known = [node.event_definition for node in nodes if hasattr(node, "event_definition")]
        return next(one for one in known if one.name == EVENTS[kind])


@pytest.mark.parametrize("name", CASES)
def test_events_do_the_same_on_all_three(name: str) -> None:
    case = CASES[name]
    for seed in SEEDS:
        chance = random.Random(f"{name} {seed}")
        three, sent = Three(case.xml, x=chance.randint(0, 1)), 0
        for step in range(MOST_STEPS):
            assert three.ours.open == three.kept.open == three.stock.open, (name, seed, step)
            if three.stock.flow.completed:
                break
            if sent < case.most and chance.random() < 0.25:
                sent += 1
                three.send(case.kind)
                continue
            element_id = chance.choice(three.ours.open)
            index = chance.randrange(three.ours.open.count(element_id))
            three.complete(element_id, index, x=int(step < MOST_STEPS // 2 and chance.random() < 0.6))
        assert three.ours.finished
        assert three.kept.run.is_finished


@pytest.mark.parametrize("kind", EVENTS)
def test_the_stock_event_subprocess_does_not_interrupt_its_scope(kind: str) -> None:
    three = Three(listening(kind, interrupting=True))

    three.send(kind)

    assert three.ours.open == three.kept.open == ["late"]
    assert three.stock.open == ["b1", "late", "o"]


@pytest.mark.parametrize("kind", EVENTS)
def test_the_stock_event_subprocess_listens_in_the_process_only(kind: str) -> None:
    three = Three(listening(kind, inside=True))

    three.send(kind)

    assert three.ours.open == three.kept.open == ["b1", "late", "o"]
    assert three.stock.open == ["b1", "o"]


def test_the_stock_event_subprocess_does_not_wait_for_an_escalation() -> None:
    alarm = sub(
        "alarm",
        start("as", event("escalation", "up"), interrupting=False),
        users("late"),
        end("ae"),
        chain("as", "late", "ae"),
        event=True,
    )
    box = raising("up", at_end=False)
    three = Three(diagram("raised", ends(), alarm, box, chain("s", "box", "e"), root=ROOT))

    assert (three.ours.open, three.kept.open, three.stock.open) == (["b1"], ["b1"], ["b1", "late"])
    three.complete("b1")

    assert three.ours.open == three.kept.open == ["b2", "late"]


@pytest.mark.parametrize("kind", EVENTS)
def test_a_stock_event_beside_its_activity_happens_once_only(kind: str) -> None:
    border = boundary("at", "a", event(kind, EVENTS[kind]), interrupting=False)
    three = Three(in_fork(users("a"), "a", border, back=False))

    three.send(kind)
    three.send(kind)

    assert three.ours.open == three.kept.open == ["a", "late", "late", "o"]
    assert three.stock.open == ["a", "late", "o"]


def test_the_stock_join_does_not_wait_for_a_branch_that_an_event_led_elsewhere() -> None:
    """Ours counts tokens (docs/adr/0007): none comes by that flow, and the operator is told so."""
    xml = diagram(
        "elsewhere",
        ends(),
        end("e2"),
        both("f", "j"),
        users("o", "late", "z"),
        cut_short(),
        boundary("at", "deal", CANCEL),
        chain("s", "f", "deal", "j", "z", "e"),
        chain("f", "o", "j"),
        chain("at", "late", "e2"),
        root=ROOT,
    )
    three = Three(xml)

    for element_id in ("o", "d1", "late"):
        three.complete(element_id)

    assert three.stock.open == ["z"]
    assert three.ours.open == three.kept.open == []
    assert [one.code for one in three.ours.restore().failures] == ["join.deadlock"]


def test_a_stock_escalation_reaches_the_border_of_another_subprocess() -> None:
    other = sub("other", start("os"), users("o"), end("oe"), chain("os", "o", "oe"))
    border = boundary("ot", "other", event("escalation", "up"), interrupting=False)
    xml = diagram(
        "two",
        ends(),
        end("e2"),
        end("e3"),
        both("f", "j"),
        users("late", "stray"),
        raising("up", at_end=False),
        boundary("at", "box", event("escalation", "up"), interrupting=False),
        other,
        border,
        chain("s", "f", "box", "j", "e"),
        chain("f", "other", "j"),
        chain("at", "late", "e2"),
        chain("ot", "stray", "e3"),
        root=ROOT,
    )
    three = Three(xml)

    three.complete("b1")

    assert three.ours.open == three.kept.open == ["b2", "late", "o"]
    assert three.stock.open == ["b2", "late", "o", "stray"]
