"""A command reads the rows of its own instance, however many others wait."""

from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import Table, insert, select, text

from engine import timers
from engine.clock import VirtualClock
from engine.model.base import table_of
from engine.model.timers import Timer
from engine.uow import UnitOfWork
from tests.integration.engine.diagrams import WAITING
from tests.integration.engine.stage import started

MANY, FEW = 3_000, 40
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
