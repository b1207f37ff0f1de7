"""Sign in: one answer for every failure, a growing pause after five of them."""

from datetime import timedelta

from sqlalchemy import select, update

from engine.errors import NotAllowed
from engine.model.base import table_of
from engine.uow import UnitOfWork
from host.accounts import passwords, sessions
from host.model.accounts import Account

ACCOUNT = table_of(Account)
FREE_ATTEMPTS = 5
LONGEST_PAUSE = timedelta(hours=1)


class SignInRefused(NotAllowed):
    """Wrong login, wrong password, locked or disabled: the caller learns only that it did not work."""

    code = "sign_in.refused"

    def __init__(self) -> None:
        super().__init__("账号或密码不对,或者账号暂时锁定;请核对后再试,连续输错请稍等或联系系统管理员。")


def sign_in(uow: UnitOfWork, login: str, password: str) -> str | None:
    """Check the password under a row lock; return a new session's token, or None, with the failure counted.

    It answers instead of raising: the count of failures must be committed.
    """
    found = select(ACCOUNT).where(ACCOUNT.c.login == login.strip().lower()).with_for_update()
    row = uow.session.execute(found).mappings().first()
    right = passwords.matches(row["password_hash"] if row else None, password)
    if row is None:
        return None
    now = uow.now()
    if row["disabled_at"] or (row["locked_until"] and row["locked_until"] > now):
        return None
    mine = update(ACCOUNT).where(ACCOUNT.c.id == row["id"])
    if not right:
        failed = row["failed_attempts"] + 1
        uow.session.execute(mine.values(failed_attempts=failed, locked_until=now + pause(failed)))
        uow.audit("account.sign_in_failed", subject=str(row["id"]))
        return None
    uow.session.execute(mine.values(failed_attempts=0, locked_until=None))
    uow.audit("account.sign_in", subject=str(row["id"]))
    return sessions.begin(uow, row["id"])


def pause(failed: int) -> timedelta:
    """Return how long an account is locked after so many failures in a row: 30 s, doubled up to an hour."""
    if failed < FREE_ATTEMPTS:
        return timedelta()
    return min(timedelta(seconds=30 * 2 ** min(failed - FREE_ATTEMPTS, 10)), LONGEST_PAUSE)
