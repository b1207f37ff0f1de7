"""The short chaos: `make chaos` is the long one."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 300


@pytest.mark.slow
def test_killed_processes_and_a_killed_database_lose_nothing_and_repeat_nothing() -> None:
    command = [sys.executable, "-m", "tests.chaos.run", "--small", "--seed", "7"]

    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "killed the database" in done.stderr
    assert "the worker is thawed" in done.stderr
