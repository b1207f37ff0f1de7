"""Projects: the list of a year, and one project with its life."""

from flask import Flask, render_template, request

from host.web.context import acting_now, system
from host.web.pages.year import page_asked
from host.web.year.words import FUNDS, KINDS, LOOKS, STATES, stage_name
from ledger.stage_names import STAGES
from ledger.yearmap import overdue, plan, projects
from ledger.yearmap.members import PAGE
from ledger.yearmap.projects import Wanted


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/projects", "project_list", listed)
    app.add_url_rule("/projects/<int:project_id>", "project", show)


def listed() -> str:
    """Show a page of projects; search, filters and page stand in the address."""
    page, offices = page_asked(), acting_now().scope.organisations
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        years = plan.years(uow)
        wanted = _wanted(plan.current(uow))
        total = projects.total(uow, wanted, offices)
        found = projects.rows(uow, wanted, offices, page)
        units = overdue.departments(uow, offices)
    return render_template(
        "projects/list.html",
        wanted=wanted,
        rows=found,
        total=total,
        page=page,
        pages=-(-total // PAGE),
        years=years,
        units=units,
        funds=FUNDS,
        kinds=KINDS,
        states=STATES,
        looks=LOOKS,
        stage_name=stage_name,
    )


def _wanted(current: int | None) -> Wanted:
    asked = request.args
    fund, stage = asked.get("fund", ""), asked.get("stage", "")
    return Wanted(
        asked.get("year", current, type=int),
        asked.get("q", "").strip(),
        asked.get("unit", type=int),
        fund if fund in FUNDS else "",
        stage if stage in STAGES else "",
    )


def show(project_id: int) -> str:
    """Show one project's life."""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        life = projects.life(uow, project_id)
    return render_template(
        "projects/show.html",
        life=life,
        one=life.project,
        kinds=KINDS,
        states=STATES,
        looks=LOOKS,
        stage_name=stage_name,
    )
