"""Sign in: one answer for every failure, a growing pause after five of them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from engine.access import Actor
from engine.errors import NotAllowed
from engine.model.base import table_of
from engine.uow import UnitOfWork
from host.accounts import passwords, sessions
from host.model.accounts import Account

ACCOUNT = table_of(Account)
FREE_ATTEMPTS = 5
LONGEST_PAUSE = timedelta(hours=1)
NOBODY: Mapping[Any, Any] = {"id": 0, "password_hash": None, "failed_attempts": 0, "disabled_at": None}


class SignInRefused(NotAllowed):
    """Wrong login, wrong password, locked or disabled: the caller learns only that it did not work."""

    code = "sign_in.refused"

    def __init__(self) -> None:
        super().__init__("账号或密码不对,或者账号暂时锁定;请核对后再试,连续输错请稍等或联系系统管理员。")


def sign_in(uow: UnitOfWork, login: str, password: str, *, agent: str = "") -> str | None:
    """Check the password under a row lock; return a new session's token, or None, with the failure counted.

    It answers instead of raising: the count of failures must be committed. A session of an account with a second factor
    opens nothing yet. A login that nobody has costs the same work as a wrong password.
    """
    found = select(ACCOUNT).where(ACCOUNT.c.login == login.strip().lower()).with_for_update()
    row = uow.session.execute(found).mappings().first() or NOBODY
    right = passwords.matches(row["password_hash"], password)
    if row["disabled_at"] or locked(uow, row):
        return None
    if not right:
        count_failure(uow, row, "account.sign_in_failed")
        return None
    return enter(uow, row, agent=agent, factor_due=row["factor_secret"] is not None)


def enter(uow: UnitOfWork, row: Mapping[Any, Any], *, agent: str, factor_due: bool) -> str:
    """Open a session; failures are forgotten only when nothing more is asked for."""
    if not factor_due:
        forget_failures(uow, row["id"])
    by = Actor(row["person_id"], row["name"])
    uow.audit("account.sign_in", by=by, subject=str(row["id"]), data={"factor_due": factor_due})
    return sessions.begin(uow, row["id"], agent=agent, factor_due=factor_due)


def locked(uow: UnitOfWork, row: Mapping[Any, Any]) -> bool:
    """Tell whether an account is in its pause after failures."""
    return row.get("locked_until") is not None and row["locked_until"] > uow.now()


def count_failure(uow: UnitOfWork, row: Mapping[Any, Any], action: str) -> None:
    """Count a wrong password or code, and lock the account for a while after too many."""
    failed = row["failed_attempts"] + 1
    until = uow.now() + pause(failed)
    mine = update(ACCOUNT).where(ACCOUNT.c.id == row["id"])
    uow.session.execute(mine.values(failed_attempts=failed, locked_until=until))
    uow.audit(action, subject=str(row["id"]))


def forget_failures(uow: UnitOfWork, account_id: int) -> None:
    """Begin to count failures again."""
    mine = update(ACCOUNT).where(ACCOUNT.c.id == account_id)
    uow.session.execute(mine.values(failed_attempts=0, locked_until=None))


def pause(failed: int) -> timedelta:
    """Return how long an account is locked after so many failures in a row: 30 s, doubled up to an hour."""
    if failed < FREE_ATTEMPTS:
        return timedelta()
    return min(timedelta(seconds=30 * 2 ** min(failed - FREE_ATTEMPTS, 10)), LONGEST_PAUSE)
