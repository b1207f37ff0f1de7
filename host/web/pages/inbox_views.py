"""Save the filters of the inbox under a name, and forget one."""

from flask import Flask, redirect, request, url_for
from werkzeug.wrappers import Response

from host.web import saved_views
from host.web.context import acting_now, system
from host.web.inbox_address import address_of, wanted_in


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/inbox/views", "save_view", save, methods=["POST"])
    app.add_url_rule("/inbox/views/<int:view_id>/remove", "remove_view", remove, methods=["POST"])


def save() -> Response:
    """Keep the filters under a name."""
    wanted, account_id = wanted_in(request.form), acting_now().account_id
    with system().bihuan.unit_of_work() as uow:
        query = saved_views.keep(uow, account_id, request.form.get("name", ""), wanted)
    return redirect(f"{url_for('inbox')}?{query}", 303)


def remove(view_id: int) -> Response:
    """Forget a saved view of one's own."""
    with system().bihuan.unit_of_work() as uow:
        saved_views.forget(uow, acting_now().account_id, view_id)
    return redirect(url_for("inbox", **address_of(wanted_in(request.form))), 303)
