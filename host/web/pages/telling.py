"""Let others know of a task: urge (催办), copy in (抄送), leave a word (留言)."""

from typing import Any
from uuid import UUID

from flask import Flask, redirect, request, url_for
from werkzeug.wrappers import Response

from engine import telling
from engine.uow import UnitOfWork
from host.web.context import acting_now, only_looks, system
from host.web.task_page import Answer, acted, nothing, shown
from ledger import candidates
from ledger import inbox as queue


def register(app: Flask) -> None:
    """Add the routes of this module."""
    both = ["GET", "POST"]
    app.add_url_rule("/tasks/<uuid:task_id>/urge", "urge_task", urge, methods=both)
    app.add_url_rule("/tasks/<uuid:task_id>/copy", "copy_task", copy, methods=both)
    app.add_url_rule("/tasks/<uuid:task_id>/comment", "comment_task", comment, methods=["POST"])


def urge(task_id: UUID) -> Answer:
    """Ask who holds a task to hurry; `back=where` leads to where it stands, of which the asker may only look on."""
    from_where = request.args.get("back") == "where"

    def page(fault: str = "") -> str:
        return shown("urge", task_id, nothing, fault=fault, anywhere=from_where)

    def act(uow: UnitOfWork) -> None:
        telling.urge(uow, task_id, request.form.get("text", ""), by=acting_now().actor)

    if only_looks():
        return page()
    answer = acted("urged", task_id, act, page, stay=True)
    return _to_where(task_id) if from_where and isinstance(answer, Response) else answer


def _to_where(task_id: UUID) -> Response:
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        instance_id = queue.within_scope(uow, task_id).instance_id
    return redirect(url_for("where", instance_id=instance_id, did="urged"), 303)


def copy(task_id: UUID) -> Answer:
    """Put a task before others for information."""

    def page(fault: str = "") -> str:
        return shown("copy", task_id, found_people, fault=fault)

    def act(uow: UnitOfWork) -> None:
        people = candidates.actors(uow, chosen_people())
        telling.cc(uow, task_id, people, by=acting_now().actor)

    return page() if only_looks() else acted("copied", task_id, act, page, stay=True)


def comment(task_id: UUID) -> Answer:
    """Leave a word on a task."""

    def page(fault: str = "") -> str:
        return shown("comment", task_id, nothing, fault=fault)

    def act(uow: UnitOfWork) -> None:
        telling.comment(uow, task_id, request.form.get("text", ""), by=acting_now().actor)

    return acted("commented", task_id, act, page, stay=True)


def chosen_people() -> list[int]:
    """Return the people that are ticked, in a form or in the address of a search."""
    return [*dict.fromkeys(request.values.getlist("to", type=int))]


def found_people(uow: UnitOfWork, task: Any) -> dict[str, Any]:
    """Return whom the search finds, and who was ticked before."""
    text = request.values.get("who", "").strip()[:60]
    ticked = chosen_people()
    mine = acting_now().actor.person_id
    people = candidates.search(uow, text, but=mine) if text else _colleagues(uow, task, mine)
    return {
        "who_text": text,
        "people": people,
        "ticked": candidates.actors(uow, ticked),
        "ticked_ids": ticked,
    }


def _colleagues(uow: UnitOfWork, task: Any, mine: int | None) -> Any:
    return candidates.holders(uow, task.role, task.organisation_id, but=mine)
