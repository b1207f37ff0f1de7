"""Sign in: one answer for every failure, a growing pause after five of them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from engine.access import Actor
from engine.errors import NotAllowed
from engine.uow import UnitOfWork
from host.accounts import passwords, sessions
from host.accounts.failures import ACCOUNT, count_failure, forget_failures, locked
from host.accounts.one_time import has_expired

NOBODY: Mapping[Any, Any] = {"id": 0, "password_hash": None, "failed_attempts": 0, "disabled_at": None}


class SignInRefused(NotAllowed):
    """Wrong login, wrong password, an expired one, locked or disabled: the caller learns only that it did not work."""

    code = "sign_in.refused"

    def __init__(self) -> None:
        super().__init__(
            "账号或密码不对、一次性密码已过期,或者账号暂时锁定;请核对后再试,连续输错请稍等或联系系统管理员。"
        )


def sign_in(uow: UnitOfWork, login: str, password: str, *, agent: str = "") -> str | None:
    """Check the password under a row lock; return a new session's token, or None, with the failure counted.

    It answers instead of raising: the count of failures must be committed. A session of an account with a second factor
    opens nothing yet. A login that nobody has costs the same work as a wrong password; so does a one-time password whose time is over.
    """
    found = select(ACCOUNT).where(ACCOUNT.c.login == login.strip().lower()).with_for_update()
    row = uow.session.execute(found).mappings().first() or NOBODY
    right = passwords.matches(row["password_hash"], password)
    if row["disabled_at"] or locked(uow, row):
        return None
    if not right:
        count_failure(uow, row, "account.sign_in_failed")
        return None
    if has_expired(row, uow.now()):
        uow.audit("account.one_time_expired", subject=str(row["id"]))
        return None
    return enter(uow, row, agent=agent, factor_due=row["factor_secret"] is not None)


def enter(uow: UnitOfWork, row: Mapping[Any, Any], *, agent: str, factor_due: bool) -> str:
    """Open a session; failures are forgotten only when nothing more is asked for."""
    if not factor_due:
        forget_failures(uow, row["id"])
    by = Actor(row["person_id"], row["name"])
    uow.audit("account.sign_in", by=by, subject=str(row["id"]), data={"factor_due": factor_due})
    return sessions.begin(uow, row["id"], agent=agent, factor_due=factor_due)
