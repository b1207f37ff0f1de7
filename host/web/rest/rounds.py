"""Remarks of a return: what a form came back with, answers to them, what changed since."""

from typing import Any
from uuid import UUID

from flask import Response

from engine import answering, judging
from engine.answering import Answer
from engine.json_values import dumps
from engine.judging import Verdict
from engine.uow import UnitOfWork
from host.filing import FINANCE
from host.web.context import acting_now, system
from host.web.form.case import opened
from host.web.rest import schemas
from host.web.rest.commanding import carried_out
from host.web.rest.interface import api, command, problems
from host.web.round.rows import last_round, open_round
from host.web.round.view import Compared
from ledger import inbox as queue

REMARK = {
    "return_id": 7,
    "number": 0,
    "path": "lines[2].actual",
    "place": "第 3 行“养护里程” 实际完成值",
    "text": "与基线口径不一致",
    "state": "changed",
    "before": "486",
    "after": "468",
    "answer": "已按批复口径更正",
    "done": True,
    "verdict": "unsettled",
    "judged_by": "林岚",
}
RETURN = {
    "id": 7, "round": 2, "by": "林岚", "step": "财政审核", "at": "2022-02-09T02:00:00Z", "reason": "请核对里程",
}  # fmt: skip
CHANGE = {
    "path": "goal_result",
    "place": "实际完成情况",
    "kind": "changed",
    "before": "基本完成",
    "after": "全部完成",
}
ROUND = {"form_key": "self_evaluation", "returns": [RETURN], "remarks": [REMARK], "others": [CHANGE]}
NOTHING: dict[str, Any] = {"form_key": None, "returns": [], "remarks": [], "others": []}


@api.route("/tasks/<uuid:task_id>/returns")
@problems
@api.response(200, schemas.Loose, example=ROUND)
def list_returns(task_id: UUID) -> Response:
    """自己的表为什么退回:逐条意见、现在改了什么、已写的回应"""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        desk, seat = opened(uow, task_id, acting_now().actor)
        found = open_round(uow, desk, seat.raw)
    return Response(dumps(_told(found)), content_type="application/json")


@api.route("/tasks/<uuid:task_id>/changes")
@problems
@api.response(200, schemas.Loose, example=ROUND)
def list_changes(task_id: UUID) -> Response:
    """审核人看:这一轮改了什么,逐条意见和其他改动"""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        found = last_round(uow, queue.one(uow, acting_now().actor, task_id))
    return Response(dumps(_told(found)), content_type="application/json")


@api.route("/tasks/<uuid:task_id>/answers", methods=["PUT"])
@command
@api.arguments(
    schemas.Answers, example={"answers": [{"return_id": 7, "number": 0, "text": "已更正", "done": True}]}
)
@api.response(200, schemas.Answered)
def answer(sent: dict[str, Any], task_id: UUID) -> Response:
    """逐条回应退回意见;没有列出的意见不变"""

    def act(uow: UnitOfWork) -> Any:
        _desk, seat = opened(uow, task_id, acting_now().actor)
        answers = [Answer(**one) for one in sent["answers"]]
        role = FINANCE if seat.part == FINANCE else None
        return {"kept": answering.keep(uow, task_id, answers, by=acting_now().actor, role=role)}

    return carried_out(act, task_id=task_id)


@api.route("/tasks/<uuid:task_id>/verdicts", methods=["PUT"])
@command
@api.arguments(schemas.Verdicts, example={"verdicts": [{"return_id": 7, "number": 0, "settled": False}]})
@api.response(200, schemas.Answered)
def judge(sent: dict[str, Any], task_id: UUID) -> Response:
    """复核退回意见:每条解决或未解决;没有列出的不变"""

    def act(uow: UnitOfWork) -> Any:
        verdicts = [Verdict(**one) for one in sent["verdicts"]]
        return {"kept": judging.judge(uow, task_id, verdicts, by=acting_now().actor)}

    return carried_out(act, task_id=task_id)


def _told(found: Compared | None) -> dict[str, Any]:
    if found is None:
        return NOTHING
    return {
        "form_key": found.definition.key,
        "returns": [
            {
                "id": row["id"],
                "round": row["round"],
                "by": row["returned_by_name"],
                "step": row["from_name"],
                "at": row["returned_at"],
                "reason": row["reason"],
            }
            for row in found.returns
        ],
        "remarks": [{name: getattr(one, name) for name in REMARK} for one in found.remarks],
        "others": [{name: getattr(one, name) for name in CHANGE} for one in found.others],
    }
