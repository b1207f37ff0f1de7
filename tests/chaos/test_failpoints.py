"""Whoever is killed at any point of any command has done all of it or nothing, and a repetition is told the truth."""

from datetime import timedelta
from multiprocessing import get_context
from signal import SIGKILL
from typing import Any

import pytest
from sqlalchemy import event, text

from engine.clock import VirtualClock
from engine.errors import BihuanError
from host.composition import Bihuan
from tests.chaos.commands import COMMANDS, Command, operate
from tests.chaos.killed import AFTER_COMMIT, BEFORE_COMMIT, do

FORKS = get_context("forkserver")
FORKS.set_forkserver_preload(["tests.chaos.killed"])
PATIENCE_SECONDS = 60
COUNTED = """
select 'event ' || type as what, count(*) from app.event group by 1
union all select 'audit ' || action, count(*) from app.audit_entry group by 1
union all select 'task ' || status || coalesce(' of ' || assignee_name, '') || coalesce(' for ' || owner_name, ''), count(*)
            from app.user_task group by 1
union all select 'instance ' || status || ' revision ' || revision, count(*) from app.process_instance group by 1
union all select 'submission ' || withdrawn, count(*) from app.submission group by 1
union all select 'timer ' || status || ' ' || (next_attempt_at > due_at), count(*) from app.timer group by 1
union all select 'rung ' || status, count(*) from app.ladder_rung group by 1
union all select 'notification ' || kind, count(*) from app.notification group by 1
union all select 'copy', count(*) from app.task_copy
union all select 'draft', count(*) from app.draft
union all select 'signer ' || state, count(*) from app.sign_item group by 1
union all select 'message', count(*) from app.message_subscription
union all select 'handover ' || status || ' ' || attempts, count(*) from app.handover group by 1
union all select 'return', count(*) from app.task_return
union all select 'incident ' || (resolved_at is null), count(*) from app.incident group by 1
union all select 'member ' || status, count(*) from app.campaign_subject group by 1
union all select 'campaign ' || status, count(*) from app.campaign group by 1
union all select 'job ' || task_name, count(*) from queue.procrastinate_jobs group by 1
union all select 'sealed', coalesce(sum(cardinality(entry_ids)), 0) from app.audit_seal
union all select 'unsealed', count(*) from app.audit_tail
"""
pytestmark = pytest.mark.slow


@pytest.fixture
def bihuan(bihuan: Bihuan) -> Bihuan:
    """The composed system with the operation of the scenes."""
    bihuan.operations.register("post", operate)
    return bihuan


def prepared(bihuan: Bihuan, command: Command) -> Any:
    """Prepare a scene in which nothing is left of earlier ones that the command could meet; its timers are due."""
    with bihuan.database.owner_engine.begin() as connection:
        connection.exec_driver_sql("delete from queue.procrastinate_jobs")
        connection.exec_driver_sql("update app.timer set status = 'cancelled' where status = 'planned'")
        connection.exec_driver_sql("delete from app.audit_tail")
    subject = command.prepare(bihuan)
    assert isinstance(bihuan.clock, VirtualClock)
    bihuan.clock.set(bihuan.clock.now() + timedelta(minutes=2))
    return subject


def counted(bihuan: Bihuan) -> dict[str, int]:
    """Return how many rows of which kind there are."""
    with bihuan.database.owner_engine.connect() as connection:
        return {what: int(number) for what, number in connection.execute(text(COUNTED)) if number}


def change(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    """Return what has become more or less."""
    differences = {what: after.get(what, 0) - before.get(what, 0) for what in {*before, *after}}
    return {what: number for what, number in differences.items() if number}


def killed(bihuan: Bihuan, name: str, subject: Any, point: int | str) -> None:
    """Let another process do the command and die at this point."""
    folder = str(bihuan.settings.data_dir)
    arguments = (bihuan.database.login, folder, bihuan.clock.now(), name, subject, point)
    process = FORKS.Process(target=do, args=arguments)
    process.start()
    process.join(PATIENCE_SECONDS)
    assert process.exitcode == -SIGKILL, f"{name} was not killed at {point}: {process.exitcode}"


def told(bihuan: Bihuan, command: Command, subject: Any) -> str:
    """Do the command here; return `done` or the code of the refusal."""
    try:
        command.act(bihuan, subject)
    except BihuanError as refused:
        return refused.code
    return "done"


def undisturbed(bihuan: Bihuan, command: Command) -> tuple[dict[str, int], int]:
    """Do the command in a scene of its own; return what it changes and how many statements it needs."""
    statements = 0

    def count(*_: Any) -> None:
        nonlocal statements
        statements += 1

    subject = prepared(bihuan, command)
    before = counted(bihuan)
    event.listen(bihuan.database.system_engine, "before_cursor_execute", count)
    command.act(bihuan, subject)
    event.remove(bihuan.database.system_engine, "before_cursor_execute", count)
    return change(before, counted(bihuan)), statements


@pytest.mark.parametrize("name", COMMANDS)
def test_killed_anywhere_a_command_has_done_all_or_nothing_and_a_repetition_is_told_the_truth(
    bihuan: Bihuan, name: str
) -> None:
    command = COMMANDS[name]
    whole, statements = undisturbed(bihuan, command)
    assert whole, "a command that changes nothing proves nothing"

    for point in (*range(1, statements + 1), BEFORE_COMMIT, AFTER_COMMIT):
        subject = prepared(bihuan, command)
        before = counted(bihuan)
        killed(bihuan, name, subject, point)
        done = point == AFTER_COMMIT
        assert change(before, counted(bihuan)) == (whole if done else {}), f"killed at {point}"

        answer = told(bihuan, command, subject)

        assert answer == (command.again if done else "done"), f"killed at {point}"
        left = change(before, counted(bihuan))
        for what in command.noise if done else ():
            left[what] = whole[what]
        assert left == whole, f"repeated after {point}"
