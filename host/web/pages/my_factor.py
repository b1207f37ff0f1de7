"""My second factor: turn it on with the phone, keep the recovery codes, turn it off."""

from datetime import UTC, datetime

from flask import Flask, render_template, request, url_for

from engine.errors import NotFound
from host.accounts import administering, own_password, second_factor, totp
from host.web.answering import Answer, answered
from host.web.context import acting_now, only_looks, system
from host.web.pages.me import show
from host.web.words import translate as _

ISSUER = "闭环 Bihuan"


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/me/factor", "factor", factor, methods=["GET", "POST"])
    app.add_url_rule("/me/factor/off", "factor_off", factor_off, methods=["POST"])


def factor() -> Answer:
    """Set the second factor up: scan, show a code, keep the recovery codes."""
    if only_looks():
        return _factor_form(totp.new_secret())
    form, who, codes = request.form, acting_now(), list[str]()
    secret = form.get("secret", "")
    if not totp.is_secret(secret):
        raise NotFound("设置已经过期;请从“我的账号”重新开始。", code="factor.secret")
    if not _proved():
        return _factor_form(secret, _("密码不对，或账号暂时锁定；请核对后再试。")), 422

    def command() -> str:
        with system().bihuan.unit_of_work() as uow:
            uow.actor = who.own
            at, key = datetime.now(UTC), system().secret
            codes.extend(
                second_factor.turn_on(uow, who.account_id, secret, form.get("code", ""), at=at, key=key)
            )
        return ""

    answer = answered(command, lambda fault: _factor_form(secret, fault))
    return render_template("me/recovery.html", codes=codes) if codes else answer


def _factor_form(secret: str, fault: str = "") -> str:
    with system().bihuan.unit_of_work() as uow:
        login = administering.one(uow, acting_now().account_id).login
    drawn = totp.picture(secret, login, ISSUER)
    return render_template("me/factor.html", login=login, secret=secret, picture=drawn, fault=fault)


def factor_off() -> Answer:
    """Turn the second factor off, with the password."""
    if not _proved():
        return show(_("密码不对，或账号暂时锁定；请核对后再试。")), 422
    with system().bihuan.unit_of_work() as uow:
        uow.actor = acting_now().own
        second_factor.turn_off(uow, acting_now().account_id)
    return answered(lambda: url_for("me", said="factor_off"), show)


def _proved() -> bool:
    with system().bihuan.unit_of_work() as uow:
        return own_password.prove(uow, acting_now().account_id, request.form.get("password", ""))
