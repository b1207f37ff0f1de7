"""The page of incidents: what stands still is tried again, skipped or moved, by the process administrator alone."""

from collections.abc import Mapping
from typing import Any

from flask import Flask
from sqlalchemy import select

from engine import incidents, tasks
from engine.errors import InvalidInput
from engine.model.tasks import UserTask
from engine.operations import Step
from engine.uow import UnitOfWork
from host.composition import Bihuan
from tests.integration.engine.diagrams import AUTOMATIC
from tests.integration.engine.stage import PREPARER, open_task, signed, started
from tests.web.small_county import post, sign_in


def test_a_failed_step_is_moved_back_to_the_task_before_it(county: Flask, bihuan: Bihuan) -> None:
    def closed(_uow: UnitOfWork, _step: Step, _arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        raise InvalidInput("账套已关闭", code="ledger.closed")

    bihuan.operations.register("post", closed)
    with bihuan.unit_of_work() as uow:
        instance_id = started(uow, AUTOMATIC, title="停住的事")
        task = open_task(uow, instance_id)
        tasks.claim(uow, task.id, by=PREPARER)
        tasks.complete(uow, task.id, signed(), by=PREPARER)
        (found,) = incidents.waiting(uow.session, instance_id=instance_id)
    client = county.test_client()
    sign_in(client, "process")
    page = client.get("/manage/incidents").text
    assert "停住的事" in page and f'<option value="{task.element_id}">' in page

    refused = post(client, f"/manage/incidents/{found.id}/move", to="nowhere", reason="账套不开了")
    moved = post(client, f"/manage/incidents/{found.id}/move", to=task.element_id, reason="金额要改")

    assert refused.status_code == 422 and "停住的事" in refused.text
    assert moved.status_code == 303 and "停住的事" not in client.get("/manage/incidents").text
    with bihuan.unit_of_work() as uow:
        again = uow.session.scalars(
            select(UserTask).where(UserTask.instance_id == instance_id, UserTask.status == "open")
        ).one()
    assert (again.element_id, again.id != task.id) == (task.element_id, True)
