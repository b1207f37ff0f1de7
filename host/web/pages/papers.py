"""A form on paper: the A4 view of what was typed or filed, and the receipt of a filing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Flask, render_template
from sqlalchemy import select

from engine.calendar.local_time import SHANGHAI
from engine.errors import NotFound
from engine.model.base import table_of
from engine.model.tasks import SubmissionRow
from engine.uow import UnitOfWork
from forms.xlsx.stamping import check_code
from host.filing import Desk, desk_of
from host.web.case import case_of as case_about
from host.web.context import acting_now, system
from host.web.form.case import Case, case_of
from host.web.form.reading import retyped
from host.web.form.seat import seat_of
from host.web.pages.attaching import files_of
from ledger import inbox as queue

FILED = table_of(SubmissionRow)


@dataclass(frozen=True)
class Filed:
    """What was filed. code: the same on paper, in the file and in the system."""

    by: str
    at: str
    version: str
    code: str


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/tasks/<uuid:task_id>/paper", "paper", paper)
    app.add_url_rule("/tasks/<uuid:task_id>/receipt", "receipt", receipt)
    app.add_url_rule("/tasks/<uuid:task_id>/filed/<uuid:filed_id>", "filed", filed_before)


def paper(task_id: UUID) -> str:
    """Show a form as it will be printed: what was filed, else the draft, marked as one."""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        task = queue.one(uow, acting_now().actor, task_id)
        case, filed, code = _paper(uow, task_id)
    printed = system().bihuan.clock.now().astimezone(SHANGHAI)
    return render_template(
        "form/paper.html",
        task=task,
        view=case.view,
        filed=filed,
        code=code,
        printed=f"{printed:%Y-%m-%d %H:%M}",
    )


def receipt(task_id: UUID) -> str:
    """Show that a form was filed: what, when, by whom, under which check code. Raises NotFound before it is."""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        task = queue.one(uow, acting_now().actor, task_id)
        case, filed, _code = _paper(uow, task_id)
    if filed is None:
        raise NotFound("这张表还没有提交,没有回执;请回到待办继续填写。", code="form.not_filed")
    return render_template("form/receipt.html", task=task, view=case.view, card=case.card, filed=filed)


def filed_before(task_id: UUID, filed_id: UUID) -> str:
    """Show what was filed at an earlier step, to whom a task of the same instance concerns. Raises NotFound."""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        task = queue.one(uow, acting_now().actor, task_id)
        [step] = earlier(uow, task, filed_id)
        case, filed, _code = _paper(uow, filed_id)
        files = files_of(uow, filed_id)
    return render_template(
        "form/filed.html",
        task=task,
        step=step,
        view=case.view,
        card=case.card,
        filed=filed,
        files=files,
    )


def earlier(uow: UnitOfWork, task: Any, filed_id: UUID | None = None) -> Sequence[Any]:
    """Return what others filed before a task (a row of the inbox) came to the reader, or one of these. Raises NotFound."""
    found = case_about(uow, task, acting_now().actor).filed
    if filed_id is None:
        return found
    step = [one for one in found if one.task_id == filed_id]
    if not step:
        raise NotFound("这份材料不在这件事项里,或者还没有提交;请回到待办重新打开。", code="form.not_filed")
    return step


def filing(uow: UnitOfWork, task_id: UUID) -> tuple[Desk, Any, Mapping[str, Any], str]:
    """Return what was filed at a task: its desk, the row, the values as typed, the check code. Raises NotFound before it is."""
    desk, row = desk_of(uow, task_id), _row(uow, task_id)
    if row is None:
        raise NotFound("这张表还没有提交;请等提交后再读。", code="form.not_filed")
    raw = retyped(desk.definition, row.values)
    return desk, row, raw, check_code(raw)


def _row(uow: UnitOfWork, task_id: UUID) -> Any:
    found = select(FILED).where(FILED.c.task_id == task_id, ~FILED.c.withdrawn)
    return uow.session.execute(found.order_by(FILED.c.id.desc()).limit(1)).first()


def _paper(uow: UnitOfWork, task_id: UUID) -> tuple[Case, Filed | None, str]:
    desk = desk_of(uow, task_id)
    row = _row(uow, task_id)
    if row is None:
        raw = seat_of(uow, task_id, desk, acting_now().actor).raw
        return case_of(uow, desk, raw, checked=False), None, check_code(raw)
    raw = retyped(desk.definition, row.values)
    at = f"{row.submitted_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    filed = Filed(row.actor_name, at, row.form_version, check_code(raw))
    return case_of(uow, desk, raw, checked=False), filed, filed.code
