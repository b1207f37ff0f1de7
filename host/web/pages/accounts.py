"""Accounts as the system administrator keeps them: make, disable, one-time password, sign out everywhere."""

from collections.abc import Callable

from flask import Flask, render_template, request, url_for

from engine.errors import InvalidInput, NotAllowed, NotFound
from engine.uow import UnitOfWork
from host.accounts import administering, making
from host.accounts.administering import PAGE
from host.accounts.one_time import good_until, one_time_password
from host.web.answering import Answer, answered, said
from host.web.context import acting_now, system
from ledger.model.register import Person

LONGEST_SEARCH = 60
DUTIES = {"system": "系统管理员", "process": "流程管理员", "audit": "审计管理员"}


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/manage/accounts", "accounts", show)
    app.add_url_rule("/manage/accounts", "make_account", make, methods=["POST"])
    app.add_url_rule("/manage/accounts/<int:account_id>", "account", one)
    app.add_url_rule("/manage/accounts/<int:account_id>/<action>", "change_account", change, methods=["POST"])


def show(fault: str = "") -> str:
    """List the accounts; a form makes one for an administrator."""
    text = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    page = max(1, min(request.args.get("page", 1, type=int) or 1, 100_000))
    with system().bihuan.unit_of_work() as uow:
        rows, total = administering.listed(uow, text=text, page=page)
        return render_template(
            "manage/accounts.html",
            rows=rows,
            total=total,
            text=text,
            page=page,
            pages=-(-total // PAGE),
            now=uow.now(),
            duties=DUTIES,
            is_at_server=administering.is_at_server,
            fault=fault,
            said=said(),
        )


def one(account_id: int, fault: str = "", word: str = "") -> str:
    """Show an account; word: its one-time password, shown this once."""
    with system().bihuan.unit_of_work() as uow:
        found = administering.one(uow, account_id)
        duty = administering.duty_of(uow, account_id)
        return render_template(
            "manage/account.html",
            one=found,
            person=uow.session.get(Person, found.person_id) if found.person_id else None,
            duty=DUTIES[duty] if duty else "",
            at_server=administering.is_at_server(duty),
            locked=found.locked_until is not None and found.locked_until > uow.now(),
            word=word,
            now=uow.now(),
            fault=fault,
            said=said(),
        )


def make() -> Answer:
    """Make an account, for a person of the register or with an administrative duty; show its one-time password."""
    form = request.form
    made: list[tuple[int, str]] = []

    def command() -> str:
        person_id, duty = form.get("person", type=int), form.get("duty") or None
        with system().bihuan.unit_of_work() as uow:
            found = opened(uow, form.get("login", ""), form.get("name", ""), person_id=person_id, duty=duty)
        made.append(found)
        return ""

    answer = answered(command, show)
    return one(made[0][0], word=made[0][1]) if made else answer


def opened(
    uow: UnitOfWork, login: str, name: str, *, person_id: int | None, duty: str | None
) -> tuple[int, str]:
    """Make an account and return its id and one-time password. Raises InvalidInput, NotFound, Conflict."""
    uow.actor, word = acting_now().own, one_time_password()
    if person_id is None and duty is None:
        raise InvalidInput("账号要么属于登记在册的人员,要么是三类管理员之一;请选择。", code="account.nobodys")
    if administering.is_at_server(duty):
        raise NotAllowed(
            "流程管理员和审计管理员不由系统管理员新设;请由运维人员在服务器上运行 bihuan account make。",
            code="account.at_server",
        )
    name = _name(uow, person_id) if person_id else name
    until = good_until(uow.now(), system().bihuan.settings.one_time_hours)
    return making.make(uow, login, name, word, person_id=person_id, duty=duty, one_time_until=until), word


def _name(uow: UnitOfWork, person_id: int) -> str:
    person = uow.session.get(Person, person_id)
    if person is None:
        raise NotFound("找不到这个人;请从名册里选择。", code="person.not_found")
    return person.name


def change(account_id: int, action: str) -> Answer:
    """Do one of the things an administrator does to an account."""
    by, own_id = acting_now().own, acting_now().account_id
    if action == "reset":
        with system().bihuan.unit_of_work() as uow:
            hours = system().bihuan.settings.one_time_hours
            word = administering.reset_password(uow, account_id, hours=hours, by=by)
        return one(account_id, word=word)
    commands: dict[str, tuple[str, Callable[[UnitOfWork], None]]] = {
        "disable": ("disabled", lambda uow: administering.disable(uow, account_id, by=by, own_id=own_id)),
        "enable": ("enabled", lambda uow: administering.enable(uow, account_id, by=by)),
        "sign-out": ("signed_out", lambda uow: administering.sign_out_everywhere(uow, account_id, by=by)),
        "factor-off": ("factor_off", lambda uow: administering.remove_factor(uow, account_id, by=by)),
    }
    if action not in commands:
        raise NotFound("没有这项操作;请回到账号页面。", code="account.action")
    word_after, run = commands[action]

    def command() -> str:
        with system().bihuan.unit_of_work() as uow:
            run(uow)
        return url_for("account", account_id=account_id, said=word_after)

    return answered(command, lambda fault: one(account_id, fault))
