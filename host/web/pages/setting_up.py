"""The first administrator makes himself, with the token that the start prints."""

from flask import Flask, render_template, request
from werkzeug.wrappers import Response

from host.accounts import first, sessions
from host.web.context import only_looks, system
from host.web.pages.signing_in import signed_in


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/set-up/<token>", "set_up", set_up, methods=["GET", "POST"])


def set_up(token: str) -> Response | str:
    """Make the first system administrator, once, with the printed token."""
    if only_looks():
        return render_template("set_up.html")
    form = request.form
    with system().bihuan.unit_of_work() as uow:
        account_id = first.make_first(
            uow,
            token,
            system().secret,
            form.get("login", ""),
            form.get("name", ""),
            form.get("password", ""),
        )
        token = sessions.begin(uow, account_id)
    return signed_in(token, "")
