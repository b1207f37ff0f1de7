"""Random diagrams, random steps, random new versions: the instance goes over by plan, then on to its end.

`make stateful HOURS=8 STATEFUL_SEED=1` goes on by hand.
"""

import pytest
from hypothesis import HealthCheck, settings

from tests.unit.bpmn.edited import Edited
from tests.unit.bpmn.machine import STEPS
from tests.unit.bpmn.test_random_diagrams import RUNS


def play(examples: int, steps: int) -> None:
    Edited.TestCase.settings = settings(
        derandomize=RUNS <= 40,
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    Edited.TestCase("runTest").runTest()


@pytest.mark.slow
def test_instances_go_over_to_edited_versions_as_a_plain_model_of_bpmn_does() -> None:
    play(RUNS // 2, STEPS // 2)


def test_some_instances_go_over_to_edited_versions() -> None:
    play(4, 12)
