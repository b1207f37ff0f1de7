"""A command reads the rows of its own instance, however many others wait."""

from datetime import datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import Table, insert, select, text

from engine import tasks, timers
from engine.clock import VirtualClock
from engine.model.base import table_of
from engine.model.timers import LadderRung, Timer
from engine.uow import UnitOfWork
from tests.integration.engine.diagrams import REVIEW, WAITING
from tests.integration.engine.stage import PREPARER, open_task, signed, started

MANY, FEW, USUAL = 3_000, 40, 15
"""USUAL: how often a statement is run until driver and server have settled on one plan."""
READ = text(
    "select coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) from pg_stat_xact_user_tables"
    " where relid = cast(:name as regclass)"
)


def rows_read(uow: UnitOfWork, table: Table) -> int:
    """Return how many rows of a table this transaction has read so far."""
    return int(uow.session.scalar(READ, {"name": table.fullname}) or 0)


def test_a_timer_fires_without_reading_those_of_others(uow: UnitOfWork, clock: VirtualClock) -> None:
    timer = table_of(Timer)
    others, mine = started(uow, WAITING), started(uow, WAITING)
    row = uow.session.execute(select(timer).where(timer.c.instance_id == others)).mappings().one()
    copy = {name: value for name, value in row.items() if name != "id"}
    uow.session.execute(insert(timer), [{**copy, "token_id": uuid4()} for _ in range(MANY)])
    timer_id = uow.session.scalars(select(timer.c.id).where(timer.c.instance_id == mine)).one()
    clock.set(datetime(2021, 3, 8, 0, 0, 1, tzinfo=ZoneInfo("Asia/Shanghai")))
    before = rows_read(uow, timer)

    fired = timers.fire(uow, timer_id)

    assert fired
    assert rows_read(uow, timer) - before < FEW


def test_a_completion_plans_once_for_an_empty_table_and_still_reads_no_reminders_of_others(
    uow: UnitOfWork,
) -> None:
    rung = table_of(LadderRung)
    for _ in range(USUAL):
        complete_first(uow, started(uow, REVIEW))
    others, mine = started(uow, REVIEW), started(uow, REVIEW)
    theirs = rung.c.task_id == open_task(uow, others).id
    row = uow.session.execute(select(rung).where(theirs).limit(1)).mappings().one()
    copy = {name: value for name, value in row.items() if name != "id"}
    uow.session.execute(insert(rung), [copy for _ in range(MANY)])
    before = rows_read(uow, rung)

    complete_first(uow, mine)

    assert rows_read(uow, rung) - before < FEW


def complete_first(uow: UnitOfWork, instance_id: UUID) -> None:
    """Claim and complete the task an instance waits at."""
    task_id = open_task(uow, instance_id).id
    tasks.claim(uow, task_id, by=PREPARER)
    tasks.complete(uow, task_id, signed(), by=PREPARER)
