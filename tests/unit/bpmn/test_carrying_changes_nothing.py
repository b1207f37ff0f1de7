"""Carrying to the same diagram under another hash, at every step of random runs, never changes what happens."""

import random

import pytest
from hypothesis import HealthCheck, settings

from tests.unit.bpmn.carried import Carried, cross
from tests.unit.bpmn.machine import STEPS
from tests.unit.bpmn.playing import Play
from tests.unit.bpmn.test_differential import DIAGRAMS, PART
from tests.unit.bpmn.test_random_diagrams import RUNS


@pytest.mark.slow
def test_random_diagrams_agree_with_the_plain_model_though_carried_at_every_step() -> None:
    Carried.TestCase.settings = settings(
        derandomize=RUNS <= 40,
        max_examples=RUNS // 2,
        stateful_step_count=STEPS,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    Carried.TestCase("runTest").runTest()


@pytest.mark.parametrize("name", DIAGRAMS)
def test_known_diagrams_do_the_same_though_carried_at_every_step(name: str) -> None:
    for seed in range(3):
        data = {"x": seed % 2, "y": 1, "items": [1, 2]}
        plain, carried = (
            Play(DIAGRAMS[name], data, parts={"part": PART}),
            Play(DIAGRAMS[name], data, parts={"part": PART}),
        )
        chance = random.Random(f"{name} {seed}")
        for _ in range(30):
            assert plain.open == carried.open
            if plain.finished:
                break
            cross(carried)
            element_id = chance.choice(plain.open)
            index = chance.randrange(plain.open.count(element_id))
            for play in (plain, carried):
                play.complete(element_id, index, x=0)
        assert plain.finished
        assert carried.finished
