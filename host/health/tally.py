"""How many requests there were and how long they took, counted by all processes of one server in memory they share.

Made before the server forks. Each process writes in a place of its own, so nobody waits for anybody and a killed process
holds nothing up; the place of a process that has ended is taken over by the next, which counts on.
"""

import fcntl
import mmap
import os
import tempfile
import weakref
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from threading import Lock

BOUNDS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
"""Seconds up to which each bucket counts; the last one has no bound."""
CELLS = len(BOUNDS) + 1 + 2


@dataclass(frozen=True)
class Count:
    """Of one endpoint. buckets: by BOUNDS, the last beyond them; failed: answers of 500 and above."""

    buckets: tuple[int, ...]
    seconds: float
    failed: int

    @property
    def requests(self) -> int:
        """How many there were."""
        return sum(self.buckets)

    @property
    def cumulated(self) -> list[int]:
        """How many took at most each bound."""
        return list(accumulate(self.buckets))


class Tally:
    """Counts requests by endpoint. places: processes that count at the same time."""

    def __init__(self, endpoints: Sequence[str], places: int = 1) -> None:
        self._row = {name: number * CELLS for number, name in enumerate(sorted(endpoints))}
        self._size = len(self._row) * CELLS
        self._places = places
        self._lock = Lock()
        self._owners = memoryview(mmap.mmap(-1, 8 * places)).cast("q")
        self._cells = memoryview(mmap.mmap(-1, 8 * max(1, self._size) * places)).cast("d")
        with tempfile.TemporaryFile() as unnamed:
            self._guard = os.dup(unnamed.fileno())
        weakref.finalize(self, os.close, self._guard)

    def count(self, endpoint: str, seconds: float, *, failed: bool) -> None:
        """Count one request."""
        start = self._own + self._row[endpoint]
        with self._lock:
            self._cells[start + bisect_left(BOUNDS, seconds)] += 1
            self._cells[start + CELLS - 2] += seconds
            self._cells[start + CELLS - 1] += failed

    def read(self) -> Mapping[str, Count]:
        """Return what all processes counted, of endpoints that were asked."""
        found = {name: self._of(start) for name, start in self._row.items()}
        return {name: count for name, count in found.items() if count.requests}

    def _of(self, start: int) -> Count:
        rows = [self._cells[place * self._size + start :][:CELLS].tolist() for place in range(self._places)]
        *buckets, seconds, failed = (sum(column) for column in zip(*rows, strict=True))
        return Count(tuple(int(one) for one in buckets), seconds, int(failed))

    @cached_property
    def _own(self) -> int:
        """Where this process writes: the first place nobody living has."""
        fcntl.lockf(self._guard, fcntl.LOCK_EX)
        try:
            free = (number for number, owner in enumerate(self._owners) if not _lives(owner))
            place = next(free, self._places - 1)
            self._owners[place] = os.getpid()
        finally:
            fcntl.lockf(self._guard, fcntl.LOCK_UN)
        return place * self._size


def _lives(pid: int) -> bool:
    if pid == 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
