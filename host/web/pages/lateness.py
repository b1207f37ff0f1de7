"""Late submissions of a year: what the assessment counts of each unit, the circulars, and each of them."""

from flask import Flask, render_template, request

from host.web.context import acting_now, system
from host.web.figures_wanted import place_of
from host.web.year.lateness import MOST, lateness_of
from ledger.policies_in_force import in_force
from ledger.stage_names import STAGES


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/reports/lateness", "lateness", show)


def show() -> str:
    """Show a year, or of it one unit or one circular."""
    unit, number = (request.args.get(name, type=int) for name in ("unit", "circular"))
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        place = place_of(uow)
        known = sorted(place.opened, reverse=True)
        wanted = request.args.get("year", type=int)
        year = wanted if wanted in known else next(iter(known), uow.now().year)
        view = lateness_of(uow, place.id, year, unit, number)
        return render_template(
            "reports/lateness.html",
            place=place, year=year, years=known, unit=unit, number=number, stages=STAGES, most=MOST, view=view,
            rules=in_force(uow.session, place, year).values,
        )  # fmt: skip
