"""Alike tasks: which may be done together, and one form for all of them, with a result for each."""

from dataclasses import asdict
from typing import Any

from flask import Response
from marshmallow import fields, validate

from engine.json_values import dumps
from host.web.batching import MOST_AT_ONCE, alike, filed_alike
from host.web.context import acting_now, system
from host.web.rest.interface import api, problems
from host.web.rest.schemas import Loose, Values

TASK = "0f6c2c1e-0000-4000-8000-000000000001"
STEP = "self_evaluation:review:review"
GROUPS = {
    "items": [
        {"step": STEP, "name": "审核自评表", "clean": ["…"], "odd": [{"id": "…", "reason": "有 1 条留言"}]}
    ]
}
EXAMPLE = {
    "step": STEP,
    "task_ids": [TASK],
    "values": {"agreed": True, "opinion": "同意"},
}
RESULTS = {"items": [{"target": TASK, "status": "ok", "code": None, "text": None}]}


class Together(Values):
    """The same form for several tasks of one step."""

    step = fields.String(required=True)
    task_ids = fields.List(fields.UUID(), required=True, validate=validate.Length(1, MOST_AT_ONCE))


@api.route("/tasks/alike")
@problems
@api.response(200, Loose, example=GROUPS)
def list_alike() -> Response:
    """在手里、可以一起办的任务;不一样的单列并说明原因"""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        items = [
            {
                "step": one.key,
                "name": one.name,
                "clean": [row.id for row in one.clean],
                "odd": [{"id": row.id, "reason": reason} for row, reason in one.odd],
            }
            for one in alike(uow, acting_now().actor)
        ]
    return Response(dumps({"items": items}), content_type="application/json")


@api.route("/tasks/alike/complete", methods=["POST"])
@problems
@api.arguments(Together, example=EXAMPLE)
@api.response(200, Loose, example=RESULTS)
def complete_alike(sent: dict[str, Any]) -> Response:
    """一张表办结多件,各自成败;已办的再来得到 batch.not_alike"""
    wanted = list(dict.fromkeys(sent["task_ids"]))
    items = [asdict(result) for _row, result in filed_alike(sent["step"], wanted, sent["values"])]
    return Response(dumps({"items": items}), content_type="application/json")
