"""Three hundred returns of one instance: the last must cost what the first ones do."""

from statistics import median
from time import perf_counter
from uuid import UUID

from sqlalchemy import select

from engine import returning, tasks
from host.bench import diagrams
from host.bench.ground import FILER, SCOPE, TASK, Ground, complete, ground
from host.bench.measure import Figures, Measure, Say

LOOPS, ENDS, INSTANCES = 300, 10, 5


def run(say: Say) -> Figures:
    """Send one instance back 300 times; compare its last loops with the first ones of fresh instances.

    The two kinds are measured by turns, so that both see the same machine; of each the middle one counts.
    """
    with ground() as place:
        old = place.started(diagrams.LOOP)
        for _ in range(LOOPS - ENDS * INSTANCES):
            _loop(place, old)
        first, last = [], []
        for _ in range(INSTANCES):
            fresh = place.started(diagrams.LOOP)
            for _ in range(ENDS):
                first.append(_loop(place, fresh))
                last.append(_loop(place, old))
    young, aged = median(first), median(last)
    say(f"退回 {LOOPS} 次:最初 {ENDS} 次每次 {young * 1000:.1f} 毫秒,最后每次 {aged * 1000:.1f} 毫秒(中位数)")
    return {"loop_flatness": round(aged / young, 3)}


def _loop(place: Ground, instance_id: UUID) -> float:
    """File the form again, then send it back by the command; return the seconds that the commands took."""
    task_id = _held(place, instance_id)
    begun = perf_counter()
    complete(place.bihuan, task_id)
    taken = perf_counter() - begun
    task_id = _held(place, instance_id)
    begun = perf_counter()
    with place.bihuan.unit_of_work(SCOPE) as uow:
        [filed] = returning.targets(uow, task_id, by=FILER)
        returning.send_back(uow, task_id, filed.place, "请补充材料", by=FILER, roles_of=lambda _: FILER.roles)
    return taken + perf_counter() - begun


def _held(place: Ground, instance_id: UUID) -> UUID:
    """Return the open task of an instance; who got it back has it, else he claims it."""
    waiting = select(TASK.c.id, TASK.c.assignee_id)
    with place.bihuan.unit_of_work(SCOPE) as uow:
        open_task = waiting.where(TASK.c.instance_id == instance_id, TASK.c.status == "open")
        task_id, assignee_id = uow.session.execute(open_task).one()
        if assignee_id is None:
            tasks.claim(uow, task_id, by=FILER)
    return UUID(str(task_id))


LOOPING = Measure({"loop_flatness": "≤ 1.3"}, run)
