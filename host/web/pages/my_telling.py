"""通知方式: one's address and its code, which kinds go there and when, a test, one's calendar."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from flask import Flask, render_template, request, url_for

from engine.errors import InvalidInput
from host.telling import contacts, deadlines
from host.telling.contacts import KINDS, Wishes
from host.telling.writing import code_mail
from host.web.answering import Answer, answered, said
from host.web.context import acting_now, system
from host.web.message_words import KINDS as WORDS
from host.web.pages.messages import reader

HOURS = ("digest_hour", "quiet_from", "quiet_until")


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/me/telling", "my_telling", show)
    app.add_url_rule("/me/telling", "change_telling", change, methods=["POST"])
    app.add_url_rule("/me/telling/address", "ask_code", ask_code, methods=["POST"])
    app.add_url_rule("/me/telling/code", "confirm_address", confirm, methods=["POST"])
    app.add_url_rule("/me/telling/forget", "forget_address", forget, methods=["POST"])
    app.add_url_rule("/me/telling/test", "test_telling", test, methods=["POST"])
    app.add_url_rule("/me/telling/calendar", "make_calendar", make_calendar, methods=["POST"])
    app.add_url_rule("/me/telling/calendar/end", "end_calendar", end_calendar, methods=["POST"])


def show(fault: str = "", token: str = "") -> str:
    """Show how one is told; token: of a new calendar, shown this once."""
    with system().bihuan.unit_of_work() as uow:
        one = contacts.contact(uow, reader())
        return render_template(
            "me/telling.html",
            one=one,
            wishes=_wishes(one),
            kinds=[(kind, WORDS[kind][1]) for kind in KINDS],
            hours=range(24),
            mailer=system().bihuan.postman().mailer is not None,
            calendar=url_for("calendar", token=token, _external=True) if token else "",
            minutes=contacts.CODE_MINUTES,
            fault=fault,
            said=said(),
        )


def _wishes(one: Any) -> Mapping[str, Any]:
    """Return what the form shows: what was just sent and refused, else what is kept."""
    form = request.form if request.endpoint == "change_telling" else None
    hours = {name: form.get(name, type=int) if form else getattr(one, name) for name in HOURS}
    return {"kinds": form.getlist("kind") if form else one.kinds, **hours}


def change() -> Answer:
    """Keep which kinds go out and when."""
    form = request.form

    def command() -> str:
        with system().bihuan.unit_of_work() as uow:
            uow.actor = acting_now().own
            hours = (_hour(form.get(name, "")) for name in HOURS)
            contacts.wish(uow, reader(), Wishes(form.getlist("kind"), *hours))
        return url_for("my_telling", said="changed")

    return answered(command, show)


def _hour(text: str) -> int | None:
    if not text:
        return None
    if not text.isdigit():
        raise InvalidInput("请从列表里选择通知种类和钟点。", code="contact.wishes")
    return int(text)


def ask_code() -> Answer:
    """Send a code to a new address: at once, so that a refusal is seen here."""

    def command() -> str:
        mailer, own = system().bihuan.postman().mailer, acting_now()
        if mailer is None:
            raise InvalidInput(
                "系统管理员还没有设置邮件服务器,暂时不能用邮件通知。", code="contact.no_mailer"
            )
        with system().bihuan.unit_of_work() as uow:
            address, code = contacts.ask_code(uow, reader(), request.form.get("email", ""))
            at = uow.now()
        [outcome] = mailer.send([code_mail(str(uuid4()), address, own.own.name, code, own.language, at)])
        if not outcome.sent:
            raise InvalidInput(
                f"验证码没有发出:{outcome.told}。请核对邮箱,一分钟后再试。", code="contact.not_sent"
            )
        return url_for("my_telling", said="code_sent", _anchor="code")

    return answered(command, show)


def confirm() -> Answer:
    """Take the new address if the code is right."""

    def command() -> str:
        with system().bihuan.unit_of_work() as uow:
            uow.actor = acting_now().own
            right = contacts.confirm(uow, reader(), request.form.get("code", ""))
        if not right:
            raise InvalidInput("验证码不对;请核对邮件里的 6 位数字。", code="contact.code_wrong")
        return url_for("my_telling", said="address_confirmed")

    return answered(command, show)


def forget() -> Answer:
    """Forget one's address."""

    def command() -> str:
        with system().bihuan.unit_of_work() as uow:
            uow.actor = acting_now().own
            contacts.forget(uow, reader())
        return url_for("my_telling", said="removed")

    return answered(command, show)


def test() -> Answer:
    """Send oneself a test through all channels."""

    def command() -> str:
        with system().bihuan.unit_of_work() as uow:
            contacts.test(uow, reader())
        return url_for("my_telling", said="test_planned")

    return answered(command, show)


def make_calendar() -> Answer:
    """Make a new address for one's calendar and show it, this once."""
    made: list[str] = []

    def command() -> str:
        if acting_now().actor != acting_now().own:
            raise InvalidInput("代理期间不能新建日历地址;请先改回本人。", code="calendar.in_place")
        with system().bihuan.unit_of_work() as uow:
            uow.actor = acting_now().own
            made.append(deadlines.make(uow, reader()))
        return ""

    answer = answered(command, show)
    return show(token=made[0]) if made else answer


def end_calendar() -> Answer:
    """Let the calendar's address open nothing any more."""

    def command() -> str:
        with system().bihuan.unit_of_work() as uow:
            uow.actor = acting_now().own
            deadlines.end(uow, reader())
        return url_for("my_telling", said="calendar_ended")

    return answered(command, show)
