"""`bihuan instance` and `bihuan incidents`: what an operator sees and does at a terminal."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import text

from engine import attachments, instances, tasks
from engine.access import SYSTEM
from engine.attachments import Upload
from engine.errors import InvalidInput
from engine.operations import Step
from engine.scope import EVERYWHERE, Scope
from engine.uow import UnitOfWork
from host.composition import Bihuan
from tests.integration.cli.conftest import Operate
from tests.integration.engine.diagrams import AUTOMATIC, TWO_STEPS
from tests.integration.engine.stage import PREPARER, open_task, published, signed, started


def file(uow: UnitOfWork, instance_id: Any) -> None:
    task = open_task(uow, instance_id)
    tasks.claim(uow, task.id, by=PREPARER)
    tasks.complete(uow, task.id, signed(), by=PREPARER)


def test_an_instance_is_listed_suspended_resumed_and_its_story_told(bihuan: Bihuan, operate: Operate) -> None:
    with bihuan.unit_of_work() as uow:
        instance_id = started(uow, TWO_STEPS, code="T1")
        file(uow, instance_id)
        uow.connection().exec_driver_sql(
            "update app.process_instance set image = 'not needed' where id = %s and false",
            (str(instance_id),),
        )
    key = "riverside/2021/review/T1"

    assert operate("instance", "suspend", key, "--reason", "等审计") == (0, "已挂起。\n")
    status, told = operate("instance", "show", key)
    assert status == 0
    assert "状态:已挂起" in told
    assert "原因:等审计" in told
    assert "待办:补报(未认领)" in told
    assert "form.filed  填报  张三" in told
    assert "task.completed  填报  张三" in told
    assert "instance.suspend" not in told.replace("instance.suspended", "")
    assert "T1" in operate("instance", "list", "--status", "suspended")[1]
    assert operate("instance", "resume", key, "--reason", "审计完")[1] == "已恢复,期限不变。\n"
    body = json.loads(operate("instance", "show", str(instance_id), "--json")[1])
    assert (body["status"], body["waiting"]) == ("active", ["补报(未认领)"])
    assert operate("instance", "suspend", "nothing", "--reason", "x")[0] == 1


def test_a_migration_is_planned_then_applied(bihuan: Bihuan, operate: Operate) -> None:
    with bihuan.unit_of_work() as uow:
        started(uow, TWO_STEPS, code="T2")
        published(uow, TWO_STEPS.replace(b"first", b"initial"))
    key = "riverside/2021/review/T2"

    planned = operate("instance", "migrate", key, "--plan")[1]
    assert "填报(first)  无处可去" in planned
    assert operate("instance", "migrate", key, "--apply", "--reason", "换版")[0] == 1
    assert operate("instance", "migrate", key, "--apply", "--reason", "换版", "--map", "first=initial") == (
        0,
        "填报(first)  对应到  initial\n已迁移。\n",
    )
    assert "已是最新版本" in operate("instance", "migrate", key, "--apply", "--reason", "换版")[1]
    assert operate("instance", "migrate", key)[0] == 2


def test_incidents_are_listed_retried_and_skipped(bihuan: Bihuan, operate: Operate) -> None:
    def post(_uow: UnitOfWork, _step: Step, _arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        raise InvalidInput("账套已关闭", code="ledger.closed")

    bihuan.operations.register("post", post)
    with bihuan.unit_of_work() as uow:
        file(uow, started(uow, AUTOMATIC, code="T3"))
    (found,) = json.loads(operate("incidents", "list", "--json")[1])
    assert (found["code"], found["attempts"]) == ("ledger.closed", 1)

    assert operate("incidents", "retry", str(found["id"]), "--reason", "再试")[0] == 0
    (again,) = json.loads(operate("incidents", "list", "--json")[1])
    assert again["attempts"] == 2
    assert operate("incidents", "move", str(again["id"]), "nowhere", "--reason", "已补记")[0] == 1
    assert operate("incidents", "skip", str(again["id"]), "--reason", "已补记")[0] in (0, 1)


def test_an_auditor_reads_the_story_in_sql(bihuan: Bihuan) -> None:
    with bihuan.unit_of_work() as uow:
        instance_id = started(uow, TWO_STEPS, code="T4")
        file(uow, instance_id)
    story = text(
        "select kind from app.instance_history where instance_id = :id order by at, source_order, source_id"
    )

    def read(scope: Scope) -> list[str]:
        with bihuan.unit_of_work(scope) as uow:
            return list(uow.session.scalars(story, {"id": instance_id}))

    kinds = read(Scope(1))
    assert read(EVERYWHERE) == kinds
    assert read(Scope(2)) == []
    assert kinds[:2] == ["instance.started", "task.created"]
    assert {"task.claimed", "task.completed", "form.filed", "task.complete"} <= set(kinds)


def test_files_are_held_and_purged_at_the_command_line(
    bihuan: Bihuan, operate: Operate, monkeypatch: pytest.MonkeyPatch
) -> None:
    with bihuan.unit_of_work() as uow:
        instance_id = started(uow, TWO_STEPS)
        task_id = open_task(uow, instance_id).id
        tasks.claim(uow, task_id, by=PREPARER)
        attachments.attach(uow, bihuan.blobs, task_id, Upload("a.pdf", b"%PDF-1.7 kept"), by=PREPARER)
        instances.cancel(uow, instance_id, "不再需要", by=SYSTEM)
        old = {"id": instance_id}
        uow.session.execute(
            text("update app.process_instance set ended_at = ended_at - interval '11 years' where id = :id"),
            old,
        )
    assert operate("attachments", "purge")[0] == 1

    monkeypatch.setenv("BIHUAN_ATTACHMENT_YEARS", "10")
    assert operate("attachments", "hold", str(instance_id), "--reason", "审计")[0] == 0
    assert "审计" in operate("attachments", "held")[1]
    assert operate("attachments", "purge", "--dry-run")[1].startswith("0 个附件")
    assert operate("attachments", "lift", str(instance_id), "--reason", "审计结束")[0] == 0
    assert operate("attachments", "purge", "--dry-run")[1].startswith("1 个附件")
    assert "已清除 1 个" in operate("attachments", "purge")[1]
    assert "没有冻结" in operate("attachments", "held")[1]
