"""The worker beside the pages lives as long as they do."""

import os
import signal
import time
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

import psutil
import pytest

from host.workers.attending import Attended, stop_with_parent

SPAWNING = get_context("spawn")


def sleeping() -> BaseProcess:
    """Start a process that does nothing for long."""
    process = SPAWNING.Process(target=time.sleep, args=(600,))
    process.start()
    return process


def has_ended(pid: int) -> bool:
    """Whether a process ends within a moment; who started it collects it when he likes."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.05)
    return False


def test_a_worker_that_was_killed_is_followed_by_another(caplog: pytest.LogCaptureFixture) -> None:
    attended = Attended(sleeping)
    first = attended.pid
    assert first is not None

    os.kill(first, signal.SIGKILL)
    until = time.monotonic() + 30
    while attended.pid == first and time.monotonic() < until:
        time.sleep(0.1)
    second = attended.pid
    attended.stop()

    assert second is not None and second != first
    assert "another is started" in caplog.text
    assert has_ended(second)


def test_one_that_is_told_to_stop_is_followed_by_none() -> None:
    attended = Attended(sleeping)
    only = attended.pid

    attended.stop()

    assert attended.pid == only
    assert only is not None and has_ended(only)


def following() -> None:
    """Be a worker that does nothing, as long as there is a server."""
    stop_with_parent()
    time.sleep(600)


def serving(pipe: Connection) -> None:
    """Be a server with a worker beside it; tell which process that is."""
    worker = SPAWNING.Process(target=following)
    worker.start()
    pipe.send(worker.pid)
    time.sleep(600)


def test_a_worker_does_not_outlive_a_server_that_was_killed() -> None:
    ours, theirs = SPAWNING.Pipe()
    server = SPAWNING.Process(target=serving, args=(theirs,))
    server.start()
    worker = ours.recv()

    server.kill()
    server.join()

    assert has_ended(worker)
