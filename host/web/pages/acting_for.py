"""Act in somebody's place from now on, or as oneself again."""

from flask import Flask, redirect, request, url_for
from werkzeug.wrappers import Response

from engine.errors import NotAllowed
from host.accounts import sessions
from host.web.context import COOKIE, acting_now, system


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/acting-for", "act_for", act_for, methods=["POST"])


def act_for() -> Response:
    """Act in somebody's place from now on, or as oneself again."""
    chosen = request.form.get("person", type=int)
    if chosen is not None and chosen not in {one.person_id for one in acting_now().stand_ins}:
        raise NotAllowed("您现在不代理这个人;请在“代理”页核对日期。", code="substitute.not_in_force")
    with system().bihuan.unit_of_work() as uow:
        sessions.act_for(uow, request.cookies.get(COOKIE, ""), chosen)
        facts = {"person_id": chosen}
        uow.audit("account.act_for", by=acting_now().own, subject=str(acting_now().account_id), data=facts)
    return redirect(url_for("inbox"), 303)
