"""`make stateful HOURS=8 STATEFUL_SEED=1`: random diagrams against the plain model until the time is over.

Status 1 and the smallest run that disagrees in var/stateful/ if there is one. Progress on standard error: the seed of
each round, which alone plays it again (HOURS=0.001), and how often what was drawn.
"""

import argparse
import sys
import time
import traceback

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.architecture.sources import ROOT
from tests.unit.bpmn.carried import Carried
from tests.unit.bpmn.edited import Edited
from tests.unit.bpmn.machine import STEPS, Machine

FOLDER = ROOT / "var" / "stateful"
ROUND = 50
MACHINES = (Carried, Machine, Edited, Edited)


def play(number: int) -> bool:
    """Play a round; return whether engine and model agreed. Every fourth carries its instances over at each step, half
    of them edit the diagrams under them."""
    machine = MACHINES[number % len(MACHINES)]
    limits = settings(
        max_examples=ROUND,
        stateful_step_count=STEPS,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    try:
        run_state_machine_as_test(seed(number)(machine), settings=limits)
    except Exception:  # noqa: BLE001 - whatever it is, it is what we look for
        (FOLDER / f"{number}.txt").write_text(traceback.format_exc())
        print(f"round {number} disagrees: {FOLDER / f'{number}.txt'}", file=sys.stderr, flush=True)
        return False
    return True


def main() -> int:
    """Play rounds with growing seeds."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--hours", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    given = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    until, number, agreed = time.monotonic() + given.hours * 3600, given.seed, list[bool]()
    while time.monotonic() < until:
        agreed.append(play(number))
        told = dict(sorted(Machine.counts.items()))
        print(
            f"round {number}: {len(agreed)} played, {agreed.count(False)} disagree, {told}",
            file=sys.stderr,
            flush=True,
        )
        number += 1
    return 0 if all(agreed) else 1


if __name__ == "__main__":
    sys.exit(main())
