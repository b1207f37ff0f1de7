"""A worker outlives its database, ends well when told to, and goes by time that passes, not by the clock on the wall."""

import asyncio
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import func, select, text

from engine import timers
from engine.clock import VirtualClock
from engine.model.timers import Timer
from host.composition import Bihuan
from host.workers.jobs import fire_timer, last_sweep, sweep
from host.workers.queueing import MOST_DEATHS, reap
from host.workers.scheduler import Ticker
from host.workers.vigil import HUNG_STATUS
from tests.chaos.conftest import Hire, OtherServer, wait_until
from tests.chaos.scene import LATER
from tests.integration.engine.stage import started

A_JOB = """
insert into queue.procrastinate_jobs (queue_name, task_name, args, status)
values ('default', 'send_rungs', '{}', 'todo')
"""
JOBS = "select count(*) from queue.procrastinate_jobs"


def deferred(server: OtherServer) -> None:
    with server.database.owner_engine.begin() as connection:
        connection.exec_driver_sql(A_JOB)


@pytest.mark.slow
def test_a_worker_waits_for_a_database_that_is_down_and_comes_back_after_it_was_killed(
    other_server: OtherServer, hire: Hire, tmp_path: Path
) -> None:
    worker = hire(other_server.address)
    said = tmp_path / "said"
    wait_until(lambda: "BIHUAN_DATABASE_URL" in said.read_text())

    other_server.start_empty()
    wait_until(lambda: "bihuan migrate" in said.read_text())
    other_server.start()
    wait_until(lambda: other_server.scalar("select count(*) from app.sweep") == 1)
    deferred(other_server)
    wait_until(lambda: other_server.scalar(JOBS) == 0)

    other_server.kill()
    wait_until(lambda: "cannot be reached" in said.read_text() or "database lost" in said.read_text())
    assert worker.poll() is None
    other_server.start()
    back = other_server.scalar("select max(at) from app.sweep")
    wait_until(lambda: (other_server.scalar("select max(at) from app.sweep") or back) != back)
    deferred(other_server)
    wait_until(lambda: other_server.scalar(JOBS) == 0)

    worker.send_signal(signal.SIGTERM)
    assert worker.wait(30) == 0
    assert "hush" not in said.read_text()


@pytest.mark.slow
def test_a_worker_told_to_stop_finishes_the_timer_in_hand_and_leaves_the_rest_to_others(
    other_server: OtherServer, hire: Hire, tmp_path: Path
) -> None:
    other_server.start()
    worker = hire(other_server.address, module="tests.chaos.slow_worker")
    fired = "select count(*) from app.timer where status = 'fired'"
    wait_until(lambda: (other_server.scalar(fired) or 0) == 2)

    worker.send_signal(signal.SIGTERM)
    began = time.monotonic()
    assert worker.wait(60) == 0, (tmp_path / "said").read_text()

    assert time.monotonic() - began < 30
    done = other_server.scalar(fired)
    assert done == other_server.scalar("select count(*) from app.event where type = 'posted'")
    assert isinstance(done, int)
    assert 2 <= done < 50
    assert other_server.scalar("select count(*) from queue.procrastinate_jobs where status = 'doing'") == 0


@pytest.mark.slow
@pytest.mark.parametrize("log_level", ["info", "debug"], ids=["in the process", "at the server"])
def test_a_worker_whose_operation_never_ends_ends_itself_and_holds_nothing_any_more(
    other_server: OtherServer, hire: Hire, tmp_path: Path, log_level: str
) -> None:
    other_server.start()
    worker = hire(other_server.address, module="tests.chaos.hanging_worker", BIHUAN_LOG_LEVEL=log_level)

    assert worker.wait(60) == HUNG_STATUS, (tmp_path / "said").read_text()

    busy = "select count(*) from pg_stat_activity where application_name like 'bihuan %' and state <> 'idle'"
    wait_until(lambda: other_server.scalar(busy) == 0, seconds=5)
    assert other_server.scalar("select max(attempts) from app.timer where status = 'planned'") == 1


def test_a_sweep_leaves_word_and_two_at_once_lease_each_timer_once(
    bihuan: Bihuan, clock: VirtualClock
) -> None:
    with bihuan.unit_of_work() as uow:
        assert last_sweep(uow) is None
        for _ in range(20):
            started(uow, LATER, data={"subject_code": "x", "opens_at": clock.now() + timedelta(minutes=1)})
    clock.set(clock.now() + timedelta(minutes=2))
    together = Barrier(2)

    def at_once(_: int) -> int:
        together.wait()
        return int(sweep(bihuan.unit_of_work)["timers"])

    with ThreadPoolExecutor(2) as threads:
        found = list(threads.map(at_once, range(2)))

    assert sum(found) == 20
    with bihuan.unit_of_work() as uow:
        assert last_sweep(uow) == clock.now()


def test_while_no_worker_runs_the_queue_does_not_grow(bihuan: Bihuan, clock: VirtualClock) -> None:
    with bihuan.unit_of_work() as uow:
        for _ in range(3):
            started(uow, LATER, data={"subject_code": "x", "opens_at": clock.now() + timedelta(minutes=1)})
    for _ in range(20):
        clock.set(clock.now() + timedelta(minutes=2))
        sweep(bihuan.unit_of_work, limit=2 * timers.BATCH)

    with bihuan.unit_of_work() as uow:
        assert int(uow.session.scalar(text(JOBS)) or 0) <= 3


def test_a_clock_that_is_set_back_does_not_stop_the_ticker(bihuan: Bihuan) -> None:
    began = datetime.now(UTC)
    with Ticker(bihuan) as ticker:
        yesterday = began - timedelta(days=1)

        late = ticker.catch_up(yesterday)

    assert set(late) == {"sweep", "seal", "reap", "extensions", "purge", "forget"}


def test_two_that_reap_at_once_give_each_job_back_once(bihuan: Bihuan) -> None:
    with bihuan.database.owner_engine.begin() as connection:
        connection.exec_driver_sql("delete from queue.procrastinate_jobs")
        for _ in range(20):
            connection.exec_driver_sql(A_JOB.replace("'todo'", "'doing'"))

    async def at_once() -> list[int]:
        async with bihuan.queue.open_async():
            return await asyncio.gather(*(reap(bihuan.queue) for _ in range(2)))

    assert sum(asyncio.run(at_once())) >= 20
    with bihuan.unit_of_work() as uow:
        counted = text("select status::text, count(*) from queue.procrastinate_jobs group by 1")
        assert {row[0]: row[1] for row in uow.session.execute(counted)} == {"todo": 20}


def test_a_job_that_ends_every_worker_is_given_to_no_other(bihuan: Bihuan) -> None:
    with bihuan.database.owner_engine.begin() as connection:
        connection.exec_driver_sql("delete from queue.procrastinate_jobs")
        connection.exec_driver_sql(
            "insert into queue.procrastinate_jobs (queue_name, task_name, args, status, attempts)"
            f" values ('default', 'send_rungs', '{{}}', 'doing', {MOST_DEATHS})"
        )

    async def once() -> int:
        async with bihuan.queue.open_async():
            return await reap(bihuan.queue)

    assert asyncio.run(once()) == 0
    with bihuan.unit_of_work() as uow:
        assert uow.session.scalars(text("select status::text from queue.procrastinate_jobs")).all() == [
            "failed"
        ]


def test_a_timer_whose_database_goes_away_is_not_blamed(bihuan: Bihuan, clock: VirtualClock) -> None:
    with bihuan.unit_of_work() as uow:
        instance_id = started(
            uow, LATER, data={"subject_code": "x", "opens_at": clock.now() + timedelta(minutes=1)}
        )
        timer_id = uow.session.scalars(select(Timer.id).where(Timer.instance_id == instance_id)).one()
    clock.set(clock.now() + timedelta(minutes=2))

    def cut_off(uow: object, step: object, arguments: object) -> None:
        with bihuan.database.owner_engine.connect() as connection:
            connection.exec_driver_sql(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
            )

    bihuan.operations.register("post", cut_off)
    with pytest.raises(Exception, match="terminat"):
        fire_timer(bihuan.unit_of_work, timer_id)

    with bihuan.unit_of_work() as uow:
        timer = uow.session.get_one(Timer, timer_id)
        assert (timer.status, timer.next_attempt_at) == ("planned", timer.due_at)
        assert uow.session.scalar(select(func.count()).where(Timer.status == "failed")) == 0
