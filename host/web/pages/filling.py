"""A task's form: fill in, save by itself, check the answers, file, take back."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Flask, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine import drafts, opening, parts, withdrawing
from engine.calendar.local_time import SHANGHAI
from engine.errors import Conflict
from engine.uow import UnitOfWork
from forms.errors import FormInvalid
from forms.xlsx.stamping import check_code
from host.filing import FINANCE, Desk, desk_of, file_task
from host.publishing.form_library import form_keys, form_of
from host.web.case import about
from host.web.context import acting_now, system
from host.web.filings import filed_before
from host.web.form.case import Case, Raw, carried, case_of, opened
from host.web.form.reading import rearranged, typed_values
from host.web.form.seat import Seat, save, seat_of
from host.web.form.view import SectionView, asked, computed, said, sums
from host.web.inbox_address import finished
from host.web.pages.attaching import files_of
from host.web.round import answers as round_answers
from host.web.words import translate as _
from ledger import inbox as queue

Page = str | Response | tuple[str, int]
OWN = ("form_token", "revision", "action", "at", "checked")


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/tasks/<uuid:task_id>/form", "form", show)
    app.add_url_rule("/tasks/<uuid:task_id>/form", "keep_form", keep, methods=["POST"])
    app.add_url_rule("/tasks/<uuid:task_id>/draft", "save_draft", save_draft, methods=["POST"])
    app.add_url_rule("/tasks/<uuid:task_id>/form/now", "form_now", now)
    app.add_url_rule("/beside", "beside", beside)
    app.add_url_rule("/tasks/<uuid:task_id>/answers", "answers", answers)
    app.add_url_rule("/tasks/<uuid:task_id>/file", "file_form", file, methods=["POST"])
    app.add_url_rule("/tasks/<uuid:task_id>/review", "review_task", review, methods=["POST"])
    app.add_url_rule("/tasks/<uuid:task_id>/withdraw", "withdraw_task", withdraw, methods=["POST"])


def show(task_id: UUID) -> Page:
    """Show the form as it was left."""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        desk, found = opened(uow, task_id, acting_now().actor)
        opening.open_task(uow, task_id, by=acting_now().actor)
        return _form(uow, task_id, desk, found)


def keep(task_id: UUID) -> Page:
    """Save what was typed; `check` leads on to the answers unless something is wrong."""
    action = request.form.get("action", "")
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        actor = acting_now().actor
        desk, seat = opened(uow, task_id, actor)
        raw = rearranged(desk.definition, typed_values(desk.definition, request.form), action)
        if action == "carry":
            raw, _filled = carried(uow, desk, raw)
        try:
            seat = save(uow, task_id, desk, seat, raw, revision=_revision(), by=actor)
        except Conflict as conflict:
            return _conflict(uow, task_id, desk, raw, int(conflict.facts["revision"]))
        round_answers.keep(uow, task_id, seat, request.form, by=actor)
        if action not in ("check", "sign"):
            return redirect(url_for("form", task_id=task_id, _anchor=_place(action)), 303)
        if case_of(uow, desk, seat.raw, checked=True, seat=seat).view.faults:
            return _form(uow, task_id, desk, seat, checked=True), 422
        if seat.part:
            code = check_code({name: value for name, value in seat.raw.items() if name in desk.finance})
            parts.sign(uow, task_id, seat.part, FINANCE, revision=seat.revision, code=code, by=actor)
            return redirect(url_for("form", task_id=task_id), 303)
    return redirect(url_for("answers", task_id=task_id), 303)


def save_draft(task_id: UUID) -> Response | tuple[Response, int]:
    """Save without a page: the new revision, the time, and what the form comes to."""
    checked = bool(request.form.get("checked"))
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        desk, seat = opened(uow, task_id, acting_now().actor)
        raw = typed_values(desk.definition, request.form)
        try:
            seat = save(uow, task_id, desk, seat, raw, revision=_revision(), by=acting_now().actor)
        except Conflict as conflict:
            return jsonify(code=conflict.code, text=conflict.text), 409
        round_answers.keep(uow, task_id, seat, request.form, by=acting_now().actor)
        case = case_of(uow, desk, seat.raw, checked=checked, seat=seat)
        return jsonify(revision=seat.revision, saved=_clock(uow), **_standing(case, seat, checked=checked))


def now(task_id: UUID) -> Response | tuple[str, int]:
    """Tell an open page what the other half of a form came to; nothing (204) if that did not change."""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        desk, seat = opened(uow, task_id, acting_now().actor)
        if request.args.get("stamp") == seat.stamp:
            return "", 204
        checked = bool(request.args.get("checked"))
        case = case_of(uow, desk, seat.raw, checked=checked, seat=seat)
        return jsonify(_standing(case, seat, checked=checked))


def beside() -> str:
    """List the forms in which somebody fills in a part beside the holder of the task."""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        forms = [form_of(uow.session, key) for key in form_keys(uow.session)]
        shared = [one.key for one in forms if any(part.filled_by == FINANCE for part in one.sections)]
        rows = queue.beside(uow, acting_now().actor, shared)
    return render_template("form/beside.html", rows=rows)


def answers(task_id: UUID) -> Page:
    """Show what will be filed, once more, to be read over."""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        desk, found = opened(uow, task_id, acting_now().actor)
        case = case_of(uow, desk, found.raw, checked=True, seat=found)
        if case.view.faults or found.part:
            return redirect(url_for("form", task_id=task_id), 303)
        task = queue.one(uow, acting_now().actor, task_id)
        follows = about(uow, task).follows
    return render_template(
        "form/answers.html",
        task=task,
        follows=follows,
        view=case.view,
        card=case.card,
        revision=found.revision,
        round=case.round,
    )


def file(task_id: UUID) -> Page:
    """File the draft that was read over; a newer one must be read over first."""
    actor = acting_now().actor
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        desk, found = opened(uow, task_id, actor)
        if found.revision != _revision():
            return redirect(url_for("answers", task_id=task_id), 303)
        try:
            file_task(uow, task_id, found.raw, by=actor)
        except FormInvalid:
            return _form(uow, task_id, desk, found, checked=True), 422
    return finished(task_id)


def review(task_id: UUID) -> Page:
    """File a short form straight from the inbox; if something is wrong its page says what."""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        desk = desk_of(uow, task_id)
        drafts.require_fillable(uow, task_id, acting_now().actor)
        raw = typed_values(desk.definition, request.form)
        try:
            file_task(uow, task_id, raw, by=acting_now().actor)
        except FormInvalid:
            seat = seat_of(uow, task_id, desk, acting_now().actor)
            return _form(uow, task_id, desk, replace(seat, raw={**seat.raw, **raw}), checked=True), 422
    return finished(task_id)


def withdraw(task_id: UUID) -> Response:
    """Take a filed form back and go on with it."""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        withdrawing.withdraw(uow, task_id, by=acting_now().actor)
    return redirect(url_for("form", task_id=task_id), 303)


def _form(uow: UnitOfWork, task_id: UUID, desk: Desk, seat: Seat, *, checked: bool = False) -> str:
    task = queue.one(uow, acting_now().actor, task_id)
    case = case_of(uow, desk, seat.raw, checked=checked, seat=seat)
    own = round_answers.own(desk, seat, case.round)
    words = {"task": task, "seat": seat, "state": state_words, "shared": shared_words, "own": own}
    papers = {"files": files_of(uow, task_id), "before": filed_before(uow, task)}
    return render_template("form/show.html", **words, **papers, **_seen(case, checked=checked))


def _seen(case: Case, *, checked: bool) -> dict[str, Any]:
    wrong = len(case.view.faults)
    sums = {"card": case.card, "meter": case.meter}
    return {"view": case.view, **sums, "wrong": wrong, "checked": checked, "round": case.round}


def _standing(case: Case, seat: Seat, *, checked: bool) -> dict[str, Any]:
    """Return what changes on an open page when something was typed."""
    view = case.view
    total = case.card.total if case.card else None
    return {
        "computed": computed(view),
        "sums": sums(view),
        "says": said(view),
        "asked": asked(view),
        "reads": {cell.path: cell.shown or str(cell.typed or "—") for cell in view.cells}
        if seat.shared
        else {},
        "mended": {one.key: one.state for one in case.round.remarks} if case.round else {},
        "stamp": seat.stamp,
        "shared": shared_words(seat),
        "done": view.done,
        "total": "" if total is None else f"{total:.2f}",
        "sections": {
            one.key: {"state": one.state, "icon": one.icon, "word": state_words(one)} for one in view.sections
        },
        "rail": render_template("form/_rail.html", **_seen(case, checked=checked)),
        "strip": render_template("form/_strip.html", **_seen(case, checked=checked), fresh=False),
    }


def _conflict(uow: UnitOfWork, task_id: UUID, desk: Desk, mine: Raw, revision: int) -> tuple[str, int]:
    task = queue.one(uow, acting_now().actor, task_id)
    _desk, theirs = opened(uow, task_id, acting_now().actor)
    page = render_template(
        "form/conflict.html",
        task=task,
        mine=case_of(uow, desk, {**theirs.raw, **mine}, checked=False).view,
        theirs=case_of(uow, desk, theirs.raw, checked=False).view,
        revision=revision,
        saved=theirs.saved,
        sent=[(name, value) for name, value in request.form.items(multi=True) if name not in OWN],
    )
    return page, 409


def _revision() -> int:
    return request.form.get("revision", 0, type=int) or 0


def _clock(uow: UnitOfWork) -> str:
    return f"{uow.now().astimezone(SHANGHAI):%H:%M}"


def _place(action: str) -> str | None:
    """Return where on the page to go on after an action."""
    kind, _colon, rest = action.partition(":")
    if kind == "row":
        table, number, move = rest.split(":")
        step = {"up": -1, "down": 1}.get(move, 0)
        return f"{table}[{max(0, int(number) + step)}]"
    return request.form.get("at") or None


def shared_words(seat: Seat) -> str:
    """Return who fills in the other half, or whether one's own was signed; "" if nobody else fills in this form."""
    if not seat.shared:
        return ""
    if seat.signed_by:
        return _("资金部分{name}已确认", name=seat.signed_by)
    return _("请您填写资金部分并确认") if seat.part else _("资金部分由财务填写，还没有确认")


def state_words(section: SectionView) -> str:
    """Return the state of a section in words."""
    if section.state == "done":
        return _("已完成")
    if section.state == "faulty":
        return _("需修改 {count} 处", count=section.errors)
    return _("填写中") if section.state == "open" else _("未开始")
