"""Ten thousand timers of diagrams due at once, two workers."""

from datetime import timedelta
from time import perf_counter

from sqlalchemy import func, select

from engine.model.base import table_of
from engine.model.timers import Timer
from host.bench import diagrams
from host.bench.crew import WORKERS, drain_queue, together
from host.bench.ground import SCOPE, Ground, ground
from host.bench.launching import open_stage
from host.bench.measure import Figures, Measure, Say
from host.workers.jobs import sweep

TIMERS = 10_000


def run(say: Say) -> Figures:
    """Let the timers come due; sweep them into the queue, which holds only so many, and fire them."""
    with ground() as place:
        open_stage(place, diagrams.WAIT, TIMERS)
        place.clock.set(place.clock.now() + timedelta(days=31))
        swept = fired = 0.0
        left, before = TIMERS, TIMERS + 1
        while 0 < left < before:
            begun = perf_counter()
            while sweep(place.bihuan.unit_of_work)["timers"]:
                pass
            swept += perf_counter() - begun
            fired += together(place, drain_queue, [None] * WORKERS)
            left, before = _waiting(place), left
    if left:
        say(f"有 {left} 个定时器没有触发")
        return {"timers_per_s": None}
    say(f"触发 {TIMERS} 个定时器:扫描 {swept:.1f} 秒,执行 {fired:.1f} 秒")
    return {"timers_per_s": round(TIMERS / (swept + fired), 1)}


def _waiting(place: Ground) -> int:
    timer = table_of(Timer)
    with place.bihuan.unit_of_work(SCOPE) as uow:
        waiting = select(func.count()).select_from(timer).where(timer.c.status == "planned")
        return int(uow.session.scalar(waiting) or 0)


FIRING = Measure({"timers_per_s": "≥ 300"}, run)
