"""The package for the people's congress: whose part is approved, whose is not, and the files."""

from flask import Flask, render_template, request
from werkzeug.wrappers import Response

from engine.errors import NotFound
from host.web.context import acting_now, system
from host.web.downloads import ZIP, file
from host.web.figures_wanted import place_of
from host.web.public.site import KINDS
from ledger.disclosing import reading, telling
from ledger.disclosing.package import as_zip, package


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/reports/congress", "congress", show)
    app.add_url_rule("/reports/congress/<kind>.zip", "congress_file", take)


def show() -> str:
    """Show, of a year, what the packages hold and which departments are not approved."""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        place = place_of(uow)
        known = sorted(
            {row["year"] for row in reading.years(uow.session, place.id)} | {*place.opened}, reverse=True
        )
        wanted = request.args.get("year", type=int)
        year = wanted if wanted is not None and wanted in known else next(iter(known), 0)
        parts = []
        for word, kind in KINDS.items():
            departments, whole = reading.departments(uow.session, kind, place.id, year)
            waiting = reading.waiting(uow.session, kind, place.id, year)
            parts.append((word, departments, whole, waiting))
    return render_template(
        "reports/congress.html", place=place, year=year, years=known, parts=parts, telling=telling,
        public=place.code in system().bihuan.settings.public,
    )  # fmt: skip


def take(kind: str) -> Response:
    """Return a package as a zip file."""
    year = request.args.get("year", type=int)
    if kind not in KINDS or year is None:
        raise NotFound("没有这份材料;请从“报人大材料”里选择。", code="congress.not_found")
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        found = package(uow.session, KINDS[kind], place_of(uow), year)
    return file(as_zip(found), f"{found.title}.zip", ZIP)
