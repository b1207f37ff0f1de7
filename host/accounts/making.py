"""Make accounts; the first administrator of an installation makes himself, once."""

import hmac
from hashlib import sha256

from sqlalchemy import exists, select, text

from engine.errors import Conflict, InvalidInput, NotAllowed
from engine.uow import UnitOfWork
from host.accounts import passwords
from host.model.accounts import DUTIES, Account, AccountDuty

FIRST = 0x62696801


def make(
    uow: UnitOfWork,
    login: str,
    name: str,
    password: str,
    *,
    person_id: int | None = None,
    duty: str | None = None,
    must_change: bool = False,
) -> int:
    """Make an account and return its id; it does a person's work or has one administrative duty, never both.

    must_change: the password is good for one time. Raises InvalidInput, Conflict (`account.exists`, `duty.held`).
    """
    login, name = login.strip().lower(), name.strip()
    if not login or not name:
        raise InvalidInput("账号和姓名都要填写;请补全。", code="account.incomplete")
    if uow.session.scalar(select(exists().where(Account.login == login))):
        raise Conflict(f"账号“{login}”已经有了;请换一个账号名。", code="account.exists")
    if duty is not None:
        _require_separate(uow, name, duty, person_id)
    account = Account(
        login=login,
        name=name,
        password_hash=passwords.hashed(password),
        person_id=person_id,
        must_change=must_change,
        created_at=uow.now(),
    )
    uow.session.add(account)
    uow.session.flush()
    if duty is not None:
        uow.session.add(AccountDuty(account_id=account.id, duty=duty))
    uow.audit("account.make", subject=str(account.id), data={"duty": duty})
    return account.id


def _require_separate(uow: UnitOfWork, name: str, duty: str, person_id: int | None) -> None:
    """Refuse a duty beside a person's work or beside another duty of the same name (三员分立)."""
    if duty not in DUTIES or person_id is not None:
        raise InvalidInput(
            "管理员账号不办理业务,不能挂在登记人员名下;请为管理员另设账号。", code="duty.with_work"
        )
    other = (
        select(AccountDuty.duty)
        .join(Account, Account.id == AccountDuty.account_id)
        .where(Account.name == name, Account.disabled_at.is_(None), AccountDuty.duty != duty)
    )
    if uow.session.scalar(other):
        raise Conflict(
            f"“{name}”已是另一类管理员,系统、流程、审计三员不能由一人兼任;若是同名的另一人,请在姓名后注明。",
            code="duty.held",
        )


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
