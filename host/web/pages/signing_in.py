"""Sign in and out; the first administrator; look and language."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, make_response, redirect, render_template, request, url_for
from sqlalchemy import update
from werkzeug.wrappers import Response

from host.accounts import second_factor, sessions
from host.accounts.failures import ACCOUNT
from host.accounts.signing_in import SignInRefused
from host.accounts.signing_in import sign_in as enter
from host.demo.accounts import PASSWORD, listed, titles
from host.web.context import COOKIE, acting_now, only_looks, system
from host.web.guarding import keep_cookie
from host.web.permissions import Permission, holds
from ledger.queues import only_watches

LANDINGS: tuple[tuple[Permission, str, dict[str, Any]], ...] = (
    (Permission.VIEW, "inbox", {}),
    (Permission.DIRECTORY, "organisations", {}),
    (Permission.AUDIT, "audit", {}),
    (Permission.DEFINITIONS, "definitions", {"folder": "processes"}),
)
CHOICES = {"language": ("zh", "en"), "theme": ("light", "dark")}


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/sign-in", "sign_in", sign_in, methods=["GET", "POST"])
    app.add_url_rule("/sign-in/code", "show_code", show_code, methods=["GET", "POST"])
    app.add_url_rule("/sign-out", "sign_out", sign_out, methods=["POST"])
    app.add_url_rule("/look", "choose_look", choose_look, methods=["POST"])
    app.add_url_rule("/", "home", home)


def home() -> str | Response:
    """Lead everybody to what he is here for."""
    if holds(acting_now(), Permission.VIEW) and only_watches(acting_now().actor):
        return redirect(url_for("inbox", view="watch"))
    for permission, endpoint, values in LANDINGS:
        if holds(acting_now(), permission):
            return redirect(url_for(endpoint, **values))
    return render_template("home.html")


def sign_in() -> Response | str | tuple[str, int]:
    """Show the form; check it; a new session gets a new cookie."""
    if only_looks():
        return _form()
    form, agent = request.form, request.headers.get("User-Agent", "")
    with system().bihuan.unit_of_work() as uow:
        token = enter(uow, form.get("login", ""), form.get("password", ""), agent=agent)
    if token is None:
        return _form(SignInRefused().text), 422
    return signed_in(token, request.args.get("next", ""))


def show_code() -> Response | str | tuple[str, int]:
    """Ask for the second factor; again a new cookie when it is right."""
    if only_looks():
        return render_template("me/code.html")
    with system().bihuan.unit_of_work() as uow:
        token = second_factor.show(
            uow,
            request.cookies.get(COOKIE, ""),
            request.form.get("code", ""),
            at=datetime.now(UTC),
            key=system().secret,
            agent=request.headers.get("User-Agent", ""),
        )
    if token is None:
        return render_template("me/code.html", fault=second_factor.WRONG), 422
    return signed_in(token, request.args.get("next", ""))


def _form(fault: str = "") -> str:
    accounts: Sequence[Any] = ()
    if system().demo:
        with system().bihuan.unit_of_work() as uow:
            accounts = listed(uow)
    return render_template(
        "sign_in.html",
        fault=fault,
        accounts=accounts,
        titles=titles(),
        password=PASSWORD,
        service=system().oidc,
        next=request.args.get("next"),
    )


def signed_in(token: str, place: str) -> Response:
    """Give the browser its new session and lead it on: to the second factor if that is due, or to a place of ours."""
    with system().bihuan.unit_of_work() as uow:
        due = sessions.awaiting_code(uow, token) is not None
    place = here(place)
    answer = make_response(redirect(url_for("show_code", next=place) if due else place))
    keep_cookie(answer, token)
    return answer


def here(place: str) -> str:
    """Return a place of our own; anything that leads elsewhere becomes the home page."""
    parts = urlsplit(place)
    ours = place.startswith("/") and not place.startswith(("//", "/\\")) and not parts.netloc
    return place if ours else url_for("home")


def sign_out() -> Response:
    """End the session."""
    with system().bihuan.unit_of_work() as uow:
        sessions.end(uow, request.cookies.get(COOKIE, ""))
    return redirect(url_for("sign_in"))


def choose_look() -> Response:
    """Keep language or theme with the account."""
    chosen = {key: request.form[key] for key, ok in CHOICES.items() if request.form.get(key) in ok}
    if chosen:
        with system().bihuan.unit_of_work() as uow:
            mine = ACCOUNT.c.id == acting_now().account_id
            uow.session.execute(update(ACCOUNT).where(mine).values(**chosen))
    return redirect(here(request.form.get("back", "")))
