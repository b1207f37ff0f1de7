"""`bihuan account`: accounts that only who works at the server may open, above all that of the audit administrator."""

import click
from sqlalchemy import select

from engine.errors import NotFound
from engine.uow import UnitOfWork
from host.accounts import administering, making
from host.accounts.one_time import good_until, one_time_password
from host.cli.opening import DATABASE, opened, operator
from host.model.accounts import DUTIES, Account


def add_to(group: click.Group) -> None:
    """Add the commands of this module."""
    group.add_command(account)


@click.group("account")
def account() -> None:
    """Accounts of administrators, opened at the server."""


@account.command("make")
@click.argument("login")
@click.option("--name", required=True, metavar="NAME", help="姓名。")
@click.option("--duty", type=click.Choice(DUTIES), required=True, help="哪一类管理员。")
@DATABASE
def make(login: str, name: str, duty: str, database: str | None) -> None:
    """Make an administrator and print his one-time password."""
    word = one_time_password()
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        uow.actor = operator()
        until = good_until(uow.now(), bihuan.settings.one_time_hours)
        making.make(uow, login, name, word, duty=duty, one_time_until=until)
    _tell(login, word, bihuan.settings.one_time_hours)


@account.command("reset")
@click.argument("login")
@click.option("--without-factor", is_flag=True, help="同时关闭两步验证。")
@DATABASE
def reset(login: str, without_factor: bool, database: str | None) -> None:
    """Give an account a one-time password, end its sessions and print the password."""
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        account_id = _account(uow, login)
        hours = bihuan.settings.one_time_hours
        if without_factor:
            administering.remove_factor(uow, account_id, by=operator())
        word = administering.reset_password(uow, account_id, hours=hours, by=operator())
    _tell(login, word, hours)


@account.command("enable")
@click.argument("login")
@DATABASE
def enable(login: str, database: str | None) -> None:
    """Let a disabled account sign in again."""
    with opened(database) as bihuan, bihuan.unit_of_work() as uow:
        administering.enable(uow, _account(uow, login), by=operator())
    click.echo(f"账号 {login} 已启用。")


def _account(uow: UnitOfWork, login: str) -> int:
    found = uow.session.scalar(select(Account.id).where(Account.login == login.strip().lower()))
    if found is None:
        raise NotFound(f"没有账号“{login}”;请核对账号名。", code="account.not_found")
    return found


def _tell(login: str, word: str, hours: int) -> None:
    click.echo(f"账号 {login} 的一次性密码({hours} 小时内有效,登录后必须先改):\n    {word}")
