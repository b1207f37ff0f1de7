"""Late submissions of a year: what the assessment counts of each unit, the circulars, and each of them."""

from flask import Flask, render_template, request
from sqlalchemy import select

from host.web.context import acting_now, system
from host.web.figures_wanted import place_of
from ledger.assessing import standings
from ledger.lateness import LATE, lines, stands
from ledger.model.assessment import Assessment
from ledger.model.circulars import Circular
from ledger.policies_in_force import in_force
from ledger.stage_names import STAGES

MOST = 500


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/reports/lateness", "lateness", show)


def show() -> str:
    """Show a year, or of it one unit or one circular."""
    unit, number = (request.args.get(name, type=int) for name in ("unit", "circular"))
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        place, now = place_of(uow), uow.now()
        known = sorted(place.opened, reverse=True)
        wanted = request.args.get("year", type=int)
        year = wanted if wanted in known else next(iter(known), now.year)
        of_year = (LATE.c.jurisdiction_id == place.id, LATE.c.year == year)
        chosen = [LATE.c.organisation_id == unit] if unit is not None else []
        chosen += [LATE.c.circular_id == number, LATE.c.left_out.is_(None)] if number is not None else []
        issued = select(Circular).where(Circular.jurisdiction_id == place.id, Circular.year == year)
        points = select(Assessment.organisation_id, Assessment.points).where(
            Assessment.jurisdiction_id == place.id, Assessment.year == year, Assessment.points.is_not(None)
        )
        return render_template(
            "reports/lateness.html",
            place=place, year=year, years=known, unit=unit, number=number, stages=STAGES, most=MOST,
            units=standings(uow.session, place.id, year, now),
            rows=lines(uow.session, *of_year, stands(now), *chosen, most=MOST + 1),
            circulars=uow.session.scalars(issued.order_by(Circular.drafted_at.desc())).all(),
            points=dict(iter(uow.session.execute(points))),
            rules=in_force(uow.session, place, year).values,
        )  # fmt: skip
