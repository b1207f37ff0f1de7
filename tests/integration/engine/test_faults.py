"""Short chaos: processes are killed, people act at once; nothing is lost, nothing happens twice."""

import asyncio
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, text

from engine import instances, tasks, timers
from engine.access import SYSTEM
from engine.calendar.local_time import SHANGHAI
from engine.clock import VirtualClock
from engine.errors import BihuanError
from engine.model.instances import ProcessInstance
from engine.model.journal import EventRow
from engine.model.tasks import SubmissionRow, UserTask
from engine.model.timers import Timer
from host.composition import Bihuan
from host.workers.queueing import reap
from tests.integration.engine.chaos_worker import post
from tests.integration.engine.diagrams import EIGHT, PARALLEL, REVIEW, TIMED
from tests.integration.engine.stage import OTHER_PREPARER, PREPARER, order, published, signed

Process = subprocess.Popen[bytes]
Hire = Callable[[str, datetime], Process]
ROOT = Path(__file__).parents[3]
COUNT = 60
OPENS = datetime(2021, 3, 8, 0, 0, 1, tzinfo=SHANGHAI)
PATIENCE_SECONDS = 60
DEAD_ENDS = text("""
select instance.business_key from app.process_instance instance
 where instance.status = 'active'
   and not exists (select from app.user_task t where t.instance_id = instance.id and t.status = 'open')
   and not exists (select from app.timer t where t.instance_id = instance.id and t.status = 'planned')
   and not exists (select from app.message_subscription m where m.instance_id = instance.id)
   and not exists (select from app.signal_subscription g where g.instance_id = instance.id)
   and not exists (select from app.incident i where i.instance_id = instance.id and i.resolved_at is null)
""")


def start_many(bihuan: Bihuan, xml: bytes, key: str, number: int) -> list[UUID]:
    """Start and commit several instances of a diagram."""
    with bihuan.unit_of_work() as uow:
        bundle_hash = published(uow, xml)
        orders = [order(key, bundle_hash) for _ in range(number)]
        return [one.id for one in instances.start_all(uow, orders, by=SYSTEM)]


@pytest.fixture
def hire(bihuan: Bihuan) -> Iterator[Hire]:
    """Start real processes that will do one kind of work when they are told to; whoever is left is stopped."""
    login = bihuan.database.login
    assert login.app_url is not None
    urls = [url.render_as_string(hide_password=False) for url in (login.owner_url, login.app_url)]
    hired: list[Process] = []

    def start(work: str, now: datetime) -> Process:
        command = [
            sys.executable,
            "-m",
            "tests.integration.engine.chaos_worker",
            work,
            now.isoformat(),
            *urls,
        ]
        hired.append(subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE))
        return hired[-1]

    yield start
    for process in hired:
        process.kill()
        process.communicate()


def begin(process: Process) -> None:
    """Tell a process to work."""
    assert process.stdin is not None
    process.stdin.write(b"\n")
    process.stdin.flush()


def finish(process: Process) -> None:
    """Tell a process to work and wait for its good end."""
    begin(process)
    assert process.wait(PATIENCE_SECONDS) == 0


def count(bihuan: Bihuan, ids: Sequence[UUID], event: str) -> Counter[UUID | None]:
    """Return how often something happened to each of these instances."""
    happened = select(EventRow.instance_id).where(EventRow.instance_id.in_(ids), EventRow.type == event)
    with bihuan.unit_of_work() as uow:
        return Counter(uow.session.scalars(happened))


def kill_when(process: Process, reached: Callable[[], bool]) -> None:
    """Kill -9 a process as soon as it has got so far. Fails if it ends before."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not reached():
        assert process.poll() is None, "the work was done before it could be interrupted"
        assert time.monotonic() < until
    process.kill()
    process.wait()


def reaped(bihuan: Bihuan) -> int:
    """Give the jobs of dead workers back."""

    async def run() -> int:
        async with bihuan.queue.open_async():
            return await reap(bihuan.queue, seconds=0)

    return asyncio.run(run())


def at_once(acts: Sequence[Callable[[], Any]]) -> list[str]:
    """Run all acts at the same moment, each in a thread; return `done` or the code of the refusal, in order."""
    together = Barrier(len(acts))

    def attempt(act: Callable[[], Any]) -> str:
        together.wait()
        try:
            act()
        except BihuanError as refused:
            return refused.code
        return "done"

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(attempt, acts))


def completing(bihuan: Bihuan, task_id: UUID) -> Callable[[], None]:
    """Return the act of filing one task in a transaction of its own."""

    def act() -> None:
        with bihuan.unit_of_work() as uow:
            tasks.complete(uow, task_id, signed(), by=PREPARER)

    return act


def open_tasks(bihuan: Bihuan, ids: Sequence[UUID]) -> list[UUID]:
    with bihuan.unit_of_work() as uow:
        waiting = select(UserTask.id).where(UserTask.instance_id.in_(ids), UserTask.status == "open")
        return list(uow.session.scalars(waiting.order_by(UserTask.id)))


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_of_firing_timers_loses_nothing_and_repeats_nothing(
    bihuan: Bihuan, hire: Hire
) -> None:
    ids = start_many(bihuan, TIMED, "timed", COUNT)
    first, second = (hire("timers", OPENS + timedelta(minutes=late)) for late in (0, 2))

    begin(first)
    kill_when(first, lambda: count(bihuan, ids, "posted").total() >= COUNT // 4)
    before = count(bihuan, ids, "posted").total()
    given_back = reaped(bihuan)
    finish(second)

    assert COUNT // 4 <= before < COUNT
    assert given_back >= 1
    for event in ("posted", "timer.fired", "task.created"):
        assert count(bihuan, ids, event) == Counter(ids), event
    with bihuan.unit_of_work() as uow:
        statuses = uow.session.scalars(select(Timer.status).where(Timer.instance_id.in_(ids))).all()
        left = uow.session.scalar(text("select count(*) from queue.procrastinate_jobs"))
        dead_ends = uow.session.scalars(DEAD_ENDS).all()
    assert statuses == ["fired"] * COUNT
    assert len(open_tasks(bihuan, ids)) == COUNT
    assert (left, dead_ends) == (0, [])


@pytest.mark.slow
def test_a_process_killed_in_the_middle_of_completing_tasks_loses_nothing_and_repeats_nothing(
    bihuan: Bihuan, hire: Hire
) -> None:
    ids = start_many(bihuan, REVIEW, "review", COUNT)
    first, second = (hire("tasks", OPENS) for _ in range(2))

    begin(first)
    kill_when(first, lambda: count(bihuan, ids, "task.completed").total() >= COUNT // 4)
    before = count(bihuan, ids, "task.completed").total()
    finish(second)

    assert COUNT // 4 <= before < COUNT
    for event in ("task.claimed", "task.completed"):
        assert count(bihuan, ids, event) == Counter(ids), event
    with bihuan.unit_of_work() as uow:
        filed = uow.session.scalars(
            select(SubmissionRow.instance_id).where(SubmissionRow.instance_id.in_(ids))
        )
        assert Counter(filed) == Counter(ids)
        counted = select(ProcessInstance.completed_tasks, func.count()).where(ProcessInstance.id.in_(ids))
        by_number = dict(uow.session.execute(counted.group_by(ProcessInstance.completed_tasks)).all())
        waiting = select(UserTask.element_id).where(UserTask.instance_id.in_(ids), UserTask.status == "open")
        assert uow.session.scalars(waiting).all() == ["check"] * COUNT
        assert uow.session.scalars(DEAD_ENDS).all() == []
    assert by_number == {1: COUNT}


def test_eight_people_finish_eight_parallel_tasks_at_once(bihuan: Bihuan) -> None:
    [instance_id] = start_many(bihuan, PARALLEL, "parallel", 1)
    waiting = open_tasks(bihuan, [instance_id])
    with bihuan.unit_of_work() as uow:
        for task_id in waiting:
            tasks.claim(uow, task_id, by=PREPARER)

    told = at_once([completing(bihuan, task_id) for task_id in waiting])

    assert told == ["done"] * EIGHT
    with bihuan.unit_of_work() as uow:
        instance = uow.session.get_one(ProcessInstance, instance_id)
        filed = select(func.count()).where(SubmissionRow.instance_id == instance_id)
        assert (instance.status, instance.completed_tasks) == ("completed", EIGHT)
        assert uow.session.scalar(filed) == EIGHT
    assert count(bihuan, [instance_id], "instance.completed").total() == 1


def test_of_two_who_send_the_same_form_one_is_done_and_the_other_is_told(bihuan: Bihuan) -> None:
    ids = start_many(bihuan, REVIEW, "review", 10)
    waiting = open_tasks(bihuan, ids)
    with bihuan.unit_of_work() as uow:
        for task_id in waiting:
            tasks.claim(uow, task_id, by=PREPARER)

    told = [sorted(at_once([completing(bihuan, task_id)] * 2)) for task_id in waiting]

    refusals = {code for pair in told for code in pair} - {"done"}
    assert [pair.count("done") for pair in told] == [1] * 10
    assert refusals <= {"task.wrong_state", "task.not_live", "instance.conflict"}
    assert count(bihuan, ids, "task.completed") == Counter(ids)


def test_of_two_who_claim_the_same_task_one_has_it_and_the_other_is_told(bihuan: Bihuan) -> None:
    waiting = open_tasks(bihuan, start_many(bihuan, REVIEW, "review", 10))

    def claiming(task_id: UUID, by: Any) -> Callable[[], None]:
        def act() -> None:
            with bihuan.unit_of_work() as uow:
                tasks.claim(uow, task_id, by=by)

        return act

    told = [
        sorted(at_once([claiming(task_id, by) for by in (PREPARER, OTHER_PREPARER)])) for task_id in waiting
    ]

    assert told == [["done", "task.claimed"]] * 10


def test_four_workers_that_fire_the_same_timer_fire_it_once(bihuan: Bihuan, clock: VirtualClock) -> None:
    bihuan.operations.register("post", post)
    ids = start_many(bihuan, TIMED, "timed", 5)
    clock.set(OPENS)
    with bihuan.unit_of_work() as uow:
        due = list(uow.session.scalars(select(Timer.id).where(Timer.instance_id.in_(ids))))
    fired: list[bool] = []

    def firing(timer_id: int) -> Callable[[], None]:
        def act() -> None:
            with bihuan.unit_of_work() as uow:
                fired.append(timers.fire(uow, timer_id))

        return act

    told = [at_once([firing(timer_id)] * 4) for timer_id in due]

    assert told == [["done"] * 4] * 5
    assert Counter(fired) == {True: 5, False: 15}
    assert count(bihuan, ids, "posted") == Counter(ids)
