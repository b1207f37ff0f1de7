"""Revision 0029 turns the queued jobs of what diagrams threw into handovers: each arrives, and only once."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import Connection, func, insert, inspect, select, text

from engine.bpmn import values
from engine.clock import VirtualClock
from engine.json_values import dumps
from engine.model.base import Base
from engine.model.handovers import Handover
from engine.model.journal import EventRow
from engine.model.signals import SignalSubscription
from engine.storage.database import Database
from host.composition import Bihuan
from host.migrations.running import migrate
from host.settings import Settings
from host.workers.queueing import drain
from tests.chaos.scene import HEARING
from tests.integration.engine.event_diagrams import LISTENING
from tests.integration.engine.stage import open_task, started
from tests.integration.engine.test_events_with_rows import opened
from tests.template import import_models

JOB = text(
    "insert into queue.procrastinate_jobs (queue_name, task_name, args, status, attempts) "
    "values ('default', :task, cast(:args as jsonb), cast(:status as queue.procrastinate_job_status), :attempts)"
)
NEXT = text("select setval(pg_get_serial_sequence(:name, 'id'), :last)")
LEFT = text("select task_name, status from queue.procrastinate_jobs")


@pytest.fixture
def before(server: Database) -> Iterator[Database]:
    """A database as the version before 0029 left it."""
    fresh = server.create_database()
    migrate(fresh, "0028")
    yield fresh
    fresh.close()


def take_over(source: Connection, target: Connection) -> dict[str, int]:
    """Copy the application's rows, without journal and audit, into the older tables, which lack some columns.

    Returns the greatest number by table.
    """
    import_models()
    known, last = inspect(target), {}
    for table in Base.metadata.sorted_tables:
        if not known.has_table(table.name, schema="app") or table.name.startswith(("audit", "event")):
            continue
        names = {column["name"] for column in known.get_columns(table.name, schema="app")}
        rows = [
            {name: value for name, value in row._mapping.items() if name in names}
            for row in source.execute(select(table))
        ]
        if rows:
            target.execute(insert(table), rows)
            if isinstance(rows[0].get("id"), int):
                last[f"app.{table.name}"] = max(row["id"] for row in rows)
    return last


def told(bihuan: Bihuan, instance_id: UUID, type: str) -> int:
    with bihuan.unit_of_work() as uow:
        found = select(func.count()).where(EventRow.instance_id == instance_id, EventRow.type == type)
        return uow.session.scalar(found) or 0


def test_jobs_that_wait_in_the_queue_are_handed_over_once(
    bihuan: Bihuan, before: Database, clock: VirtualClock
) -> None:
    with bihuan.unit_of_work() as uow:
        hearing = started(uow, HEARING, code="Q1")
        first, second = started(uow, LISTENING), started(uow, LISTENING)
        waits = select(SignalSubscription.id).where(SignalSubscription.instance_id == second)
        waiting_ids = list(uow.session.scalars(waits))
    with bihuan.database.system_engine.connect() as source, before.system_engine.begin() as target:
        last = take_over(source, target)
    common = {"payload": values.dumps({})}
    jobs = [
        ("deliver_message", "todo", {"jurisdiction_id": 1, "name": "upper_score", "key": "Q1", **common}),
        (
            "hand_signal",
            "failed",
            {"instance_id": str(second), "waiting_ids": waiting_ids, "name": "budget_frozen", **common},
        ),
        (
            "broadcast_signal",
            "doing",
            {"jurisdiction_id": 1, "thrower_id": str(second), "name": "budget_frozen", **common},
        ),
        (
            "deliver_message",
            "succeeded",
            {"jurisdiction_id": 1, "name": "upper_score", "key": "Q1", **common},
        ),
    ]
    with before.owner_engine.begin() as connection:
        for name, number in last.items():
            connection.execute(NEXT, {"name": name, "last": number})
        for task, status, args in jobs:
            given = {"task": task, "status": status, "args": dumps(args), "attempts": int(status != "todo")}
            connection.execute(JOB, given)

    migrate(before)
    upgraded = Bihuan(
        Settings.read({"BIHUAN_DATA_DIR": str(bihuan.settings.data_dir)}), clock=clock, database=before
    )
    for _ in range(2):
        drain(upgraded.queue)

    with upgraded.unit_of_work() as uow:
        assert open_task(uow, hearing).element_id == "keep"
        assert opened(uow, first) == ["explain", "fill"]
        assert opened(uow, second) == ["explain", "fill"]
        assert uow.session.scalar(select(func.count()).select_from(Handover)) == 0
        assert [tuple(row) for row in uow.session.execute(LEFT)] == [("deliver_message", "succeeded")]
    assert told(upgraded, hearing, "message.received") == 1
