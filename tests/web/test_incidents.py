"""The page of incidents: what stands still is tried again, skipped or moved, by the process administrator alone."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

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
from tests.web.test_rest_register import Program


def stopped(bihuan: Bihuan) -> tuple[UUID, UserTask, incidents.Trouble]:
    """Return an instance whose step has failed, its last task and what waits."""

    def closed(_uow: UnitOfWork, _step: Step, _arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        raise InvalidInput("账套已关闭", code="ledger.closed")

    if "post" not in bihuan.operations.names():
        bihuan.operations.register("post", closed)
    with bihuan.unit_of_work() as uow:
        instance_id = started(uow, AUTOMATIC, title="停住的事")
        task = open_task(uow, instance_id)
        tasks.claim(uow, task.id, by=PREPARER)
        tasks.complete(uow, task.id, signed(), by=PREPARER)
        (found,) = incidents.waiting(uow.session, instance_id=instance_id)
    return instance_id, task, found


def test_a_failed_step_is_moved_back_to_the_task_before_it(county: Flask, bihuan: Bihuan) -> None:
    instance_id, task, found = stopped(bihuan)
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


def test_programs_list_read_retry_move_and_skip_what_stands_still(county: Flask, bihuan: Bihuan) -> None:
    instance_id, task, found = stopped(bihuan)
    program, of_it = Program(county, "process"), f"/incidents?instance_id={instance_id}"
    [listed] = program.get(of_it)["items"]
    shown = program.get(f"/incidents/{found.id}")
    assert (listed["id"], listed["code"], listed["kind"]) == (found.id, "ledger.closed", "step")
    assert task.element_id in [one["element_id"] for one in shown["places"]]

    assert program.post(f"/incidents/{found.id}/retry", {"reason": ""}).status_code == 422
    first, again = (
        program.post(f"/incidents/{found.id}/retry", {"reason": "账套开了"}, key="retry").json
        for _ in range(2)
    )
    assert first == again == {"id": str(found.id), "command": "incident.retry"}
    [second] = program.get(of_it)["items"]
    assert (second["attempts"], second["id"] != found.id) == (2, True)
    moved = {"reason": "金额要改", "to": task.element_id}
    assert program.post(f"/incidents/{second['id']}/move", moved).status_code == 200
    assert program.get(of_it) == {"items": [], "next": None}
    assert program.post(f"/incidents/{second['id']}/skip", {"reason": "晚了"}).status_code == 409

    _, _, other = stopped(bihuan)
    assert program.post(f"/incidents/{other.id}/skip", {"reason": "已手工记账"}).status_code == 200


def test_a_list_of_incidents_goes_on_after_the_last_one(county: Flask, bihuan: Bihuan) -> None:
    known = {stopped(bihuan)[2].id for _ in range(3)}
    program, seen = Program(county, "process"), list[int]()
    word: str | None = ""
    while word is not None:
        page = program.get(f"/incidents?code=ledger.closed&limit=2&cursor={word}")
        seen += [one["id"] for one in page["items"]]
        word = page["next"]
    assert seen == sorted(set(seen)) and known <= set(seen)
