"""Workers take jobs; the jobs of a dead worker come back."""

import asyncio

import pytest
from sqlalchemy import text

from engine.storage.database import Database
from host.composition import Bihuan
from host.workers.queueing import reap

KILLED = """
with dead as (insert into procrastinate_workers (last_heartbeat) values (now() - interval '5 minutes') returning id)
update procrastinate_jobs set status = 'doing', worker_id = (select id from dead)
"""


async def _work(bihuan: Bihuan) -> None:
    async with bihuan.queue.open_async():
        await bihuan.queue.run_worker_async(wait=False, install_signal_handlers=False)


async def _reap(bihuan: Bihuan) -> int:
    async with bihuan.queue.open_async():
        return await reap(bihuan.queue)


@pytest.fixture
def done(bihuan: Bihuan) -> list[int]:
    """What the job `test.note` was called with."""
    calls: list[int] = []

    @bihuan.queue.task(name="test.note")
    def note(number: int) -> None:
        calls.append(number)

    return calls


def _jobs(database: Database) -> int:
    with database.engine.connect() as connection:
        found: int = connection.execute(text("select count(*) from procrastinate_jobs")).scalar_one()
        return found


def test_a_worker_does_a_job_as_the_application_and_forgets_it(bihuan: Bihuan, done: list[int]) -> None:
    with bihuan.unit_of_work() as uow:
        uow.defer("test.note", number=1)

    asyncio.run(_work(bihuan))

    assert done == [1]
    assert _jobs(bihuan.database) == 0


def test_the_job_of_a_dead_worker_is_done_by_another(bihuan: Bihuan, done: list[int]) -> None:
    with bihuan.unit_of_work() as uow:
        uow.defer("test.note", number=2)
    with bihuan.database.engine.begin() as connection:
        connection.execute(text(KILLED))
    asyncio.run(_work(bihuan))
    assert done == []

    assert asyncio.run(_reap(bihuan)) == 1
    asyncio.run(_work(bihuan))

    assert done == [2]
