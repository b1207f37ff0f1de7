"""Three hundred returns of one instance: the last must cost what the first did."""

from time import perf_counter
from uuid import UUID

from sqlalchemy import select

from engine import returning, tasks
from host.bench import diagrams
from host.bench.ground import FILER, SCOPE, TASK, Ground, complete, ground
from host.bench.measure import Figures, Measure, Say

LOOPS, ENDS = 300, 10


def run(say: Say) -> Figures:
    """Send one instance back 300 times; compare the last ten loops with the first ten."""
    with ground() as place:
        warm = place.started(diagrams.LOOP)
        for _ in range(3 * ENDS):
            _loop(place, warm)
        instance_id = place.started(diagrams.LOOP)
        taken = []
        for _ in range(LOOPS):
            begun = perf_counter()
            _loop(place, instance_id)
            taken.append(perf_counter() - begun)
    first, last = sorted(taken[:ENDS]), sorted(taken[-ENDS:])
    say(f"退回 {LOOPS} 次:前 {ENDS} 次共 {sum(first):.3f} 秒,后 {ENDS} 次共 {sum(last):.3f} 秒")
    return {"loop_flatness": round(sum(last[:-1]) / sum(first[:-1]), 3)}  # without the slowest of each ten


def _loop(place: Ground, instance_id: UUID) -> None:
    """File the form again, then send it back by the command."""
    complete(place.bihuan, _held(place, instance_id))
    task_id = _held(place, instance_id)
    with place.bihuan.unit_of_work(SCOPE) as uow:
        [filed] = returning.targets(uow, task_id, by=FILER)
        returning.send_back(uow, task_id, filed.place, "请补充材料", by=FILER, roles_of=lambda _: FILER.roles)


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
