"""Tasks in other hands: return (and look first), transfer, delegate, sign too, copy, urge."""

from typing import Any
from uuid import UUID

from flask import Response

from engine import adding_signers, assigning, returning, telling
from engine.bpmn.run import Place
from engine.json_values import dumps
from engine.plans import Plan
from engine.signers import Signer
from engine.standing import read
from engine.uow import UnitOfWork
from engine.whereabouts import whereabouts
from host.web.context import acting_now, system
from host.web.form.returned import require_remarks
from host.web.rest import schemas
from host.web.rest.commanding import carried_out, done
from host.web.rest.interface import api, command, problems
from ledger.candidates import actors, roles_of
from ledger.roles import overseers

RETURN = {
    "to": {"definition_key": "self_evaluation", "element_id": "fill_self_evaluation"},
    "reason": "执行数与国库支付不一致",
    "remarks": [{"path": "executed_amount", "text": "请核对 12 月支付"}],
    "dry_run": False,
}
PLAN = {"dry_run": True, "to": "填报自评表", "opened": [], "cancelled": [], "kept": [], "told": []}


@api.route("/tasks/<uuid:task_id>/return-targets")
@problems
@api.response(200, schemas.Targets)
def list_return_targets(task_id: UUID) -> dict[str, Any]:
    """可以退回到哪些环节,近的在前"""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        watching = overseers(read(uow, task_id)["role"])
        steps = returning.targets(uow, task_id, by=acting_now().actor, oversight=watching)
    return {
        "items": [
            {
                "to": step.place._asdict(),
                "name": step.name,
                "round": step.round,
                "people": [{"id": number, "name": name} for number, name in step.people],
                "done_at": step.done_at,
            }
            for step in steps
        ]
    }


@api.route("/tasks/<uuid:task_id>/return", methods=["POST"])
@command
@api.arguments(schemas.Return, example=RETURN)
@api.response(
    200,
    schemas.Loose,
    examples={"done": {"value": {"id": "…", "command": "task.return"}}, "dry run": {"value": PLAN}},
)
def send_back(sent: dict[str, Any], task_id: UUID) -> Response:
    """退回;dry_run 只说明会发生什么"""
    place, by = Place(**sent["to"]), acting_now().actor

    remarks = [(one["path"], one["text"]) for one in sent["remarks"]]

    def act(uow: UnitOfWork) -> Any:
        require_remarks(uow, task_id, place, remarks)
        returning.send_back(
            uow,
            task_id,
            place,
            sent["reason"],
            remarks,
            by=by,
            roles_of=lambda who: roles_of(uow, who),
            oversight=overseers(read(uow, task_id)["role"]),
        )
        return done(task_id, "task.return")

    if not sent["dry_run"]:
        return carried_out(act, task_id=task_id)
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        require_remarks(uow, task_id, place, remarks)
        watching = overseers(read(uow, task_id)["role"])
        plan = returning.plan(
            uow, task_id, place, by=by, roles_of=lambda who: roles_of(uow, who), oversight=watching
        )
    return Response(dumps(_told(plan)), content_type="application/json")


def _told(plan: Plan) -> dict[str, Any]:
    effects = plan.effects
    part = [("cancelled", effects.cancelled), ("kept", effects.kept)]
    return {
        "dry_run": True,
        "to": effects.target_name,
        "opened": [
            {
                "name": one.name,
                "round": one.round,
                "people": [name or role for _, name, role, _ in one.people],
                "old_due_at": one.old_due_at,
                "due_at": one.due_at,
                "rule": one.rule,
            }
            for one in effects.opened
        ],
        **{
            name: [{"kind": one.kind, "name": one.name, "holder": one.holder} for one in ones]
            for name, ones in part
        },
        "told": [{"person": one.person_name or one.role, "text": one.text} for one in plan.told],
    }


@api.route("/tasks/<uuid:task_id>/transfer", methods=["POST"])
@command
@api.arguments(schemas.Transfer, example={"person_id": 102, "reason": "工作分工调整"})
@api.response(200, schemas.Commanded)
def transfer(sent: dict[str, Any], task_id: UUID) -> Response:
    """转办给别人,不再回来"""

    def act(uow: UnitOfWork) -> Any:
        [to] = actors(uow, [sent["person_id"]])
        watching = overseers(read(uow, task_id)["role"])
        assigning.transfer(uow, task_id, to, sent["reason"], by=acting_now().actor, oversight=watching)
        return done(task_id, "task.transfer")

    return carried_out(act, task_id=task_id)


@api.route("/tasks/<uuid:task_id>/delegate", methods=["POST"])
@command
@api.arguments(schemas.To, example={"person_id": 102})
@api.response(200, schemas.Commanded)
def delegate(sent: dict[str, Any], task_id: UUID) -> Response:
    """委派给别人,办完交回"""

    def act(uow: UnitOfWork) -> Any:
        [to] = actors(uow, [sent["person_id"]])
        assigning.delegate(uow, task_id, to, by=acting_now().actor)
        return done(task_id, "task.delegate")

    return carried_out(act, task_id=task_id)


@api.route("/tasks/<uuid:task_id>/resolve", methods=["POST"])
@command
@api.arguments(schemas.Note, example={"text": "已核对"})
@api.response(200, schemas.Commanded)
def resolve(sent: dict[str, Any], task_id: UUID) -> Response:
    """把委派来的任务交回,或收回委派"""

    def act(uow: UnitOfWork) -> Any:
        assigning.resolve_delegation(uow, task_id, sent["text"], by=acting_now().actor)
        return done(task_id, "task.resolve")

    return carried_out(act, task_id=task_id)


@api.route("/tasks/<uuid:task_id>/signers", methods=["POST"])
@command
@api.arguments(schemas.AddSigners, example={"person_ids": [102], "where": "before", "reason": "请法规股会签"})
@api.response(200, schemas.Commanded)
def add_signers(sent: dict[str, Any], task_id: UUID) -> Response:
    """加签"""

    def act(uow: UnitOfWork) -> Any:
        signers = [Signer(one.person_id, one.name) for one in actors(uow, sent["person_ids"])]
        adding_signers.add_signers(
            uow, task_id, signers, sent["where"], sent["reason"], by=acting_now().actor
        )
        return done(task_id, "task.add_signers")

    return carried_out(act, task_id=task_id)


@api.route("/tasks/<uuid:task_id>/signers/<int:item_id>/remove", methods=["POST"])
@command
@api.arguments(schemas.Words, example={"text": "不需要会签"})
@api.response(200, schemas.Commanded)
def remove_signer(sent: dict[str, Any], task_id: UUID, item_id: int) -> Response:
    """减签"""

    def act(uow: UnitOfWork) -> Any:
        adding_signers.remove_signer(uow, task_id, item_id, sent["text"], by=acting_now().actor)
        return done(task_id, "task.remove_signer")

    return carried_out(act, task_id=task_id)


@api.route("/tasks/<uuid:task_id>/cc", methods=["POST"])
@command
@api.arguments(schemas.People, example={"person_ids": [102, 201]})
@api.response(200, schemas.Told)
def copy(sent: dict[str, Any], task_id: UUID) -> Response:
    """抄送"""

    def act(uow: UnitOfWork) -> Any:
        return {"told": telling.cc(uow, task_id, actors(uow, sent["person_ids"]), by=acting_now().actor)}

    return carried_out(act, task_id=task_id)


@api.route("/tasks/<uuid:task_id>/urge", methods=["POST"])
@command
@api.arguments(schemas.Words, example={"text": "15 日到期,请尽快办理"})
@api.response(200, schemas.Told)
def urge(sent: dict[str, Any], task_id: UUID) -> Response:
    """催办"""

    def act(uow: UnitOfWork) -> Any:
        return {"told": telling.urge(uow, task_id, sent["text"], by=acting_now().actor)}

    return carried_out(act, task_id=task_id)


@api.route("/tasks/<uuid:task_id>/comments", methods=["POST"])
@command
@api.arguments(schemas.Words, example={"text": "请看第 3 项的依据"})
@api.response(200, schemas.Commanded)
def comment(sent: dict[str, Any], task_id: UUID) -> Response:
    """留言,看得到这件事项的人都看得到"""

    def act(uow: UnitOfWork) -> Any:
        telling.comment(uow, task_id, sent["text"], by=acting_now().actor)
        return done(task_id, "task.comment")

    return carried_out(act, task_id=task_id)


@api.route("/instances/<uuid:instance_id>/comments")
@problems
@api.response(200, schemas.Comments)
def list_comments(instance_id: UUID) -> dict[str, Any]:
    """一件事项的留言,先说的在前"""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        whereabouts(uow, instance_id)
        return {"items": telling.comments(uow, instance_id)}
