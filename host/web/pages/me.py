"""My account: password, language and look, where I am signed in, second factor, tokens of my programs."""

from flask import Flask, render_template, request, url_for

from host.accounts import administering, own_password, sessions, tokens
from host.web.answering import Answer, answered, said
from host.web.context import COOKIE, acting_now, only_looks, system
from host.web.permissions import MEANINGS
from host.web.words import translate as _

HANDLE = 16
BROWSERS = {"Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/me", "me", show)
    app.add_url_rule("/me/password", "change_password", change_password, methods=["GET", "POST"])
    app.add_url_rule("/me/sessions/end", "end_sessions", end_sessions, methods=["POST"])


def browser(agent: str) -> str:
    """Return a browser and its system in two words, from what it calls itself."""
    name = next((title for sign, title in BROWSERS.items() if sign in agent), "")
    place = next((title for sign, title in SYSTEMS.items() if sign in agent), "")
    return " · ".join(one for one in (name, place) if one) or agent[:40]


def cookie() -> str:
    """Return the token of this session."""
    return request.cookies.get(COOKIE, "")


def show(fault: str = "", token: str = "") -> str:
    """Show everything about one's account; token: a new one, shown this once."""
    who = acting_now()
    with system().bihuan.unit_of_work() as uow:
        return render_template(
            "me/show.html",
            one=administering.one(uow, who.account_id),
            sessions=sessions.listed(uow, who.account_id),
            browser=browser,
            this=sessions.hash_of(cookie()),
            handle=HANDLE,
            tokens=tokens.listed(uow, who.account_id),
            now=uow.now(),
            allowed=[(one.value, text) for one, text in MEANINGS.items() if one in who.permissions],
            meanings={one.value: text for one, text in MEANINGS.items()},
            days=tokens.DAYS,
            token_made=token,
            oidc=system().oidc is not None,
            fault=fault,
            said=said(),
        )


def change_password() -> Answer:
    """Change one's password; after a one-time password this is all one may do."""
    if only_looks():
        return _password_form()
    form, who = request.form, acting_now()
    with system().bihuan.unit_of_work() as uow:
        proved = own_password.prove(uow, who.account_id, form.get("old", ""))
    if not proved:
        return _password_form(_("原密码不对，或账号暂时锁定；请核对后再试。")), 422

    def command() -> str:
        with system().bihuan.unit_of_work() as uow:
            uow.actor = who.own
            new, again = form.get("new", ""), form.get("again", "")
            own_password.change_password(uow, who.account_id, new, again, keeping=cookie())
        return url_for("home") if who.must_change else url_for("me", said="password")

    return answered(command, _password_form)


def _password_form(fault: str = "") -> str:
    with system().bihuan.unit_of_work() as uow:
        login = administering.one(uow, acting_now().account_id).login
    return render_template("me/password.html", login=login, fault=fault)


def end_sessions() -> Answer:
    """End one of one's sessions, or all but this one."""
    handle, who = request.form.get("handle", ""), acting_now()

    def command() -> str:
        with system().bihuan.unit_of_work() as uow:
            uow.actor = who.own
            if handle:
                sessions.end_one(uow, who.account_id, handle)
            else:
                sessions.end_all(uow, who.account_id, but=cookie())
            uow.audit("account.end_sessions", subject=str(who.account_id))
        return url_for("me", said="signed_out")

    return answered(command, show)
