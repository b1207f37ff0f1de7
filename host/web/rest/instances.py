"""Reviews: where each stands, its story, its files."""

from typing import Any
from uuid import UUID

from flask import Response, request

from engine import attachments
from engine.errors import InvalidInput
from engine.explaining import decisions_of
from engine.history import page
from engine.json_values import dumps
from engine.uow import UnitOfWork
from engine.whereabouts import whereabouts
from host.web import file_rights
from host.web.context import acting_now, system
from host.web.day import today
from host.web.rest import cursors, schemas
from host.web.rest.commanding import carried_out
from host.web.rest.interface import api, command, problems
from host.web.story_words import lines
from host.web.where.ladder import ladders
from host.web.where.view import WhereView, view_of

WHERE = {
    "id": "0f6c2c1e-0000-4000-8000-000000000002",
    "title": "农村公路养护项目",
    "status": "active",
    "standing": "“审核自评表”（第 2 轮）在财政局林岚手里，已停 3 个工作日，今天到期。",
    "further": "办结后到“评定等级”。",
    "steps": [
        {
            "process": "self_evaluation",
            "element_id": "fill_self_evaluation",
            "name": "填报自评表",
            "state": "done",
        }
    ],
    "ladders": [],
    "decisions": [],
}


@api.route("/instances/<uuid:instance_id>/where")
@problems
@api.response(200, schemas.Loose, example=WHERE)
def read_where(instance_id: UUID) -> Response:
    """走到哪一步:一句话、各步骤、提醒、判定的理由"""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        view = view_of(uow, whereabouts(uow, instance_id), acting_now().actor, today().day)
        decisions = list(decisions_of(uow.session, instance_id))
    return Response(dumps(_said(view, decisions)), content_type="application/json")


def _said(view: WhereView, decisions: list[dict[str, Any]]) -> dict[str, Any]:
    instance = view.where.instance
    shown = (
        "id",
        "business_key",
        "title",
        "subject_code",
        "stage",
        "round",
        "status",
        "started_at",
        "ended_at",
    )
    return {
        **{name: getattr(instance, name) for name in shown},
        "standing": view.standing,
        "further": view.further,
        "processes": [
            {"key": one.key, "name": one.definition.name, "version": one.version, "walked": list(one.walked)}
            for one in view.where.charts
        ],
        "steps": [
            {
                "process": one.chart,
                "element_id": one.element_id,
                "name": one.name,
                "depth": one.depth,
                "state": one.state,
                "rounds": one.rounds,
                "returned": one.returned,
                "overdue": one.over,
                "now": list(one.now),
            }
            for one in view.outline
        ],
        "ladders": [
            {"task_id": task.id, "rungs": [{"offset": one.offset, "on": one.day, "to": one.whom, "state": one.state,
                                            "why": one.why, "ways": one.ways, "said": one.said} for one in rungs]}
            for task, rungs in ladders(view.where)
        ],
        "decisions": decisions,
    }  # fmt: skip


@api.route("/instances/<uuid:instance_id>/history")
@problems
@api.arguments(schemas.Page, location="query")
@api.response(200, schemas.Events)
def list_history(asked: dict[str, Any], instance_id: UUID) -> dict[str, Any]:
    """经过,从头到尾"""
    word = cursors.read(asked["cursor"], 3)
    after = word and (cursors.moment(word[0]), cursors.number(word[1]), cursors.number(word[2]))
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        names = view_of(uow, whereabouts(uow, instance_id), acting_now().actor, today().day).element_names
        entries, last = page(uow.session, instance_id, names, after, asked["limit"])
    items = [
        {**entry.as_json(), "text": "".join(line.text for line in lines([entry], everything=True))}
        for entry in entries
    ]
    return {"items": items, "next": cursors.cursor(*last) if last else None}


@api.route("/instances/<uuid:instance_id>/attachments")
@problems
@api.response(200, schemas.Attachments)
def list_attachments(instance_id: UUID) -> dict[str, Any]:
    """附件"""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        whereabouts(uow, instance_id)
        return {"items": [dict(one) for one in attachments.of_instance(uow, instance_id)]}


@api.route("/tasks/<uuid:task_id>/attachments", methods=["POST"])
@command
@api.doc(
    requestBody={
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "field": {"type": "string"},
                    },
                }
            }
        },
    }
)
@api.response(201, schemas.Commanded, example={"id": "0f6c…", "command": "attachment.add"})
def attach(task_id: UUID) -> Response:
    """加附件"""
    sent = request.files.get("file")
    if sent is None:
        raise InvalidInput("请用 multipart/form-data 的 file 字段上传文件。", code="attachment.missing")
    upload = attachments.Upload(sent.filename or "", sent.read(), request.form.get("field", ""))

    def act(uow: UnitOfWork) -> Any:
        found = file_rights.attach(uow, system().bihuan.blobs, task_id, upload, by=acting_now().actor)
        return {"id": str(found), "command": "attachment.add"}

    return carried_out(act, task_id=task_id, status=201, body=upload.content)


@api.route("/attachments/<uuid:attachment_id>")
@problems
@api.response(200, content_type="application/octet-stream")
def read_attachment(attachment_id: UUID) -> Response:
    """附件内容"""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        row, content = attachments.content(uow, system().bihuan.blobs, attachment_id)
    answer = Response(content, content_type="application/octet-stream")
    answer.headers.set("Content-Disposition", "attachment", filename=row["name"])
    return answer


@api.route("/attachments/<uuid:attachment_id>", methods=["DELETE"])
@command
@api.response(200, schemas.Commanded)
def withdraw_attachment(attachment_id: UUID) -> Response:
    """拿掉自己还没有提交的附件"""

    def act(uow: UnitOfWork) -> Any:
        file_rights.withdraw(uow, attachments.one(uow, attachment_id), by=acting_now().actor)
        return {"id": str(attachment_id), "command": "attachment.withdraw"}

    return carried_out(act)
