"""The projects of a budget year: how many, bring them, budgets and payments in with a trial, carry last year's over."""

from base64 import b64encode

from flask import Flask, make_response, redirect, render_template, request, url_for
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from engine.errors import BihuanError, InvalidInput, NotFound
from host.imports import life
from host.web.answering import Answer, answered, said
from host.web.context import acting_now, system
from host.web.day import today
from host.web.failing import status_of
from host.web.pages.years import mine
from host.web.refusals import said as refused
from host.web.tried_file import XLSX, tried_file
from ledger.budgeting.bringing_in import KINDS, look
from ledger.budgeting.carrying_over import carry_over
from ledger.budgeting.outcome import Outcome
from ledger.budgeting.sheet import LIMITS, in_order, template
from ledger.model.register import Project
from ledger.payments import of_year
from ledger.policy.pack import FIRST_YEAR, LAST_YEAR

ALL = "/manage/projects"


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule(ALL, "budgets", show)
    app.add_url_rule(ALL, "bring_in_projects", run, methods=["POST"])
    app.add_url_rule(f"{ALL}/carry-over", "carry_over", carry, methods=["POST"])
    app.add_url_rule(f"{ALL}/templates/<kind>.xlsx", "projects_template", empty)
    app.add_url_rule(f"{ALL}/imports/<int:import_id>", "projects_import", progress)


def empty(kind: str) -> Response:
    """Return the workbook to fill in; for what is known of projects already, with the codes and names of a year's."""
    if kind not in KINDS:
        raise NotFound("没有这种模板;请回到“项目和预算”下载。", code="projects.no_template")
    listed: list[tuple[str, str]] = []
    if kind != "projects":
        with system().bihuan.unit_of_work(acting_now().reading) as uow:
            projects = of_year(uow.session, mine(uow).id, asked_year())
            listed = sorted((one.code, one.name) for one in projects.values())
    answer = make_response(template(KINDS[kind].sheet, listed))
    answer.headers["Content-Type"] = XLSX
    answer.headers["Content-Disposition"] = f'attachment; filename="bihuan-{kind}.xlsx"'
    return answer


def show(fault: str = "", outcome: Outcome | None = None, data: bytes = b"") -> str:
    """Show what is registered by year, and the form; after a trial what the file would do."""
    with system().bihuan.unit_of_work(acting_now().reading) as uow:
        place = mine(uow)
        counted = select(Project.year, func.count(), func.sum(Project.budget_amount))
        rows = uow.session.execute(
            counted.where(Project.jurisdiction_id == place.id)
            .group_by(Project.year)
            .order_by(Project.year.desc())
        ).all()
    with system().bihuan.unit_of_work() as uow:
        earlier = life.recent(uow, KINDS, place.id)
    return render_template(
        "manage/projects.html",
        earlier=earlier,
        place=place,
        rows=rows,
        year=asked_year(default=max(place.opened, default=today().day.year) + (0 if place.opened else 1)),
        outcome=outcome,
        faults=in_order(outcome.faults) if outcome else [],
        kinds=KINDS,
        file=b64encode(data).decode() if outcome and not outcome.faults else "",
        fault=fault,
        said=said(),
    )


def asked_year(*, default: int | None = None) -> int:
    """Return the budget year that is asked for. Raises InvalidInput."""
    year = request.values.get("year", default, type=int)
    if year is None or not FIRST_YEAR <= year <= LAST_YEAR:
        raise InvalidInput(f"年度应在 {FIRST_YEAR} 到 {LAST_YEAR} 之间;请改正。", code="year.range")
    return year


def run() -> Answer:
    """Try a file; when it was tried and is confirmed, order its import and lead to its progress."""
    try:
        data, year = tried_file(LIMITS.file_bytes, missing="projects.no_file"), asked_year()
        with system().bihuan.unit_of_work() as uow:
            place = mine(uow).id
            outcome = look(uow, place, year, data)
            if request.form.get("sure") == "yes" and not outcome.faults:
                who = acting_now()
                ordered = life.order(
                    uow,
                    outcome.kind,
                    place,
                    data,
                    year=year,
                    total=len(outcome.rows),
                    by=who.actor,
                    account_id=who.account_id,
                )
                return redirect(url_for("projects_import", import_id=ordered), 303)
    except BihuanError as error:
        return show(refused(error)), status_of(error)
    return (show("", outcome, data), 422) if outcome.faults else show("", outcome, data)


def carry() -> Answer:
    """Carry last year's projects over."""

    def command() -> str:
        with system().bihuan.unit_of_work() as uow:
            carry_over(uow, mine(uow).id, asked_year(), by=acting_now().actor)
        return url_for("budgets", said="carried_over")

    return answered(command, show)


def progress(import_id: int) -> str:
    """Show how far an import is, and in the end what became of each row."""
    with system().bihuan.unit_of_work() as uow:
        one = life.found(uow, import_id, KINDS, mine(uow).id)
        return render_template(
            "manage/projects_run.html", one=one, kinds=KINDS, going=one.status in life.LIVE, fault="", said=""
        )
