"""What visitors were answered: how long each kind of request took, what was lost, what was refused, what was wrong."""

import json
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Any
from uuid import UUID

from tests.chaos.actors import Told

AWAY_SECONDS = 20
"""For so long after a kill an answer may be lost: what was being served, and what is asked until somebody serves again."""
MILLI = 1_000


class Book:
    """Kept by many threads at once; what was told as done lies in the folder, as the oracle reads it."""

    def __init__(self, folder: Path) -> None:
        self.refused: Counter[str] = Counter()
        self.told: Counter[str] = Counter()
        self.kills: list[float] = []
        self.wrong: list[str] = []
        self._took: dict[str, list[float]] = defaultdict(list)
        self._lost: list[tuple[float, str]] = []
        self._paper = Told(folder / "told-visitors.jsonl")
        self._lock = Lock()

    def took(self, kind: str, seconds: float) -> None:
        """Note an answer."""
        with self._lock:
            self._took[kind].append(seconds)

    def refuse(self, code: str) -> None:
        """Note a command that was refused with good reason."""
        with self._lock:
            self.refused[code] += 1

    def lose(self, what: str) -> None:
        """Note a request that nobody answered."""
        self._lost.append((time.monotonic(), what))

    def blame(self, what: str) -> None:
        """Note an answer that should not have been given."""
        self.wrong.append(what)

    def done(self, what: str, task_id: str) -> None:
        """Note a command that was told as done, in the words of the journal: claimed, completed, …"""
        with self._lock:
            self.told[what] += 1
        self._paper.keep(what, UUID(task_id), "done")

    @property
    def lost(self) -> int:
        """How many requests nobody answered; each was sent again."""
        return len(self._lost)

    def broken(self) -> list[str]:
        """Return what was wrong: answers, and requests that were lost while nobody had been killed."""
        lost = [
            f"lost, and nobody was killed: {what}"
            for at, what in self._lost
            if not any(0 <= at - kill < AWAY_SECONDS for kill in self.kills)
        ]
        return [*self.wrong, *lost]

    def figures(self) -> Mapping[str, Mapping[str, Any]]:
        """Return how often each kind of request was answered, and how fast."""
        return {
            kind: {
                "count": len(times),
                "p50_ms": _at(sorted(times), 0.5),
                "p99_ms": _at(sorted(times), 0.99),
                "max_ms": _at(sorted(times), 1),
            }
            for kind, times in sorted(self._took.items())
        }


def _at(times: Sequence[float], share: float) -> float:
    return round(times[min(int(share * len(times)), len(times) - 1)] * MILLI, 1)


def as_json(said: Mapping[str, Any]) -> str:
    """Return the verdict as people and programs read it."""
    return json.dumps(said, ensure_ascii=False, indent=2)
