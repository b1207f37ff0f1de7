"""Two who meet at a bad moment: neither is shut out, and nothing that was typed, filed or ordered is lost."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Event as Bell
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from engine import bulk, campaigns, drafts, incidents, instances, launching, tasks
from engine.access import Actor
from engine.errors import BihuanError, InvalidInput
from engine.model.base import table_of
from engine.model.instances import ProcessInstance
from engine.model.journal import Incident
from engine.model.papers import Draft
from engine.operations import Step
from engine.uow import UnitOfWork
from host.composition import Bihuan
from host.workers.jobs import carry_out_batch
from tests.integration.engine.committee import countersigned, people
from tests.integration.engine.diagrams import AUTOMATIC, POSTING, REVIEW
from tests.integration.engine.population import member_ids, members, planned, subject
from tests.integration.engine.stage import PREPARER, open_task, signed, started

OPERATOR = Actor(9, "运维员", system=True)
YEARS = count(1700)
WAITS = text("select count(*) from pg_locks where not granted")
PATIENCE_SECONDS = 20
Act = Callable[[UnitOfWork], Any]


class Book:
    """An operation that fails, cuts its connection, or works."""

    def __init__(self, bihuan: Bihuan) -> None:
        self.does = "fail"
        self._bihuan = bihuan

    def post(self, uow: UnitOfWork, step: Step, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        if self.does == "fail":
            raise InvalidInput("账套未打开", code="ledger.closed")
        if self.does == "lose":
            with self._bihuan.database.owner_engine.connect() as connection:
                connection.exec_driver_sql(
                    "select pg_terminate_backend(pid) from pg_stat_activity"
                    " where datname = current_database() and pid <> pg_backend_pid()"
                )
        return {"posted": True}


@pytest.fixture
def book(bihuan: Bihuan) -> Book:
    found = Book(bihuan)
    bihuan.operations.register("post", found.post)
    return found


def crossing(bihuan: Bihuan, first: Act, other: Act, then: Act) -> str:
    """Let `other` run into what `first` has locked; then go on. Return what `other` was told."""

    def second() -> str:
        try:
            with bihuan.unit_of_work() as uow:
                other(uow)
        except BihuanError as refused:
            return refused.code
        return "done"

    with ThreadPoolExecutor(1) as thread:
        with bihuan.unit_of_work() as uow:
            first(uow)
            waiting = thread.submit(second)
            with bihuan.database.owner_engine.connect() as watcher:
                for _ in range(PATIENCE_SECONDS * 100):
                    if watcher.scalar(WAITS) or waiting.done():
                        break
                    Bell().wait(0.01)
            then(uow)
        return waiting.result(PATIENCE_SECONDS)


def lock(instance_id: UUID) -> Act:
    table = table_of(ProcessInstance)
    return lambda uow: uow.session.execute(
        select(table).where(table.c.id == instance_id).with_for_update()
    ).all()


def claimed(bihuan: Bihuan, xml: bytes = REVIEW) -> tuple[UUID, UUID]:
    with bihuan.unit_of_work() as uow:
        task = open_task(uow, started(uow, xml))
        tasks.claim(uow, task.id, by=PREPARER)
        return task.instance_id, task.id


@pytest.mark.parametrize("way", ["retry", "skip"])
def test_an_operator_and_whoever_ends_the_instance_do_not_lock_each_other_out(
    bihuan: Bihuan, book: Book, way: str
) -> None:
    instance_id, task_id = claimed(bihuan, AUTOMATIC)
    with bihuan.unit_of_work() as uow:
        tasks.complete(uow, task_id, signed(), by=PREPARER)
        incident = uow.session.scalars(select(Incident.id).where(Incident.instance_id == instance_id)).one()

    def resolve(uow: UnitOfWork) -> None:
        if way == "retry":
            incidents.resolve(uow, incident, "再试", by=OPERATOR)
        else:
            incidents.skip(uow, incident, "手工记账", by=OPERATOR)

    told = crossing(
        bihuan,
        lock(instance_id),
        resolve,
        lambda uow: instances.cancel(uow, instance_id, "撤销", by=OPERATOR),
    )

    assert told == "incident.resolved"


def test_a_draft_that_is_saved_while_its_form_is_filed_does_not_come_back(bihuan: Bihuan) -> None:
    instance_id, task_id = claimed(bihuan)

    def save(uow: UnitOfWork) -> None:
        drafts.save(uow, task_id, {"opinion": "写了一半"}, revision=0, by=PREPARER)

    def file(uow: UnitOfWork) -> None:
        tasks.complete(uow, task_id, signed(), by=PREPARER)

    told = crossing(bihuan, file, save, lambda uow: None)

    assert told == "task.wrong_state"
    with bihuan.unit_of_work() as uow:
        assert uow.session.scalars(select(Draft).where(Draft.instance_id == instance_id)).all() == []


def test_a_bulk_order_outlives_its_database(bihuan: Bihuan, book: Book) -> None:
    found = []
    for _ in range(3):
        instance_id, task_id = claimed(bihuan, AUTOMATIC)
        with bihuan.unit_of_work() as uow:
            tasks.complete(uow, task_id, signed(), by=PREPARER)
            mine = select(Incident.id).where(Incident.instance_id == instance_id)
            found.append(str(uow.session.scalars(mine).one()))
    with bihuan.unit_of_work() as uow:
        run_id = bulk.submit(uow, "retry", found, {"reason": "账套已打开"}, by=OPERATOR)

    book.does = "lose"
    with pytest.raises(Exception, match="terminat"):
        carry_out_batch(bihuan.unit_of_work, run_id, 0)

    with bihuan.unit_of_work() as uow:
        assert bulk.progress(uow.session, run_id) == {"waiting": 3, "ok": 0, "failed": 0}
    book.does = "work"
    carry_out_batch(bihuan.unit_of_work, run_id, 0)
    with bihuan.unit_of_work() as uow:
        assert bulk.progress(uow.session, run_id) == {"waiting": 0, "ok": 3, "failed": 0}


def test_what_a_closing_stage_ends_leaves_no_incident_and_no_signature_waiting(
    bihuan: Bihuan, uow: UnitOfWork, book: Book
) -> None:
    campaign_id = planned(uow, POSTING, year=next(YEARS))
    planned(uow, countersigned("all", people(2)), year=next(YEARS))
    campaigns.open_stage(uow, campaign_id, "posting", [subject(1)])
    launching.add_subjects(uow, campaign_id, "committee", [subject(2)])
    launching.launch(uow, campaign_id, member_ids(uow, campaign_id))

    campaigns.close(uow, campaign_id)

    assert {one.status for one in members(uow, campaign_id).values()} == {"missing"}
    ids = [one.instance_id for one in members(uow, campaign_id).values()]
    still_open = select(Incident.id).where(Incident.instance_id.in_(ids), Incident.resolved_at.is_(None))
    assert uow.session.scalars(still_open).all() == []
    asked = text("""select distinct state from app.sign_item where task_id in
                    (select id from app.user_task where instance_id = any(:ids))""")
    assert uow.session.scalars(asked, {"ids": ids}).all() == ["void"]
