"""The inbox: the list on the left, the chosen task on the right; claim and release."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from flask import Flask, render_template, request
from sqlalchemy import select

from engine import drafts, opening, tasks, telling
from engine.calendar.local_time import start_of_day
from engine.errors import NotFound
from engine.model.base import table_of
from engine.model.campaigns import Campaign
from engine.uow import UnitOfWork
from forms.assessing import assess
from forms.prefilling import prefilled
from host.filing import desk_of
from host.publishing.form_library import form_of
from host.web import saved_views
from host.web.case import About, Case, about, case_of, untouched
from host.web.context import acting_now, system
from host.web.day import today
from host.web.due import due_of
from host.web.failing import status_of
from host.web.form.view import FormView, view_of
from host.web.inbox_address import after, kept, wanted_in
from host.web.pane_figures import FigureView, figures_of
from host.web.refusals import said as refused
from host.web.round.rows import Reviewed, reviewed
from host.web.task_page import REFUSALS, Answer
from host.web.words import translate as _
from ledger import inbox as queue
from ledger import overdue, putting_off
from ledger.inbox import BUCKETS, HIDING, PAGE, Page
from ledger.narrowing import MOST, NEWEST_FIRST, WALKED, Wanted
from ledger.queues import oversees, watches

CAMPAIGN = table_of(Campaign)
SHORT = 6


@dataclass(frozen=True)
class Bucket:
    """Rows under one heading. number: how many there are on all pages together."""

    key: str
    number: int
    rows: list[tuple[Any, About]]


@dataclass(frozen=True)
class Pane:
    """The chosen task: its row, what people read about it, its form if it is short.

    reviewed: the form that it reviews; figures: what that comes to; waits: it may be put off; until: it is, until then.
    """

    task: Any
    case: Case
    short: FormView | None
    reviewed: Reviewed | None = None
    figures: Sequence[FigureView] = ()
    waits: bool = False
    until: date | None = None


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/inbox", "inbox", inbox)
    app.add_url_rule("/tasks/<uuid:task_id>/claim", "claim_task", claim, methods=["POST"])
    app.add_url_rule("/tasks/<uuid:task_id>/release", "release_task", release, methods=["POST"])


def inbox() -> str:
    """Show a page of tasks and the chosen one; htmx asks for the same page and takes its part."""
    return _page(request.args.get("task", None, type=UUID))


def claim(task_id: UUID) -> Answer:
    """Take a task and stay on it."""
    try:
        with system().bihuan.unit_of_work(acting_now().scope) as uow:
            tasks.claim(uow, task_id, by=acting_now().actor)
    except REFUSALS as error:
        return _page(None, fault=refused(error)), status_of(error)
    return after("claimed", task_id, stay=True)


def release(task_id: UUID) -> Answer:
    """Give a task back to its group and stay on it."""
    try:
        with system().bihuan.unit_of_work(acting_now().scope) as uow:
            tasks.release(uow, task_id, by=acting_now().actor)
    except REFUSALS as error:
        return _page(None, fault=refused(error)), status_of(error)
    return after("released", task_id, stay=True)


def _page(opened: UUID | None, *, fault: str = "") -> str:
    wanted, actor = wanted_in(request.args), acting_now().actor
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        found = queue.page(uow, actor, wanted, start_of_day(today().day))
        whole = found if wanted.view == "all" and not wanted.narrowed and wanted.page == 1 else None
        hides = found.hides or (wanted.view not in HIDING and putting_off.hides(uow, actor))
        counts = queue.counts(uow, actor, start_of_day(today().day), hides=hides, all_of_it=whole)
        chosen = (
            opened or request.args.get("at", None, type=UUID) or (found.rows[0].id if found.rows else None)
        )
        pane = _pane(uow, chosen, opened=opened is not None, hides=hides) if chosen else None
        if opened and pane is None:
            fault = fault or refused(queue.missing())
        buckets = _buckets(uow, found, wanted)
        put_off = _put_off(uow, wanted, counts.put_off)
        said = _said(uow)
        late_units = overdue.by_unit(uow) if wanted.view == "watch" and watches(actor) else ()
        years = list(uow.session.scalars(select(CAMPAIGN.c.year).distinct().order_by(CAMPAIGN.c.year.desc())))
    with system().bihuan.look() as uow:
        saved = saved_views.listed(uow, acting_now().account_id)
    return render_template(
        "inbox/show.html",
        wanted=wanted,
        kept=kept(),
        found=found,
        pages=-(-min(found.total, MOST) // PAGE),
        walked=WALKED,
        counts=counts,
        buckets=buckets,
        pane=pane,
        task=pane.task if pane else None,
        next_id=_next(found, chosen),
        fault=fault,
        said=said,
        years=years,
        saved=saved,
        opened=opened is not None,
        oversees=oversees(actor),
        watches=watches(actor),
        put_off=put_off,
        late_units=late_units,
        week_end=_week_end(),
    )


def _week_end() -> date:
    return today().day + timedelta(days=6 - today().day.weekday())


def _pane(uow: UnitOfWork, task_id: UUID, *, opened: bool, hides: bool) -> Pane | None:
    """Return the chosen task, noting that it was opened if somebody chose it; None if it has gone meanwhile.

    Meanwhile is also between two statements: somebody completes or takes it away while this page is put together.
    """
    actor = acting_now().actor
    try:
        task = queue.one(uow, actor, task_id)
    except NotFound:
        return None
    if opened and task.status == "open" and task.opened_at is None:
        opening.open_task(uow, task_id, by=actor)
    if opened and wanted_in(request.args).view == "copies":
        telling.read_copy(uow, task_id, by=actor)
    case = case_of(uow, task, actor)
    found = reviewed(uow, task) if task.status == "open" and not case.returns else None
    figures = figures_of(uow, found) if found is not None else ()
    later = task.status == "open" and due_of(task.due_at).bucket in ("week", "later")
    waits = later and bool(case.verbs & {"fill", "claim", "opine", "claim_seat"})
    until = putting_off.until(uow, task_id, by=actor) if waits and hides else None
    try:
        short = _short_form(uow, task, case)
    except REFUSALS:
        return None
    return Pane(task, case, short, found, figures, waits, until)


def _put_off(uow: UnitOfWork, wanted: Wanted, number: int) -> list[tuple[Any, About, date]]:
    """Return what the reader put off, for the folded group below his tasks."""
    if not number or wanted.view not in ("all", "mine", "group") or wanted.page > 1:
        return []
    found = queue.page(uow, acting_now().actor, Wanted("put_off"), start_of_day(today().day))
    return [(row, about(uow, row), date.fromisoformat(row.who)) for row in found.rows]


def _short_form(uow: UnitOfWork, task: Any, case: Case) -> FormView | None:
    """Return the form of a task in hand if it is short enough to be filled in beside the list."""
    if "fill" not in case.verbs:
        return None
    fields = form_of(uow.session, task.form_key).fields
    if len(fields) > SHORT or any(field.type == "table" for field in fields):
        return None
    desk = desk_of(uow, task.id)
    draft = drafts.load(uow, task.id, by=acting_now().actor)
    known = prefilled(desk.definition, context=desk.context, functions=desk.functions)
    raw = draft.values if draft else known
    standing = assess(desk.definition, raw, context=desk.context, functions=desk.functions)
    return view_of(desk, raw, standing, checked=False)


def _buckets(uow: UnitOfWork, found: Page, wanted: Wanted) -> list[Bucket]:
    """Put rows, soonest first, into their buckets; those of the past stay together."""
    rows = [(row, about(uow, row)) for row in found.rows]
    if wanted.view in NEWEST_FIRST:
        return [Bucket(wanted.view, found.total, rows)] if rows else []
    numbers = dict(zip(BUCKETS, found.buckets, strict=True))
    parts = groupby(rows, lambda one: due_of(one[0].due_at).bucket)
    return [Bucket(key, numbers[key], list(part)) for key, part in parts]


def _next(found: Page, chosen: UUID | None) -> UUID | None:
    """Return what stands below the chosen task, else what stands above it."""
    ids = [row.id for row in found.rows]
    if chosen not in ids:
        return ids[0] if ids else None
    at = ids.index(chosen)
    near = ids[at + 1 : at + 2] or ids[at - 1 : at]
    return near[0] if near else None


def _said(uow: UnitOfWork) -> dict[str, Any] | None:
    """Return what was just done, for the toast: its words, the task, whether it may be taken back."""
    done, of = request.args.get("done", None, type=UUID), request.args.get("of", None, type=UUID)
    words = _did("completed" if done else request.args.get("did", ""))
    if not words or not (done or of):
        return None
    try:
        task = queue.one(uow, acting_now().actor, done or of)  # type: ignore[arg-type]
    except NotFound:
        return {"words": words, "task": None, "back": False, "filed": False, "waits": False}
    return {
        "words": words,
        "task": task,
        "waits": request.args.get("did") == "put_off" and task.status == "open",
        "filed": bool(done) and task.status == "completed" and task.form_key is not None,
        "back": bool(done) and task.status == "completed" and untouched(uow, task),
    }


def _did(code: str) -> str:
    """Return the words for what was done; "" for a code that is none."""
    return {
        "completed": _("已办结"),
        "claimed": _("已认领"),
        "released": _("已释放"),
        "transferred": _("已转办"),
        "delegated": _("已委派，办完会交回"),
        "resolved": _("已交回"),
        "returned": _("已退回"),
        "urged": _("已催办"),
        "copied": _("已抄送"),
        "put_off": _("已暂缓"),
        "extension_asked": _("已提出延期申请，等待审批"),
        "taken_up": _("已取消暂缓"),
        "commented": _("已留言"),
        "signed": _("已签署"),
        "signers_added": _("已加签"),
        "signer_removed": _("已减签"),
        "withdrawn": _("已拿回"),
    }.get(code, "")
