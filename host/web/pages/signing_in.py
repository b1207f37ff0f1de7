"""Sign in and out; the first administrator; look and language."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, make_response, redirect, render_template, request, url_for
from sqlalchemy import update
from werkzeug.wrappers import Response

from host.accounts import making, sessions
from host.accounts.signing_in import ACCOUNT, SignInRefused
from host.accounts.signing_in import sign_in as enter
from host.demo.accounts import PASSWORD, listed, titles
from host.web.context import acting_now, system
from host.web.guarding import keep_cookie
from host.web.permissions import Permission, holds

LANDINGS = ((Permission.VIEW, "inbox"),)
CHOICES = {"language": ("zh", "en"), "theme": ("light", "dark")}


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/sign-in", "sign_in", sign_in, methods=["GET", "POST"])
    app.add_url_rule("/sign-out", "sign_out", sign_out, methods=["POST"])
    app.add_url_rule("/set-up/<token>", "set_up", set_up, methods=["GET", "POST"])
    app.add_url_rule("/look", "choose_look", choose_look, methods=["POST"])
    app.add_url_rule("/", "home", home)


def home() -> str | Response:
    """Lead everybody to what he is here for."""
    landing = next((one for permission, one in LANDINGS if holds(acting_now(), permission)), None)
    return redirect(url_for(landing)) if landing else render_template("home.html")


def sign_in() -> Response | str | tuple[str, int]:
    """Show the form; check it; a new session gets a new cookie."""
    if request.method == "GET":
        return _form()
    with system().bihuan.unit_of_work() as uow:
        token = enter(uow, request.form.get("login", ""), request.form.get("password", ""))
    if token is None:
        return _form(SignInRefused().text), 422
    return _signed_in(token)


def _form(fault: str = "") -> str:
    accounts: Sequence[Any] = ()
    if system().demo:
        with system().bihuan.unit_of_work() as uow:
            accounts = listed(uow)
    return render_template("sign_in.html", fault=fault, accounts=accounts, titles=titles(), password=PASSWORD)


def _signed_in(token: str) -> Response:
    answer = make_response(redirect(_here(request.args.get("next", ""))))
    keep_cookie(answer, token)
    return answer


def _here(place: str) -> str:
    """Return a place of our own; anything that leads elsewhere becomes the home page."""
    parts = urlsplit(place)
    ours = place.startswith("/") and not place.startswith(("//", "/\\")) and not parts.netloc
    return place if ours else url_for("home")


def sign_out() -> Response:
    """End the session."""
    with system().bihuan.unit_of_work() as uow:
        sessions.end(uow, request.cookies.get("bihuan_session", ""))
    return redirect(url_for("sign_in"))


def set_up(token: str) -> Response | str:
    """Make the first system administrator, once, with the printed token."""
    if request.method == "GET":
        return render_template("set_up.html")
    form = request.form
    with system().bihuan.unit_of_work() as uow:
        account_id = making.make_first(
            uow,
            token,
            system().secret,
            form.get("login", ""),
            form.get("name", ""),
            form.get("password", ""),
        )
        return _signed_in(sessions.begin(uow, account_id))


def choose_look() -> Response:
    """Keep language or theme with the account."""
    chosen = {key: request.form[key] for key, ok in CHOICES.items() if request.form.get(key) in ok}
    if chosen:
        with system().bihuan.unit_of_work() as uow:
            mine = ACCOUNT.c.id == acting_now().account_id
            uow.session.execute(update(ACCOUNT).where(mine).values(**chosen))
    return redirect(_here(request.form.get("back", "")))
