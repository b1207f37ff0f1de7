"""Where processes take their time: a list of them, and each drawn with its times."""

from base64 import b64encode

from flask import Flask, render_template, request

from engine import versions
from host.web.context import acting_now, system
from host.web.year.heat import heat_view


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/year/heat", "heats", listed)
    app.add_url_rule("/year/heat/<key>", "heat", show)
    app.add_url_rule("/studio/processes/<key>/heat", "definition_heat", show)


def listed() -> str:
    """List the processes."""
    with system().bihuan.unit_of_work(acting_now().scope) as uow:
        rows = sorted(versions.newest(uow.session, "process"), key=lambda one: one.name)
    return render_template("year/heats.html", rows=rows)


def show(key: str) -> str:
    """Show how a version of a process goes, within what one may see."""
    with system().bihuan.unit_of_work(acting_now().reading) as uow:
        kept = versions.versions(uow.session, "process", key)
        view = heat_view(uow, key, request.args.get("version", type=int))
    source = b64encode(view.row.xml.encode()).decode()
    return render_template("year/heat.html", view=view, row=view.row, versions=kept, source=source, kind=None)
