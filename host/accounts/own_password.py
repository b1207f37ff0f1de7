"""One's own password: prove that one knows it, change it."""

from sqlalchemy import select, update

from engine.errors import InvalidInput
from engine.uow import UnitOfWork
from host.accounts import passwords, sessions
from host.accounts.administering import one
from host.accounts.failures import ACCOUNT, count_failure, locked
from host.accounts.one_time import has_expired


def prove(uow: UnitOfWork, account_id: int, password: str) -> bool:
    """Tell whether somebody signed in knows his password; failures count like those of signing in.

    A one-time password whose time is over proves nothing any more.
    """
    row = (
        uow.session.execute(select(ACCOUNT).where(ACCOUNT.c.id == account_id).with_for_update())
        .mappings()
        .one()
    )
    if locked(uow, row) or has_expired(row, uow.now()):
        return False
    right = passwords.matches(row["password_hash"], password)
    if not right:
        count_failure(uow, row, "account.password_refused")
    return right


def change_password(uow: UnitOfWork, account_id: int, new: str, again: str, *, keeping: str) -> None:
    """Give oneself a new password, after `prove`. keeping: the token of this session; all others end.

    Raises InvalidInput if the two differ, if it is too short, the login itself or the old one.
    """
    found = one(uow, account_id)
    if new != again:
        raise InvalidInput("两次输入的新密码不一样;请重新输入。", code="password.differs")
    if new.strip().lower() == found.login or passwords.matches(found.password_hash, new):
        raise InvalidInput("新密码不能与账号或原密码相同;请换一个。", code="password.same")
    kept = {"password_hash": passwords.hashed(new), "must_change": False, "password_until": None}
    uow.session.execute(update(ACCOUNT).where(ACCOUNT.c.id == account_id).values(**kept))
    sessions.end_all(uow, account_id, but=keeping)
    uow.audit("account.change_password", subject=str(account_id))
