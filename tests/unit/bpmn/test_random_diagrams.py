"""Random diagrams, random steps, the image saved and restored at each: the engine against a plain model of BPMN.

`make stateful HOURS=8 STATEFUL_SEED=1` goes on by hand.
"""

import os

import pytest
from hypothesis import HealthCheck, settings

from tests.unit.bpmn.blocks import Block, Writer
from tests.unit.bpmn.machine import STEPS, Machine, refuse
from tests.unit.bpmn.plain_model import Model
from tests.unit.bpmn.playing import NEW_YEAR, Hands, Play

RUNS = int(os.environ.get("BIHUAN_PROPERTY_RUNS", "40"))


def test_a_return_takes_with_it_what_a_reminder_of_a_failed_step_started() -> None:
    """Here the model erred once: it took only what people do for something that follows."""
    first, beside = Block("task", id="first"), Block("task", id="beside")
    work = Block("sub", [Block("work", id="work")], id="box")
    guard = Block("guard", [work, beside], interrupting=False, id="late", seconds=60)
    root = Block("sub", [Block("seq", [first, guard], id="steps")], id="root")
    play = Play(Writer(root).xml, hands=Hands(work=refuse))
    model = Model(root, {}, NEW_YEAR, broken=True)

    play.complete("first")
    model.complete(model.leaves()["first", ()][0], {})
    play.pass_days(1)
    model.fire(model.guards()[0])
    assert play.open == ["beside"]
    play.take_back("beside", "first")
    model.take_back(model.leaves()["beside", ()][0], first)

    assert play.open == ["first"]
    assert set(model.leaves()) == {("first", ())}
    assert play.restore().failures == []


@pytest.mark.slow
def test_the_engine_agrees_with_a_plain_model_of_bpmn() -> None:
    Machine.TestCase.settings = settings(
        derandomize=RUNS <= 40,
        max_examples=RUNS,
        stateful_step_count=STEPS,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    Machine.TestCase("runTest").runTest()
