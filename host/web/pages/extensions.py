"""Ask for a later due day of a task (延期申请)."""

from typing import Any
from uuid import UUID

from flask import Flask, request

from engine.errors import NotAllowed, WrongState
from engine.uow import UnitOfWork
from host.web.answering import day
from host.web.context import acting_now, only_looks
from host.web.refusals import said as refused
from host.web.task_page import Answer, acted, shown
from ledger import extensions
from ledger import inbox as queue


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/tasks/<uuid:task_id>/extension", "ask_extension", ask, methods=["GET", "POST"])


def ask(task_id: UUID) -> Answer:
    """Show until when the day may be put off, and ask for it."""

    def page(fault: str = "") -> str:
        return shown("extension", task_id, _gathered, fault=fault)

    def act(uow: UnitOfWork) -> None:
        by = acting_now().actor
        task, until = queue.one(uow, by, task_id), day("until")
        extensions.ask(uow, task, until, request.form.get("reason", ""), by=by)

    return page() if only_looks() else acted("extension_asked", task_id, act, page, stay=True)


def _gathered(uow: UnitOfWork, task: Any) -> dict[str, Any]:
    asked = extensions.of_task(uow, task.id)
    try:
        return {"offer": extensions.offer(uow, task, by=acting_now().actor), "why_not": "", "asked": asked}
    except (NotAllowed, WrongState) as error:
        return {"offer": None, "why_not": refused(error), "asked": asked}
