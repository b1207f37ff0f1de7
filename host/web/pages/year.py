"""The year map, and the rows behind each of its numbers."""

from collections.abc import Sequence

from flask import Flask, render_template, request

from engine.errors import NotFound
from host.web.context import acting_now, system
from host.web.year.view import year_view
from host.web.year.words import COLUMNS, KINDS, LOOKS, STATES, stage_name
from ledger.yearmap import members, overdue, plan
from ledger.yearmap.members import GROUPS, PAGE, Slice


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/year", "this_year", show)
    app.add_url_rule("/year/<int:year>", "year", show)
    app.add_url_rule("/year/<int:year>/rows", "year_rows", rows)
    app.add_url_rule("/year/<int:year>/overdue", "year_overdue", late)


def show(year: int | None = None) -> str:
    """Show a year; without a number the one that is being worked on."""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        years = plan.years(uow)
        chosen = year or plan.current(uow)
        if year is not None:
            require_planned(year, years)
        view = year_view(uow, chosen, acting_now().scope.organisations) if chosen else None
    return render_template("year/show.html", view=view, years=years, columns=tuple(COLUMNS.values()))


def require_planned(year: int, years: Sequence[int]) -> None:
    """Raise NotFound for a year that is not planned."""
    if year not in years:
        raise NotFound("没有这个预算年度;请从年度页里选择。", code="year.not_found")


def wanted_in(year: int) -> Slice:
    """Return the slice that an address asks for."""
    asked = request.args
    kinds = tuple(dict.fromkeys(one for one in asked.getlist("kind") if one in KINDS))
    state = asked.get("state", "")
    known = state if state in GROUPS or state in members.STATES else ""
    return Slice(
        year, asked.get("stage", ""), asked.get("round", type=int), kinds, known, asked.get("unit", type=int)
    )


def page_asked() -> int:
    """Return which page of a list is asked for, from 1."""
    return max(1, request.args.get("page", 1, type=int))


def rows(year: int) -> str:
    """Show the members behind a number."""
    wanted, page, offices = wanted_in(year), page_asked(), acting_now().scope.organisations
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        total = members.total(uow, wanted, offices)
        found = members.rows(uow, wanted, offices, page)
    return render_template(
        "year/rows.html",
        year=year,
        wanted=wanted,
        rows=found,
        total=total,
        page=page,
        pages=-(-total // PAGE),
        kinds=KINDS,
        states=STATES,
        looks=LOOKS,
        groups=tuple(GROUPS),
        stage_name=stage_name,
    )


def late(year: int) -> str:
    """Show the overdue tasks behind a number."""
    unit, page, offices = request.args.get("unit", type=int), page_asked(), acting_now().scope.organisations
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        total = overdue.total(uow, year, offices, unit)
        found = overdue.rows(uow, year, offices, unit, page)
    office = found[0].office if unit and found else ""
    return render_template(
        "year/overdue.html", year=year, unit=unit, office=office, rows=found, total=total, page=page,
        pages=-(-total // PAGE),
    )  # fmt: skip
