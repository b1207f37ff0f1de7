"""The small pages of the actions on a task: shown, acted on, shown again with what is wrong."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import render_template
from werkzeug.wrappers import Response

from engine.errors import Conflict, InvalidInput, NotAllowed, WrongState
from engine.uow import UnitOfWork
from host.web.context import acting_now, system
from host.web.failing import status_of
from host.web.inbox_address import after, kept
from host.web.refusals import said as refused
from ledger import inbox as queue

Answer = Response | str | tuple[str, int]
REFUSALS = (Conflict, InvalidInput, NotAllowed, WrongState)
Gather = Callable[[UnitOfWork, Any], dict[str, Any]]


def shown(template: str, task_id: UUID, gather: Gather, *, fault: str = "", anywhere: bool = False) -> str:
    """Return the page of an action. gather: what it needs besides the task; anywhere: also for tasks of others."""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        task = queue.within_scope(uow, task_id) if anywhere else queue.one(uow, acting_now().actor, task_id)
        more = gather(uow, task)
    return render_template(f"task/{template}.html", task=task, fault=fault, kept=kept(), **more)


def acted(
    did: str,
    task_id: UUID,
    act: Callable[[UnitOfWork], object],
    again: Callable[[str], str],
    *,
    stay: bool = False,
) -> Answer:
    """Give a command in a transaction of its own and lead back to the list; a refusal shows the page again."""
    try:
        with system().bihuan.unit_of_work(acting_now().scope) as uow:
            act(uow)
    except REFUSALS as error:
        return again(refused(error)), status_of(error)
    return after(did, task_id, stay=stay)


def nothing(uow: UnitOfWork, task: Any) -> dict[str, Any]:
    """Gather nothing."""
    return {}
