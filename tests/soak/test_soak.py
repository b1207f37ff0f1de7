"""The short load: `make soak` is the long one."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.soak.memory import slope

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 540


@pytest.mark.slow
@pytest.mark.timeout(PATIENCE_SECONDS + 30)
def test_people_at_work_while_processes_are_killed_get_no_wrong_answer() -> None:
    command = [
        sys.executable,
        "-m",
        "tests.soak.run",
        "--minutes",
        "0.25",
        "--kill-every",
        "4",
        "--seed",
        "7",
    ]

    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    said = json.loads(done.stdout)
    assert said["good"] and sum(said["killed"].values()) >= 2
    assert said["told_as_done"]["completed"] > 0 and said["kinds"]["inbox"]["count"] > 0


def test_growth_is_that_of_each_process_and_not_of_the_next_being_larger() -> None:
    steady = [(float(at), 100.0) for at in range(60)]
    larger = [(float(at), 200.0) for at in range(60, 120)]
    growing = [(float(at), 100 + at / 60) for at in range(60)]

    assert slope([steady, larger]) == 0
    assert slope([growing]) == pytest.approx(60)
    assert slope([steady[:1]]) is None
