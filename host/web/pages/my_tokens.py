"""Tokens of my programs: make one, shown this once; revoke one."""

from flask import Flask, request, url_for

from engine.errors import InvalidInput
from host.accounts import tokens
from host.web.answering import Answer, answered, number
from host.web.context import acting_now, system
from host.web.pages.me import show
from host.web.permissions import MEANINGS


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/me/tokens", "make_token", make_token, methods=["POST"])
    app.add_url_rule("/me/tokens/<int:token_id>/revoke", "revoke_token", revoke_token, methods=["POST"])


def make_token() -> Answer:
    """Make a token for a program and show it, this once."""
    form, who, made = request.form, acting_now(), list[str]()

    def command() -> str:
        with system().bihuan.unit_of_work() as uow:
            uow.actor = who.own
            scopes, allowed = form.getlist("scope"), {str(one) for one in MEANINGS if one in who.permissions}
            if who.actor != who.own:
                raise InvalidInput("代理期间不能新建令牌;请先改回本人。", code="token.in_place")
            name = form.get("name", "")
            made.append(tokens.make(uow, who.account_id, name, scopes, number("days"), allowed=allowed))
        return ""

    answer = answered(command, show)
    return show(token=made[0]) if made else answer


def revoke_token(token_id: int) -> Answer:
    """Revoke one of one's tokens."""

    def command() -> str:
        with system().bihuan.unit_of_work() as uow:
            uow.actor = acting_now().own
            tokens.revoke(uow, acting_now().account_id, token_id)
        return url_for("me", said="revoked")

    return answered(command, show)
