"""What a hostile expression may take wherever it stands: 50 ms of processor time and 50 MB, refused or not."""

import time
import tracemalloc
from collections.abc import Callable, Iterable
from contextlib import suppress

from engine.errors import BihuanError
from engine.feel import compiling
from tests.unit.bpmn.playing import bundle

CPU_SECONDS = 0.05
BYTES = 50_000_000
_ATTEMPTS = (
    5  # the best counts: beside other tests a cold cache or a collection of garbage costs more than the bound
)
_CACHES = (
    bundle,
    compiling._expression,
    compiling._long_expression,
    compiling._tests,
    compiling._long_tests,
)
Place = Callable[[str], object]


def attempt(run: Place, source: str) -> float:
    """Run it as if for the first time; anything but a typed error is a failure of the test."""
    for cache in _CACHES:
        cache.cache_clear()
    started = time.process_time()
    with suppress(BihuanError):
        run(source)
    return time.process_time() - started


def too_slow(run: Place, sources: Iterable[str]) -> list[str]:
    """Return those that take longer than they may in every attempt."""
    return [
        source[:80] for source in sources if all(attempt(run, source) > CPU_SECONDS for _ in range(_ATTEMPTS))
    ]


def too_large(run: Place, sources: Iterable[str]) -> list[str]:
    """Return those that hold more memory at one moment than they may."""
    found: list[str] = []
    tracemalloc.start()
    try:
        for source in sources:
            before, _ = tracemalloc.get_traced_memory()
            tracemalloc.reset_peak()
            attempt(run, source)
            if tracemalloc.get_traced_memory()[1] - before > BYTES:
                found.append(source[:80])
    finally:
        tracemalloc.stop()
    return found
