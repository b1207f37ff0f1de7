"""How much memory each process has over time, and how fast that grows."""

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import psutil

MEGA = 1024 * 1024
HOUR = 3600
Readings = Sequence[tuple[float, float]]


class Memory:
    """Readings of each process under its role. A process is read once it has lived for `warming` seconds."""

    def __init__(self, warming: float) -> None:
        self._warming = warming
        self._read: dict[str, dict[int, list[tuple[float, float]]]] = defaultdict(lambda: defaultdict(list))

    def read(self, role: str, processes: Iterable[psutil.Process]) -> None:
        """Read what processes of a role have now."""
        for one in processes:
            with suppress(psutil.Error):
                if time.time() - one.create_time() > self._warming:
                    self._read[role][one.pid].append((time.monotonic(), one.memory_info().rss / MEGA))

    def figures(self) -> Mapping[str, Mapping[str, Any]]:
        """Return of each role: megabytes at last, their slope, how long it was watched, and one life in ten steps."""
        return {
            role: {
                "mb": round(max(readings[-1][1] for readings in lives.values()), 1),
                "mb_per_hour": _rounded(slope(lives.values())),
                "seconds": round(sum(readings[-1][0] - readings[0][0] for readings in lives.values())),
                "longest_life": _tenths(max(lives.values(), key=len)),
            }
            for role, lives in sorted(self._read.items())
        }


def slope(lives: Iterable[Readings]) -> float | None:
    """Return the growth in megabytes an hour by least squares, each life around its own middle; None if there is too little."""
    above = below = 0.0
    for readings in lives:
        at = sum(one[0] for one in readings) / len(readings)
        mean = sum(one[1] for one in readings) / len(readings)
        above += sum((when - at) * (size - mean) for when, size in readings)
        below += sum((when - at) ** 2 for when, _ in readings)
    return above / below * HOUR if below else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _tenths(readings: Readings) -> list[int]:
    return [round(size) for _, size in readings[:: max(1, len(readings) // 10)]]
