"""One completion of a user task: how long, how many statements, beside plain SpiffWorkflow."""

from collections.abc import Callable
from functools import partial
from statistics import median
from time import perf_counter, process_time
from uuid import UUID

from sqlalchemy import event, func, select

from host.bench import diagrams
from host.bench.ground import DATA, EIGHTH, INSTANCE, SCOPE, Ground, complete, ground
from host.bench.measure import Figures, Measure, Say
from host.bench.raw import Raw

SAMPLES, WARMING = 400, 40
MILLI = 1_000


class Watch:
    """Times one kind of act: by the wall and by this process's own work."""

    def __init__(self) -> None:
        self._walls: list[float] = []
        self._works: list[float] = []

    def take(self, act: Callable[[], object]) -> None:
        """Time one act."""
        wall, work = perf_counter(), process_time()
        act()
        self._walls.append(perf_counter() - wall)
        self._works.append(process_time() - work)

    @property
    def p50_ms(self) -> float:
        """The median of the wall, in milliseconds."""
        return median(self._walls) * MILLI

    @property
    def work_ms(self) -> float:
        """The median of this process's own work, in milliseconds."""
        return median(self._works) * MILLI


def run(say: Say) -> Figures:
    """Complete the eighth tasks of many instances, each beside one of plain SpiffWorkflow."""
    raw = Raw(diagrams.line(), diagrams.LINE, DATA, EIGHTH + 1)
    ours, theirs = Watch(), Watch()
    with ground() as place:
        waiting = place.at_the_eighth(WARMING + SAMPLES)
        counts = [counted(place, task_id) for task_id in waiting[:WARMING]]
        for _ in range(WARMING):
            raw.complete()
        for task_id in waiting[WARMING:]:
            ours.take(partial(complete, place.bihuan, task_id))
            theirs.take(raw.complete)
        size = _image_bytes(place)
    say(
        f"办结一步 {ours.p50_ms:.2f} 毫秒(本进程计算 {ours.work_ms:.2f});"
        f"单用 SpiffWorkflow {theirs.p50_ms:.2f} 毫秒(计算 {theirs.work_ms:.2f}),映像 {raw.size} 字节"
    )
    return {
        "complete_ratio": round(ours.p50_ms / theirs.p50_ms, 3),
        "complete_p50_ms": round(ours.p50_ms, 3),
        "statements_per_completion": counts[-1][0],
        "commits_per_completion": counts[-1][1],
        "image_bytes": size,
    }


def counted(place: Ground, task_id: UUID) -> tuple[int, int]:
    """Complete a task; return how many statements and commits that took."""
    seen = {"before_cursor_execute": 0, "commit": 0}

    def note(name: str) -> Callable[..., None]:
        def listener(*_: object) -> None:
            seen[name] += 1

        return listener

    listeners = {name: note(name) for name in seen}
    for name, listener in listeners.items():
        event.listen(place.bihuan.database.engine, name, listener)
    try:
        complete(place.bihuan, task_id)
    finally:
        for name, listener in listeners.items():
            event.remove(place.bihuan.database.engine, name, listener)
    return seen["before_cursor_execute"], seen["commit"]


def _image_bytes(place: Ground) -> int:
    """Return the size of the largest stored image."""
    with place.bihuan.unit_of_work(SCOPE) as uow:
        found = uow.session.scalar(select(func.max(func.octet_length(INSTANCE.c.image))))
    return int(found or 0)


COMPLETING = Measure(
    {
        "complete_ratio": "≤ 2.0",
        "complete_p50_ms": "≤ 5",
        "statements_per_completion": "≤ 10",
        "commits_per_completion": "1",
        "image_bytes": "≤ 12000",
    },
    run,
)
