"""What was filed: the form of a task as it was handed in, and the papers others filed before it came."""

from typing import Any
from uuid import UUID

from flask import Response

from engine.uow import UnitOfWork
from host.web.context import acting_now, system
from host.web.pages.papers import earlier, filing
from host.web.rest import schemas
from host.web.rest.definitions import answer
from host.web.rest.interface import api, problems
from ledger import inbox as queue

FILED = {
    "task_id": "0f6c2c1e-0000-4000-8000-000000000001",
    "form_key": "self_evaluation",
    "form_version": "1",
    "values": {"executed_amount": "120.50"},
    "by": "张三",
    "at": "2022-01-12T09:30:00Z",
    "code": "8F2C-11A0",
}
BEFORE = {"task_id": FILED["task_id"], "name": "填报自评表", "round": 1, "by": "张三", "at": FILED["at"]}


@api.route("/tasks/<uuid:task_id>/filed")
@problems
@api.response(200, schemas.Loose, example=FILED)
def read_filed(task_id: UUID) -> Response:
    """一项任务提交的表单:值(金额以万元计)、谁、何时、校验码"""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        queue.one(uow, acting_now().actor, task_id)
        return answer(_told(uow, task_id))


@api.route("/tasks/<uuid:task_id>/papers")
@problems
@api.response(200, schemas.Loose, example={"items": [BEFORE]})
def list_papers(task_id: UUID) -> Response:
    """到这项任务之前别人提交的材料,新的在前"""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        rows = earlier(uow, queue.one(uow, acting_now().actor, task_id))
    items = [
        {
            "task_id": one.task_id,
            "name": one.name,
            "round": one.round,
            "by": one.actor_name,
            "at": one.submitted_at,
        }
        for one in rows
    ]
    return answer({"items": items})


@api.route("/tasks/<uuid:task_id>/papers/<uuid:filed_id>")
@problems
@api.response(200, schemas.Loose, example=FILED)
def read_paper(task_id: UUID, filed_id: UUID) -> Response:
    """其中一份的内容"""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        earlier(uow, queue.one(uow, acting_now().actor, task_id), filed_id)
        return answer(_told(uow, filed_id))


def _told(uow: UnitOfWork, task_id: UUID) -> dict[str, Any]:
    desk, row, values, code = filing(uow, task_id)
    return {
        "task_id": task_id,
        "form_key": desk.definition.key,
        "form_version": row.form_version,
        "values": values,
        "by": row.actor_name,
        "at": row.submitted_at,
        "code": code,
    }
