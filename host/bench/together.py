"""Two processes complete tasks of distinct instances at the same time."""

from collections.abc import Sequence
from uuid import UUID

from host.bench.crew import WORKERS, together
from host.bench.ground import complete, ground
from host.bench.measure import Figures, Measure, Say
from host.composition import Bihuan

EACH, WARMING = 1_500, 30


def run(say: Say) -> Figures:
    """Count completions per second of two workers."""
    with ground() as place:
        waiting = place.at_the_eighth(WORKERS * (EACH + WARMING))
        parts = [waiting[number::WORKERS] for number in range(WORKERS)]
        together(place, work, [part[:WARMING] for part in parts])
        seconds = together(place, work, [part[WARMING:] for part in parts])
    say(f"{WORKERS} 个进程办结 {WORKERS * EACH} 项,{seconds:.1f} 秒")
    return {"completions_per_s": round(WORKERS * EACH / seconds, 1)}


def work(bihuan: Bihuan, task_ids: Sequence[UUID]) -> None:
    """Complete these tasks one after the other."""
    for task_id in task_ids:
        complete(bihuan, task_id)


TOGETHER = Measure({"completions_per_s": "≥ 300"}, run)
