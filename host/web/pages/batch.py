"""Complete alike tasks together: one form for all, a transaction and a result for each."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Flask, render_template, request

from engine.bulk import Result
from engine.uow import UnitOfWork
from forms.assessing import assess
from host.filing import desk_of
from host.publishing.form_library import form_of
from host.web.batching import MOST_AT_ONCE, Alike, alike, filed_alike, form_key_of
from host.web.context import acting_now, system
from host.web.form.reading import typed_values
from host.web.form.view import FormView, view_of


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
    """File the same form in each of the chosen tasks, at most `MOST_AT_ONCE`; those that are not clean any more are refused."""
    wanted = list(dict.fromkeys(request.form.getlist("task", type=UUID)))[:MOST_AT_ONCE]
    step = request.form.get("step", "")
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        raw = typed_values(form_of(uow.session, form_key_of(step)), request.form)
    rows = [Row(task, result) for task, result in filed_alike(step, wanted, raw)]
    return render_template("inbox/batch_results.html", rows=rows, step=step)


def _form(uow: UnitOfWork, chosen: Alike | None) -> FormView | None:
    if chosen is None or not chosen.clean:
        return None
    desk = desk_of(uow, chosen.clean[0].id)
    standing = assess(desk.definition, {}, context=desk.context, functions=desk.functions)
    return view_of(desk, {}, standing, checked=False)
