"""The oracle of the chaos can fail: each thing that may be lost or happen twice is put into the rows, and it is found."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import select, text

from engine import campaigns, tasks
from engine.clock import VirtualClock
from engine.events import Event
from engine.model.tasks import UserTask
from engine.operations import Step
from engine.storage.database import Database
from engine.uow import UnitOfWork
from host.composition import Bihuan
from host.settings import Settings
from host.workers.jobs import sweep
from host.workers.queueing import drain
from tests.chaos.oracle import RULES, findings
from tests.chaos.scene import SMALL, people, population, prepare
from tests.integration.engine.stage import signed

BEGINS = datetime(2021, 3, 1, 1, tzinfo=UTC)
TINY = replace(SMALL, timers=6, tasks=8, messages=2, members=3)
pytestmark = pytest.mark.slow

A_TASK = "(select min(id::text)::uuid from app.user_task where status = 'completed')"
AN_OPEN_TASK = "(select min(id::text)::uuid from app.user_task where status = 'open')"
A_LATER = "(select min(id::text)::uuid from app.process_instance where definition_key = 'later')"
INJURIES = {
    "a timer that is due has not fired": f"update app.timer set status = 'planned' where instance_id = {A_LATER}",
    "a timer failed": f"update app.timer set status = 'failed' where instance_id = {A_LATER}",
    "a token's timer has fired other than once": f"""
        insert into app.timer (instance_id, token_id, element_id, due_at, next_attempt_at, status)
        select instance_id, token_id, element_id, due_at, due_at, 'fired' from app.timer where instance_id = {A_LATER}""",
    "an instance's timers fired and its journal says otherwise": f"""
        delete from app.event where type = 'timer.fired' and instance_id = {A_LATER}""",
    "an operation of an instance took effect other than once": f"""
        insert into app.event (at, type, instance_id, actor_name, data)
        select at, type, instance_id, actor_name, data from app.event
         where type = 'posted' and instance_id = {A_LATER}""",
    "a task's completions and its status do not agree": f"""
        insert into app.event (at, type, instance_id, task_id, actor_name, data)
        select at, type, instance_id, task_id, actor_name, data from app.event
         where type = 'task.completed' and task_id = {A_TASK}""",
    "a task has other than one filed form": f"""
        insert into app.submission (task_id, instance_id, form_key, form_version, values, warnings, actor_name, submitted_at)
        select task_id, instance_id, form_key, form_version, values, warnings, actor_name, submitted_at
          from app.submission where task_id = {A_TASK}""",
    "a filed form belongs to no task": f"""
        update app.submission set task_id = gen_random_uuid() where task_id = {A_TASK}""",
    "a task was created other than once": f"""
        delete from app.event where type = 'task.created' and task_id = {AN_OPEN_TASK}""",
    "an instance counts its completed tasks wrongly": """
        update app.process_instance set completed_tasks = completed_tasks + 1 where definition_key = 'review'""",
    "an instance that has ended still has open work": f"""
        update app.process_instance set status = 'completed'
         where id = (select instance_id from app.user_task where id = {AN_OPEN_TASK})""",
    "an active instance waits for nothing": f"""
        update app.user_task set status = 'cancelled' where instance_id = {A_LATER}""",
    "an instance started or ended other than once": f"""
        delete from app.event where type = 'instance.started' and instance_id = {A_LATER}""",
    "a task that was returned ended otherwise, or was returned twice": f"""
        insert into app.task_return (jurisdiction_id, organisation_id, instance_id, task_id, from_definition_key,
               from_element_id, from_name, to_definition_key, to_element_id, to_name, round, reason, remarks,
               returned_by_name, returned_at)
        select jurisdiction_id, organisation_id, instance_id, id, 'review', 'check', 'x', 'review', 'fill', 'x', 2, 'x',
               '[]', 'x', now() from app.user_task where id = {A_TASK}""",
    "something that was thrown has not arrived": """
        insert into app.handover (jurisdiction_id, kind, name, payload, status, created_at)
        values (1, 'message', 'x', '{}', 'failed', now())""",
    "a message that was sent was not received once": "delete from app.event where type = 'message.received'",
    "a message found nobody": """
        insert into app.event (at, type, actor_name, data) values (now(), 'message.unclaimed', 'x', '{}')""",
    "a reminder that is due was neither sent nor skipped": """
        update app.ladder_rung set status = 'planned' where id = (select min(id) from app.ladder_rung
         where status = 'sent')""",
    "a rung exists twice": """
        insert into app.ladder_rung (task_id, kind, offset_days, at, recipients, status)
        select task_id, kind, offset_days, at, recipients, 'skipped' from app.ladder_rung""",
    "a sent rung has told its recipients other than once": """
        insert into app.notification (rung_id, task_id, kind, recipient, organisation_id, created_at)
        select rung_id, task_id, kind, recipient, organisation_id, created_at from app.notification""",
    "reminders were journalled other than once": "delete from app.event where type = 'reminder.sent'",
    "a member of an open stage has no instance": """
        update app.campaign_subject set status = 'pending' where subject_code = 'T0001'""",
    "an instance of a stage belongs to no member": """
        update app.campaign_subject set instance_id = null where subject_code = 'T0001'""",
    "an incident was opened": """
        insert into app.incident (instance_id, element_id, code, text, attempts, opened_at)
        select id, 'x', 'x.y', 'x', 1, now() from app.process_instance limit 1""",
    "a job is stuck in the queue": """
        insert into queue.procrastinate_jobs (queue_name, task_name, status) values ('default', 'send_rungs', 'doing')""",
    "commands and audit do not agree": "insert into app.event (at, type, actor_name, data)"
    " values (now(), 'task.claimed', 'x', '{}')",
}


@pytest.fixture(scope="module")
def world(server: Database, template: str, server_folder: Path) -> str:
    """A database in which everything the chaos does has been done a little, undisturbed; to be copied."""
    database = server.create_database(template=template)
    clock = VirtualClock(BEGINS - timedelta(hours=1))
    bihuan = living(database, clock, server_folder)
    campaign_id = prepare(bihuan, TINY, Random(1), BEGINS, lambda _: None)
    with bihuan.unit_of_work() as uow:
        campaigns.open_stage(uow, campaign_id, "member", population(TINY.members))
        uow.session.execute(text("update app.ladder_rung set status = 'planned'"))
        waiting = select(UserTask.id).where(UserTask.element_id == "fill").order_by(UserTask.id).limit(3)
        filled = list(uow.session.scalars(waiting))
        for task_id in filled:
            by, _ = people(0)
            tasks.claim(uow, task_id, by=by)
            tasks.complete(uow, task_id, signed(), by=by)
    clock.set(BEGINS + timedelta(minutes=5))
    for _ in range(2):
        sweep(bihuan.unit_of_work)
        drain(bihuan.queue)
    bihuan.close()
    return database.name


def posted(uow: UnitOfWork, step: Step, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Journal that it was done."""
    uow.record(Event("posted", step.instance_id))
    return {"posted": True}


def living(database: Database, clock: VirtualClock, folder: Path) -> Bihuan:
    """Return a running system with the operation of the scene."""
    bihuan = Bihuan(Settings.read({"BIHUAN_DATA_DIR": str(folder)}), clock=clock, database=database)
    bihuan.operations.register("post", posted)
    return bihuan


@pytest.fixture
def copy(world: str, server: Database, server_folder: Path) -> Iterator[Bihuan]:
    """The world again, to be spoilt."""
    database = server.create_database(template=world)
    yield living(database, VirtualClock(BEGINS + timedelta(minutes=6)), server_folder)
    database.close()
    server.drop_database(database.name)


def spoil(bihuan: Bihuan, statement: str) -> None:
    with bihuan.database.owner_engine.begin() as connection:
        changed = connection.exec_driver_sql(statement)
        assert changed.rowcount > 0


def test_a_world_that_nobody_disturbed_is_whole(copy: Bihuan) -> None:
    assert findings(copy) == []


def test_every_rule_has_an_injury() -> None:
    assert set(INJURIES) == set(RULES)


@pytest.mark.parametrize("rule", RULES)
def test_what_breaks_a_rule_is_found(copy: Bihuan, rule: str) -> None:
    spoil(copy, INJURIES[rule])

    assert [line for line in findings(copy) if line.startswith(f"{rule}: ")]


@pytest.mark.parametrize(
    ("kind", "statement"),
    [
        (
            "tasks",
            "update app.user_task set status = 'cancelled' where status = 'open' and element_id = 'check'",
        ),
        (
            "timers",
            f"""insert into app.timer (instance_id, token_id, element_id, due_at, next_attempt_at, status)
            select {A_LATER}, gen_random_uuid(), 'until', now() + interval '1 year', now(), 'planned'""",
        ),
        (
            "messages",
            f"""insert into app.message_subscription (instance_id, jurisdiction_id, token_id, element_id, name)
            select {A_LATER}, 1, gen_random_uuid(), 'told', 'upper_score'""",
        ),
    ],
)
def test_an_image_that_waits_for_something_else_than_the_rows_is_found(
    copy: Bihuan, kind: str, statement: str
) -> None:
    spoil(copy, statement)

    assert [line for line in findings(copy) if f"do not wait for the same {kind}" in line]


def test_an_answer_that_the_journal_does_not_have_is_found(copy: Bihuan, tmp_path: Path) -> None:
    with copy.unit_of_work() as uow:
        done, still_open = (
            str(uow.session.scalars(select(UserTask.id).where(UserTask.status == status)).first())
            for status in ("completed", "open")
        )
    paper = tmp_path / "told-0.jsonl"
    paper.write_text(json.dumps(["completed", done, "done"]) + "\n")
    assert findings(copy, tmp_path) == []

    lies = (["completed", still_open, "done"], ["completed", done, "done"])
    for lie in lies:
        paper.write_text("".join(json.dumps(line) + "\n" for line in (["completed", done, "done"], lie)))

        assert [line for line in findings(copy, tmp_path) if "told “completed”" in line]
