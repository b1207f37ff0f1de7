"""A task in other hands: transfer (转办), delegate (委派), give back or call back (交回)."""

from typing import Any
from uuid import UUID

from flask import Flask, request

from engine import assigning
from engine.access import Actor
from engine.errors import InvalidInput
from engine.standing import read
from engine.uow import UnitOfWork
from host.web.context import acting_now, only_looks
from host.web.task_page import Answer, acted, nothing, shown
from ledger import candidates
from ledger.roles import overseers


def register(app: Flask) -> None:
    """Add the routes of this module."""
    both = ["GET", "POST"]
    app.add_url_rule("/tasks/<uuid:task_id>/transfer", "transfer_task", transfer, methods=both)
    app.add_url_rule("/tasks/<uuid:task_id>/delegate", "delegate_task", delegate, methods=both)
    app.add_url_rule("/tasks/<uuid:task_id>/give-back", "give_task_back", give_back, methods=both)


def transfer(task_id: UUID) -> Answer:
    """Hand a task to a colleague of the same role for good; who oversees the role may do it for others."""

    def act(uow: UnitOfWork) -> None:
        reason = request.form.get("reason", "")
        watching = overseers(read(uow, task_id)["role"])
        assigning.transfer(uow, task_id, _receiver(uow), reason, by=acting_now().actor, oversight=watching)

    return _handed("transfer", "transferred", task_id, act)


def delegate(task_id: UUID) -> Answer:
    """Let a colleague of the same role work on a task; it comes back."""

    def act(uow: UnitOfWork) -> None:
        assigning.delegate(uow, task_id, _receiver(uow), by=acting_now().actor)

    return _handed("delegate", "delegated", task_id, act)


def give_back(task_id: UUID) -> Answer:
    """Give a delegated task back to who delegated it, or call it back."""

    def page(fault: str = "") -> str:
        return shown("give_back", task_id, nothing, fault=fault)

    def act(uow: UnitOfWork) -> None:
        note = request.form.get("note", "")
        assigning.resolve_delegation(uow, task_id, note, by=acting_now().actor)

    return page() if only_looks() else acted("resolved", task_id, act, page)


def _handed(template: str, did: str, task_id: UUID, act: Any) -> Answer:
    def gather(uow: UnitOfWork, task: Any) -> dict[str, Any]:
        mine = acting_now().actor.person_id
        return {"people": candidates.holders(uow, task.role, task.organisation_id, but=mine)}

    def page(fault: str = "") -> str:
        return shown(template, task_id, gather, fault=fault)

    return page() if only_looks() else acted(did, task_id, act, page)


def _receiver(uow: UnitOfWork) -> Actor:
    chosen = request.form.get("to", None, type=int)
    if chosen is None:
        raise InvalidInput("请选一个人。", code="task.receiver_missing")
    return candidates.actors(uow, [chosen])[0]
