"""The first administrator of an installation makes himself, once."""

import hmac
from hashlib import sha256

from sqlalchemy import exists, select, text

from engine.errors import NotAllowed
from engine.uow import UnitOfWork
from host.accounts.making import make
from host.model.accounts import Account

FIRST = 0x62696801


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
    return make(uow, login, name, password, duty="system")
