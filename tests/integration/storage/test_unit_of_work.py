"""One transaction: its rows, its events, its audit entries, its jobs."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Connection, event, select, text
from sqlalchemy.exc import ProgrammingError

from engine.access import Actor
from engine.clock import SystemClock, VirtualClock
from engine.errors import InvalidInput
from engine.events import Event
from engine.model.journal import AuditRow, EventRow
from engine.scope import EVERYWHERE, Scope
from engine.storage.database import Database
from engine.uow import UnitOfWork, unit_of_work
from host.composition import Bihuan
from tests.conftest import OpenUnitOfWork

ZHANG = Actor(person_id=7, name="张三")


def types(uow: UnitOfWork, instance: Any) -> list[str]:
    return list(
        uow.session.scalars(select(EventRow.type).filter_by(instance_id=instance).order_by(EventRow.id))
    )


def jobs(uow: UnitOfWork) -> int:
    found: int = uow.connection().exec_driver_sql("select count(*) from procrastinate_jobs").scalar_one()
    return found


def test_events_and_audit_entries_are_written_in_order_with_their_facts(
    open_uow: OpenUnitOfWork, clock: VirtualClock
) -> None:
    instance = uuid4()

    with open_uow() as uow:
        uow.record(
            Event("task.claimed", instance, element_id="fill", data={"share": Decimal("0.20")}), by=ZHANG
        )
        uow.record(Event("task.completed", instance))
        uow.audit("task.complete", by=ZHANG, instance_id=instance, subject="填报", data={"at": clock.now()})

    with open_uow() as uow:
        assert types(uow, instance) == ["task.claimed", "task.completed"]
        first = uow.session.scalars(
            select(EventRow).filter_by(type="task.claimed", instance_id=instance)
        ).one()
        assert (first.at, first.actor_id, first.actor_name) == (clock.now(), 7, "张三")
        assert first.data == {"share": "0.20"}
        entry = uow.session.scalars(select(AuditRow).filter_by(instance_id=instance)).one()
        assert (entry.action, entry.subject, entry.data) == (
            "task.complete",
            "填报",
            {"at": clock.now().isoformat()},
        )


def test_an_error_undoes_rows_events_and_jobs(bihuan: Bihuan) -> None:
    bihuan.queue.task(name="test.lost")(lambda: None)
    instance = uuid4()

    with pytest.raises(ZeroDivisionError), bihuan.unit_of_work() as uow:
        uow.record(Event("task.claimed", instance))
        uow.defer("test.lost")
        uow.flush()
        raise ZeroDivisionError

    with bihuan.unit_of_work() as uow:
        assert types(uow, instance) == []
        assert jobs(uow) == 0


def test_a_failed_savepoint_takes_its_events_with_it_and_leaves_the_rest(open_uow: OpenUnitOfWork) -> None:
    instance = uuid4()

    with open_uow() as uow:
        uow.record(Event("before", instance))
        with pytest.raises(ProgrammingError), uow.savepoint():
            uow.record(Event("inside", instance))
            uow.connection().exec_driver_sql("select no_such_column")
        uow.record(Event("after", instance))

    with open_uow() as uow:
        assert types(uow, instance) == ["before", "after"]


def test_a_unit_of_work_costs_one_statement_for_its_journal_and_none_when_idle(
    open_uow: OpenUnitOfWork, database: Database
) -> None:
    statements: list[str] = []

    def note(
        connection: Connection, cursor: Any, statement: str, parameters: Any, context: Any, many: bool
    ) -> None:
        statements.append(statement)

    event.listen(database.system_engine, "before_cursor_execute", note)
    try:
        with open_uow():
            pass
        assert statements == []
        with open_uow() as uow:
            for number in range(20):
                uow.record(Event("many", data={"number": number}))
                uow.audit("many")
    finally:
        event.remove(database.system_engine, "before_cursor_execute", note)

    assert [statement.split("(")[0].strip() for statement in statements] == ["with told as"]


def test_a_look_apart_begins_nothing_and_sees_everywhere(database: Database) -> None:
    with unit_of_work(database, clock=SystemClock(), scope=EVERYWHERE, apart=True) as uow:
        one, other = (
            uow.session.execute(text("select pg_current_xact_id(), current_user")).one() for _ in range(2)
        )

    assert one[0] != other[0]
    assert one[1] == other[1] == "bihuan_system"


def test_a_look_apart_is_for_everywhere_only(database: Database) -> None:
    with (
        pytest.raises(AssertionError),
        unit_of_work(database, clock=SystemClock(), scope=Scope(1), apart=True),
    ):
        pass


def test_a_job_is_seen_after_the_commit_and_not_before(bihuan: Bihuan) -> None:
    bihuan.queue.task(name="test.seen")(lambda number: None)

    with bihuan.unit_of_work() as uow, bihuan.unit_of_work() as other:
        before = jobs(other)
        assert uow.defer("test.seen", number=1)
        assert jobs(other) == before

    with bihuan.unit_of_work() as uow:
        assert jobs(uow) == before + 1


def test_a_job_that_is_queued_already_does_not_spoil_the_transaction(bihuan: Bihuan) -> None:
    bihuan.queue.task(name="test.once")(lambda: None)
    instance = uuid4()

    with bihuan.unit_of_work() as uow:
        uow.record(Event("first", instance))
        assert uow.defer("test.once", queueing_lock="once") is not None
        assert uow.defer("test.once", queueing_lock="once") is None
        uow.record(Event("second", instance))

    with bihuan.unit_of_work() as uow:
        assert types(uow, instance) == ["first", "second"]


def test_an_unknown_job_is_refused_by_name(uow: UnitOfWork) -> None:
    with pytest.raises(InvalidInput, match=r"no\.such\.job"):
        uow.defer("no.such.job")


def test_deferring_without_a_queue_is_a_programming_error(database: Database, clock: VirtualClock) -> None:
    with pytest.raises(RuntimeError, match="queue"), unit_of_work(database, clock=clock) as uow:
        uow.defer("any")
