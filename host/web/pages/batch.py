"""Complete alike tasks together: one form for all, a transaction and a result for each."""

import logging
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Flask, render_template, request
from sqlalchemy.exc import SQLAlchemyError

from engine.bulk import Result, failed
from engine.errors import BihuanError, NotFound
from engine.uow import UnitOfWork
from forms.assessing import assess
from forms.errors import FormInvalid
from forms.library import load
from host.filing import desk_of, file_task
from host.web.batching import Alike, alike
from host.web.context import acting_now, system
from host.web.form_reading import typed_values
from host.web.form_view import FormView, view_of
from ledger import inbox as queue

log = logging.getLogger(__name__)
MOST = 50


@dataclass(frozen=True)
class Row:
    """How one task went."""

    task: Any
    result: Result


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/inbox/batch", "batch", choose)
    app.add_url_rule("/inbox/batch", "complete_batch", complete, methods=["POST"])


def choose() -> str:
    """Show the steps with several tasks in hand, what is clean, what is held out."""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        groups = alike(uow, acting_now().actor)
        wanted = request.args.get("step", "")
        chosen = next((one for one in groups if one.key == wanted), next(iter(groups), None))
        form = _form(uow, chosen)
    return render_template("inbox/batch.html", groups=groups, chosen=chosen, form=form)


def complete() -> str:
    """File the same form in each of the chosen tasks, at most `MOST`; those that are not clean any more are refused."""
    wanted = list(dict.fromkeys(request.form.getlist("task", type=UUID)))[:MOST]
    step = request.form.get("step", "")
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        groups = [one for one in alike(uow, acting_now().actor, least=1) if one.key == step]
    clean = {row.id: row for one in groups for row in one.clean}
    rows = [Row(_named(one, clean), _filed(one, step, one in clean)) for one in wanted]
    return render_template("inbox/batch_results.html", rows=rows, step=step)


def _form(uow: UnitOfWork, chosen: Alike | None) -> FormView | None:
    if chosen is None or not chosen.clean:
        return None
    desk = desk_of(uow, chosen.clean[0].id)
    standing = assess(desk.definition, {}, context=desk.context, functions=desk.functions)
    return view_of(desk, {}, standing, checked=False)


def _named(task_id: UUID, clean: dict[UUID, Any]) -> Any:
    if task_id in clean:
        return clean[task_id]
    try:
        with system().bihuan.unit_of_work(acting_now().scope) as uow:
            return queue.one(uow, acting_now().actor, task_id)
    except NotFound:
        return None


def _filed(task_id: UUID, step: str, is_clean: bool) -> Result:
    """File the form in one task, in a transaction of its own."""
    if not is_clean:
        text = "这件刚有变化,不再和其他任务一样;请单独打开办理。"
        return Result(str(task_id), "failed", "batch.not_alike", text)
    try:
        with system().bihuan.unit_of_work(acting_now().scope) as uow:
            raw = typed_values(load(step.rpartition(":")[2]), request.form)
            file_task(uow, task_id, raw, by=acting_now().actor)
    except FormInvalid as invalid:
        return Result(str(task_id), "failed", invalid.code, invalid.text)
    except (BihuanError, SQLAlchemyError) as error:
        log.info("batch completion failed", exc_info=True, extra={"task_id": str(task_id)})
        return failed(str(task_id), error)
    return Result(str(task_id), "ok")
