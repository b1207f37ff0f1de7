"""A process beside the pages that has to live as long as they do: whenever it ends it is started again."""

import logging
import os
import signal
import time
from collections.abc import Callable
from multiprocessing import parent_process
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from threading import Event, Thread

LOOK_SECONDS = 0.5
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0
STOP_SECONDS = 10.0
log = logging.getLogger(__name__)


class Attended:
    """Keeps one process alive from a thread of its own; pauses grow while it keeps ending at once.

    Whether it has ended is read from its sentinel: in the server's process somebody else collects ended children.
    """

    def __init__(self, start: Callable[[], BaseProcess]) -> None:
        self._start = start
        self._told_to_stop = Event()
        self._process = start()
        self._thread = Thread(target=self._keep, name="attending", daemon=True)
        self._thread.start()

    @property
    def pid(self) -> int | None:
        """The process that lives now, or ended last."""
        return self._process.pid

    def stop(self) -> None:
        """Let it end as it wants to, within ten seconds, and start no other."""
        self._told_to_stop.set()
        self._thread.join()
        self._process.terminate()
        wait([self._process.sentinel], STOP_SECONDS)

    def _keep(self) -> None:
        pause, begun = 0.5, time.monotonic()
        while not self._told_to_stop.is_set():
            if not wait([self._process.sentinel], LOOK_SECONDS):
                continue
            steady = time.monotonic() - begun > STEADY_SECONDS
            pause = 1.0 if steady else min(2 * pause, LONGEST_PAUSE)
            log.error("the worker ended by itself; another is started in %.0f s", pause)
            if not self._told_to_stop.wait(pause):
                self._process, begun = self._start(), time.monotonic()


def stop_with_parent() -> None:
    """From a thread, tell this process to stop when the one that started it is gone, also after `kill -9`."""
    parent = parent_process()
    assert parent is not None
    sentinel = parent.sentinel

    def follow() -> None:
        wait([sentinel])
        log.warning("the server that started this worker is gone: stopping")
        os.kill(os.getpid(), signal.SIGTERM)

    Thread(target=follow, name="parent", daemon=True).start()
