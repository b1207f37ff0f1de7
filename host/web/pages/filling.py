"""A task's form: fill in, save by itself, check the answers, file, take back."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Flask, jsonify, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from engine import drafts, withdrawing
from engine.calendar.local_time import SHANGHAI
from engine.errors import Conflict
from engine.model.base import table_of
from engine.model.tasks import SubmissionRow
from engine.standing import TASK
from engine.uow import UnitOfWork
from forms.assessing import assess
from forms.errors import FormInvalid
from forms.prefilling import prefilled
from host.filing import Desk, desk_of, file_task
from host.web.context import acting_now, system
from host.web.form_reading import retyped, typed_values
from host.web.form_view import FormView, computed, view_of
from host.web.words import translate as _
from ledger import inbox as queue

Page = str | Response | tuple[str, int]
FILED = table_of(SubmissionRow)


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/tasks/<uuid:task_id>/form", "form", show)
    app.add_url_rule("/tasks/<uuid:task_id>/form", "keep_form", keep, methods=["POST"])
    app.add_url_rule("/tasks/<uuid:task_id>/draft", "save_draft", save_draft, methods=["POST"])
    app.add_url_rule("/tasks/<uuid:task_id>/answers", "answers", answers)
    app.add_url_rule("/tasks/<uuid:task_id>/file", "file_form", file, methods=["POST"])
    app.add_url_rule("/tasks/<uuid:task_id>/review", "review_task", review, methods=["POST"])
    app.add_url_rule("/tasks/<uuid:task_id>/withdraw", "withdraw_task", withdraw, methods=["POST"])


def show(task_id: UUID) -> Page:
    """Show the form as it was left."""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        raw, revision, saved = standing_draft(uow, task_id)
        return _form(uow, task_id, raw, revision, saved=saved)


def keep(task_id: UUID) -> Page:
    """Save what was typed; `check` leads on to the answers unless something is wrong."""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        desk = desk_of(uow, task_id)
        raw, revision = typed_values(desk.definition, request.form), _revision()
        try:
            revision = drafts.save(uow, task_id, raw, revision=revision, by=acting_now().actor)
        except Conflict as conflict:
            return _conflict(uow, task_id, raw, int(conflict.facts["revision"]))
        view = _view(desk, raw, checked=True)
        if request.form.get("action") != "check":
            return redirect(url_for("form", task_id=task_id, _anchor=request.form.get("at") or None), 303)
        if view.faults:
            return _form(uow, task_id, raw, revision, checked=True, saved=_clock(uow)), 422
    return redirect(url_for("answers", task_id=task_id), 303)


def save_draft(task_id: UUID) -> Response | tuple[Response, int]:
    """Save without a page: the new revision, the time, and what the form comes to."""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        desk = desk_of(uow, task_id)
        raw = typed_values(desk.definition, request.form)
        try:
            revision = drafts.save(uow, task_id, raw, revision=_revision(), by=acting_now().actor)
        except Conflict as conflict:
            return jsonify(code=conflict.code, text=conflict.text), 409
        view = _view(desk, raw, checked=False)
        states = {
            one.key: {"state": one.state, "icon": one.icon, "word": _state(one.state)}
            for one in view.sections
        }
        return jsonify(
            revision=revision, saved=_clock(uow), computed=computed(view), sections=states, done=view.done
        )


def answers(task_id: UUID) -> Page:
    """Show what will be filed, once more, to be read over."""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        raw, revision, _saved = standing_draft(uow, task_id)
        view = _view(desk_of(uow, task_id), raw, checked=True)
        if view.faults:
            return redirect(url_for("form", task_id=task_id), 303)
        task = queue.one(uow, acting_now().actor, task_id)
    return render_template("form/answers.html", task=task, view=view, revision=revision)


def file(task_id: UUID) -> Page:
    """File the draft that was read over; a newer one must be read over first."""
    actor = acting_now().actor
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        raw, revision, saved = standing_draft(uow, task_id)
        if revision != _revision():
            return redirect(url_for("answers", task_id=task_id), 303)
        try:
            file_task(uow, task_id, raw, by=actor)
        except FormInvalid:
            return _form(uow, task_id, raw, revision, checked=True, saved=saved), 422
    return redirect(url_for("inbox", done=task_id), 303)


def review(task_id: UUID) -> Page:
    """File a short form straight from the inbox; if something is wrong its page says what."""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        desk = desk_of(uow, task_id)
        drafts.require_fillable(uow, task_id, acting_now().actor)
        raw = typed_values(desk.definition, request.form)
        try:
            file_task(uow, task_id, raw, by=acting_now().actor)
        except FormInvalid:
            found = drafts.load(uow, task_id, by=acting_now().actor)
            return _form(uow, task_id, raw, found.revision if found else 0, checked=True), 422
    return redirect(url_for("inbox", done=task_id), 303)


def withdraw(task_id: UUID) -> Response:
    """Take a filed form back and go on with it."""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        withdrawing.withdraw(uow, task_id, by=acting_now().actor)
    return redirect(url_for("form", task_id=task_id), 303)


def standing_draft(uow: UnitOfWork, task_id: UUID) -> tuple[dict[str, Any], int, str]:
    """Return raw values to go on with, their revision, and when they were saved ("" if never).

    The draft; else what was filed at this step before (taken back or returned); else what is known beforehand.
    """
    found = drafts.load(uow, task_id, by=acting_now().actor)
    if found is not None:
        return dict(found.values), found.revision, f"{found.saved_at.astimezone(SHANGHAI):%H:%M}"
    desk = desk_of(uow, task_id)
    kept = uow.session.scalar(_filed_before(uow, task_id, desk))
    if kept is not None:
        return retyped(desk.definition, kept), 0, ""
    return prefilled(desk.definition, context=desk.context, functions=desk.functions), 0, ""


def _filed_before(uow: UnitOfWork, task_id: UUID, desk: Desk) -> Any:
    task = drafts.require_fillable(uow, task_id, acting_now().actor)
    return (
        select(FILED.c["values"])
        .join(TASK, TASK.c.id == FILED.c.task_id)
        .where(
            FILED.c.instance_id == task["instance_id"],
            TASK.c.element_id == task["element_id"],
            FILED.c.form_key == desk.definition.key,
            FILED.c.actor_id == acting_now().actor.person_id,
        )
        .order_by(FILED.c.id.desc())
        .limit(1)
    )


def _form(
    uow: UnitOfWork,
    task_id: UUID,
    raw: Mapping[str, Any],
    revision: int,
    *,
    checked: bool = False,
    saved: str = "",
) -> str:
    task = queue.one(uow, acting_now().actor, task_id)
    view = _view(desk_of(uow, task_id), raw, checked=checked)
    return render_template(
        "form/show.html", task=task, view=view, revision=revision, checked=checked, saved=saved, state=_state
    )


def _conflict(uow: UnitOfWork, task_id: UUID, mine: Mapping[str, Any], revision: int) -> tuple[str, int]:
    task, desk = queue.one(uow, acting_now().actor, task_id), desk_of(uow, task_id)
    theirs, _revision_found, saved = standing_draft(uow, task_id)
    page = render_template(
        "form/conflict.html",
        task=task,
        mine=_view(desk, mine, checked=False),
        theirs=_view(desk, theirs, checked=False),
        revision=revision,
        saved=saved,
        sent=[(name, value) for name, value in request.form.items(multi=True) if name not in OWN],
    )
    return page, 409


OWN = ("form_token", "revision", "action", "at")


def _view(desk: Desk, raw: Mapping[str, Any], *, checked: bool) -> FormView:
    standing = assess(desk.definition, raw, context=desk.context, functions=desk.functions)
    return view_of(desk, raw, standing, checked=checked)


def _revision() -> int:
    return request.form.get("revision", 0, type=int) or 0


def _clock(uow: UnitOfWork) -> str:
    return f"{uow.now().astimezone(SHANGHAI):%H:%M}"


def _state(state: str) -> str:
    if state == "done":
        return _("已完成")
    if state == "faulty":
        return _("需修改")
    return _("填写中") if state == "open" else _("未开始")
