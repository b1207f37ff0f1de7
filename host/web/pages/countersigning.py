"""Signatures on a task: ask others before or after oneself (加签), let somebody go (减签), sign, take a seat of one's role."""

from typing import Any, Literal
from uuid import UUID

from flask import Flask, request

from engine import adding_signers, countersigning, seats
from engine.errors import InvalidInput
from engine.signers import Signer
from engine.uow import UnitOfWork
from host.web.case import case_of
from host.web.context import acting_now, only_looks, system
from host.web.inbox_address import after
from host.web.pages.telling import chosen_people, found_people
from host.web.task_page import Answer, acted, shown
from ledger import candidates


def register(app: Flask) -> None:
    """Add the routes of this module."""
    both, post = ["GET", "POST"], ["POST"]
    app.add_url_rule("/tasks/<uuid:task_id>/signers", "add_signers", add, methods=both)
    app.add_url_rule(
        "/tasks/<uuid:task_id>/signers/<int:item_id>/remove", "remove_signer", remove, methods=post
    )
    app.add_url_rule("/tasks/<uuid:task_id>/sign", "sign_task", sign, methods=both)
    app.add_url_rule("/tasks/<uuid:task_id>/seat", "claim_seat", claim_seat, methods=post)
    app.add_url_rule("/tasks/<uuid:task_id>/seat/release", "release_seat", release_seat, methods=post)


def _gathered(uow: UnitOfWork, task: Any) -> dict[str, Any]:
    case = case_of(uow, task, acting_now().actor)
    where = "after" if request.values.get("where") == "after" else "before"
    return {**found_people(uow, task), "case": case, "where": where}


def add(task_id: UUID) -> Answer:
    """Let others sign too, before or after oneself."""

    def page(fault: str = "") -> str:
        return shown("signers", task_id, _gathered, fault=fault)

    def act(uow: UnitOfWork) -> None:
        people = candidates.actors(uow, chosen_people())
        if not people:
            raise InvalidInput("请至少勾选一个人。", code="sign.signers_invalid")
        where: Literal["before", "after"] = "after" if request.form.get("where") == "after" else "before"
        signers = [Signer(one.person_id, one.name) for one in people]
        adding_signers.add_signers(
            uow, task_id, signers, where, request.form.get("reason", ""), by=acting_now().actor
        )

    return page() if only_looks() else acted("signers_added", task_id, act, page, stay=True)


def remove(task_id: UUID, item_id: int) -> Answer:
    """Let somebody go who was asked to sign and has not."""

    def page(fault: str = "") -> str:
        return shown("signers", task_id, _gathered, fault=fault)

    def act(uow: UnitOfWork) -> None:
        reason = request.form.get("reason", "")
        adding_signers.remove_signer(uow, task_id, item_id, reason, by=acting_now().actor)

    return acted("signer_removed", task_id, act, page, stay=True)


def sign(task_id: UUID) -> Answer:
    """Give the opinion one was asked for."""

    def page(fault: str = "") -> str:
        return shown("sign", task_id, _gathered, fault=fault)

    def act(uow: UnitOfWork) -> None:
        agreed, opinion = request.form.get("agreed"), request.form.get("opinion", "")
        if agreed not in ("yes", "no"):
            raise InvalidInput("请选同意或不同意。", code="sign.choice_missing")
        countersigning.sign(uow, task_id, agreed == "yes", opinion, by=acting_now().actor)

    return page() if only_looks() else acted("signed", task_id, act, page)


def claim_seat(task_id: UUID) -> Answer:
    """Take a seat of one's role, so that colleagues need not."""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        seats.claim_seat(uow, task_id, by=acting_now().actor)
    return after("claimed", task_id, stay=True)


def release_seat(task_id: UUID) -> Answer:
    """Give a seat back to the role."""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        seats.release_seat(uow, task_id, by=acting_now().actor)
    return after("released", task_id, stay=True)
