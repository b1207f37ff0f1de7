"""Make accounts; the first administrator of an installation makes himself, once."""

import hmac
from collections.abc import Iterable
from hashlib import sha256

from sqlalchemy import exists, select, text

from engine.errors import Conflict, InvalidInput, NotAllowed
from engine.uow import UnitOfWork
from host.accounts import passwords
from host.model.accounts import Account, AccountDuty

FIRST = 0x62696801


def make(
    uow: UnitOfWork,
    login: str,
    name: str,
    password: str,
    *,
    person_id: int | None = None,
    duties: Iterable[str] = (),
) -> int:
    """Make an account and return its id. Raises InvalidInput, Conflict (`account.exists`)."""
    login, name = login.strip().lower(), name.strip()
    if not login or not name:
        raise InvalidInput("账号和姓名都要填写;请补全。", code="account.incomplete")
    if uow.session.scalar(select(exists().where(Account.login == login))):
        raise Conflict(f"账号“{login}”已经有了;请换一个账号名。", code="account.exists")
    account = Account(
        login=login,
        name=name,
        password_hash=passwords.hashed(password),
        person_id=person_id,
        created_at=uow.now(),
    )
    uow.session.add(account)
    uow.session.flush()
    uow.session.add_all(AccountDuty(account_id=account.id, duty=duty) for duty in duties)
    uow.audit("account.make", subject=str(account.id), data={"duties": sorted(duties)})
    return account.id


def nobody_yet(uow: UnitOfWork) -> bool:
    """Tell whether the installation has no account at all."""
    return not uow.session.scalar(select(exists().where(Account.id > 0)))


def setup_token(secret: str) -> str:
    """Return the word that only who reads the server's output knows; every process derives the same."""
    return hmac.new(secret.encode(), b"first administrator", sha256).hexdigest()[:24]


def make_first(uow: UnitOfWork, token: str, secret: str, login: str, name: str, password: str) -> int:
    """Make the first system administrator. Raises NotAllowed unless the token is right and nobody was faster."""
    uow.session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": FIRST})
    if not hmac.compare_digest(token.encode(), setup_token(secret).encode()) or not nobody_yet(uow):
        raise NotAllowed(
            "首个管理员只能用启动时打印的地址设置一次;请核对地址,或用已有账号登录。", code="setup.refused"
        )
    return make(uow, login, name, password, duties=["system"])
