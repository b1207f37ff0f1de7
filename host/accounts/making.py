"""Make accounts: of people, or with one administrative duty, never both."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import exists, select

from engine.errors import Conflict, InvalidInput
from engine.once import once
from engine.uow import UnitOfWork
from host.accounts import passwords
from host.model.accounts import DUTIES, Account, AccountDuty

LONGEST_LOGIN = 60


def make(
    uow: UnitOfWork,
    login: str,
    name: str,
    password: str = "",
    *,
    stored: str | None = None,
    person_id: int | None = None,
    duty: str | None = None,
    one_time_until: datetime | None = None,
) -> int:
    """Make an account and return its id; it does a person's work or has one administrative duty, never both.

    stored: what `passwords.hashed` made of the password before. one_time_until: the password is good for one time, until then; None: it is his own.
    Raises InvalidInput, Conflict (`account.exists`, `account.of_person`, `duty.held`).
    """
    login, name = login.strip().lower(), name.strip()
    if not login or not name or len(login) > LONGEST_LOGIN:
        raise InvalidInput("账号和姓名都要填写,账号最长 60 个字符;请补全。", code="account.incomplete")
    require_free(uow, login)
    if duty is not None:
        _require_separate(uow, name, duty, person_id)
    account = Account(
        login=login,
        name=name,
        password_hash=stored or passwords.hashed(password),
        person_id=person_id,
        must_change=one_time_until is not None,
        password_until=one_time_until,
        created_at=uow.now(),
    )
    with once(uow, {"uq_account_login": _taken(login), "uq_account_person_id": _has_one()}):
        uow.session.add(account)
    if duty is not None:
        uow.session.add(AccountDuty(account_id=account.id, duty=duty))
    uow.audit("account.make", subject=str(account.id), data={"duty": duty})
    return account.id


def require_free(uow: UnitOfWork, login: str, *, taken: Collection[str] = ()) -> None:
    """Raise Conflict if another account has this login, or is about to get it (taken)."""
    login = login.strip().lower()
    if login in taken or uow.session.scalar(select(exists().where(Account.login == login))):
        raise _taken(login)


def _taken(login: str) -> Conflict:
    return Conflict(f"账号“{login}”已经有了;请换一个账号名。", code="account.exists")


def _has_one() -> Conflict:
    return Conflict("这个人已经有账号了;忘了密码请重置,停用了请启用。", code="account.of_person")


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
