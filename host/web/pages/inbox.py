"""The inbox: the list on the left, the chosen task on the right; claim and release."""

from datetime import timedelta
from itertools import groupby
from typing import Any, get_args
from uuid import UUID

from flask import Flask, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine import drafts, tasks
from engine.calendar.local_time import start_of_day
from engine.uow import UnitOfWork
from forms.assessing import assess
from forms.library import load
from forms.prefilling import prefilled
from host.filing import desk_of
from host.web.context import acting_now, system
from host.web.day import today
from host.web.due import due_of
from host.web.form_view import FormView, view_of
from ledger import inbox as queue
from ledger.inbox import PAGE, View, Wanted

BUCKETS = ("over", "today", "week", "later")
LONGEST_SEARCH = 60
SHORT = 6


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/inbox", "inbox", inbox)
    app.add_url_rule("/tasks/<uuid:task_id>/claim", "claim_task", claim, methods=["POST"])
    app.add_url_rule("/tasks/<uuid:task_id>/release", "release_task", release, methods=["POST"])


def inbox() -> str:
    """Show a page of tasks and the chosen one; htmx asks for the same page and takes its part."""
    wanted, chosen = _wanted(), _chosen()
    actor = acting_now().actor
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        rows, total = queue.rows(uow, actor, wanted)
        counts = queue.counts(uow, actor, start_of_day(today().day))
        if chosen is None and rows:
            chosen = rows[0].id
        task = queue.one(uow, actor, chosen) if chosen else None
        finished = request.args.get("done", None, type=UUID)
        done = queue.one(uow, actor, finished) if finished else None
        short = _short_form(uow, task) if task else None
    return render_template(
        "inbox/show.html",
        wanted=wanted,
        total=total,
        pages=-(-total // PAGE),
        counts=counts,
        buckets=_buckets(rows, wanted),
        task=task,
        done=done,
        short=short,
        opened=request.args.get("task") is not None,
        week_end=today().day + timedelta(days=6 - today().day.weekday()),
    )


def _short_form(uow: UnitOfWork, task: Any) -> FormView | None:
    """Return the form of a task in hand if it is short enough to be filled in beside the list."""
    actor = acting_now().actor
    if task.status != "open" or task.assignee_id != actor.person_id or task.form_key is None:
        return None
    fields = load(task.form_key).fields
    if len(fields) > SHORT or any(field.type == "table" for field in fields):
        return None
    desk = desk_of(uow, task.id)
    draft = drafts.load(uow, task.id, by=actor)
    raw = (
        draft.values if draft else prefilled(desk.definition, context=desk.context, functions=desk.functions)
    )
    standing = assess(desk.definition, raw, context=desk.context, functions=desk.functions)
    return view_of(desk, raw, standing, checked=False)


def _wanted() -> Wanted:
    asked = request.args
    view: View = next((one for one in get_args(View) if one == asked.get("view")), "all")
    page = asked.get("page", 1, type=int) or 1
    text = asked.get("q", "").strip()[:LONGEST_SEARCH]
    return Wanted(view, text, asked.get("stage", ""), max(1, min(page, 100_000)))


def _chosen() -> UUID | None:
    return request.args.get("task", None, type=UUID)


def _buckets(rows: list[Any], wanted: Wanted) -> list[tuple[str, list[Any]]]:
    """Put rows, soonest first, into their buckets; finished ones stay together."""
    if wanted.view == "done":
        return [("done", rows)] if rows else []
    return [(key, list(group)) for key, group in groupby(rows, lambda row: due_of(row.due_at).bucket)]


def claim(task_id: UUID) -> Response:
    """Take a task and stay on it."""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        tasks.claim(uow, task_id, by=acting_now().actor)
    return redirect(url_for("inbox", task=task_id, **_kept()), 303)


def release(task_id: UUID) -> Response:
    """Give a task back to its group and stay on it."""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        tasks.release(uow, task_id, by=acting_now().actor)
    return redirect(url_for("inbox", task=task_id, **_kept()), 303)


def _kept() -> dict[str, Any]:
    return {key: request.args[key] for key in ("q", "stage") if request.args.get(key)}
