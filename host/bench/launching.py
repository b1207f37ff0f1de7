"""Opening a stage for 10,000 projects: from the command until every instance is at its first task."""

from time import perf_counter

from engine import campaigns
from engine.access import SYSTEM
from engine.calendar.local_time import start_of_day
from engine.campaigns import Plan
from engine.launching import Subject
from host.bench import diagrams
from host.bench.crew import WORKERS, drain_queue, together
from host.bench.ground import BUREAU, DATA, JURISDICTION, SCOPE, UNIT, Ground, ground
from host.bench.measure import Figures, Measure, Say

PROJECTS = 10_000


def run(say: Say) -> Figures:
    """Open the stage, let two workers launch its members."""
    with ground() as place:
        seconds = open_stage(place, diagrams.LINE, PROJECTS)
        with place.bihuan.unit_of_work(SCOPE) as uow:
            found = campaigns.counters(uow.session, 1)
        if found != {"started": PROJECTS}:
            say(f"应启动 {PROJECTS} 项,实际为 {found}")
            return {"launch_per_s": None}
    say(f"打开阶段并启动 {PROJECTS} 个项目,{seconds:.1f} 秒")
    return {"launch_per_s": round(PROJECTS / seconds, 1)}


def open_stage(place: Ground, key: str, count: int) -> float:
    """Open a stage over `count` projects and launch them with two workers; return the seconds."""
    day = start_of_day(place.clock.now().date())
    with place.bihuan.unit_of_work(SCOPE) as uow:
        planned = campaigns.plan(
            uow,
            [Plan("work", 1, day, day, day)],
            jurisdiction_id=JURISDICTION,
            year=2021,
            parameter_hash=place.parameters.hash,
            parties={"bureau": BUREAU},
        )
    subjects = [
        Subject("project", number, f"P{number:05}", UNIT, f"项目 {number}", DATA)
        for number in range(1, count + 1)
    ]
    begun = perf_counter()
    with place.bihuan.unit_of_work(SCOPE) as uow:
        uow.actor = SYSTEM
        campaigns.open_stage(uow, planned["work", 1], key, subjects)
    opened = perf_counter() - begun
    return opened + together(place, drain_queue, [None] * WORKERS)


LAUNCHING = Measure({"launch_per_s": "≥ 300"}, run)
