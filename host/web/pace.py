"""How often somebody may come: at most so many times in so many seconds, counted in this process."""

import time
from collections import deque
from collections.abc import Callable, Hashable
from threading import Lock


class Pace:
    """A window that slides. Keys must be few: ids of what is registered, never what a stranger may choose."""

    def __init__(self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._seconds, self._clock = most, seconds, clock
        self._times: dict[Hashable, deque[float]] = {}
        self._lock = Lock()

    def takes(self, key: Hashable) -> bool:
        """Count one more, and tell whether that is not too often; what is refused is not counted."""
        now = self._clock()
        with self._lock:
            times = self._times.setdefault(key, deque())
            while times and times[0] <= now - self._seconds:
                times.popleft()
            if len(times) >= self._most:
                return False
            times.append(now)
        return True
