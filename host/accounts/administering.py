"""What the system administrator does to accounts."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select

from engine.access import Actor
from engine.errors import InvalidInput, NotAllowed, NotFound, WrongState
from engine.uow import UnitOfWork
from host.accounts import passwords, second_factor, sessions, tokens
from host.accounts.one_time import good_until, one_time_password
from host.model.accounts import Account, AccountDuty
from ledger.model.register import Organisation, Person
from ledger.roster import people

PAGE = 50
OWN_DUTY = "system"


def listed(uow: UnitOfWork, *, text: str = "", page: int = 1) -> tuple[Sequence[Any], int]:
    """Return a page of accounts with person, organisation and duty, and how many there are in all."""
    wanted = (
        select(
            Account,
            Organisation.name.label("organisation"),
            AccountDuty.duty,
            func.count().over().label("total"),
        )
        .outerjoin(Person, Person.id == Account.person_id)
        .outerjoin(Organisation, Organisation.id == Person.organisation_id)
        .outerjoin(AccountDuty, AccountDuty.account_id == Account.id)
        .order_by(AccountDuty.duty.is_(None), Account.login)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    if text:
        named = (Account.login, Account.name, Organisation.name)
        wanted = wanted.where(or_(*(column.icontains(text, autoescape=True) for column in named)))
    rows = uow.session.execute(wanted).all()
    return rows, rows[0].total if rows else 0


def one(uow: UnitOfWork, account_id: int) -> Account:
    """Return an account. Raises NotFound."""
    found = uow.session.get(Account, account_id)
    if found is None:
        raise NotFound("找不到这个账号;请从账号列表里选择。", code="account.not_found")
    return found


def of_person(uow: UnitOfWork, person_id: int) -> Account | None:
    """Return the account of a person, if he has one."""
    return uow.session.scalar(select(Account).where(Account.person_id == person_id))


def _require_may_open(uow: UnitOfWork, account_id: int, by: Actor) -> None:
    """Refuse what would let a system administrator into the account of another duty (三员分立).

    Raises NotAllowed: that is done at the server, by who runs it.
    """
    if is_at_server(duty_of(uow, account_id)) and not by.system:
        raise NotAllowed(
            "流程管理员和审计管理员的账号不由系统管理员重置或启用;请由运维人员在服务器上运行 bihuan account。",
            code="account.at_server",
        )


def duty_of(uow: UnitOfWork, account_id: int) -> str | None:
    """Return the administrative duty of an account."""
    found = uow.session.get(AccountDuty, account_id)
    return found.duty if found is not None else None


def is_at_server(duty: str | None) -> bool:
    """Tell whether accounts of a duty are made and opened at the server only: one person would else have two duties."""
    return duty is not None and duty != OWN_DUTY


def reset_password(uow: UnitOfWork, account_id: int, *, hours: int, by: Actor) -> str:
    """Give an account a one-time password and end its sessions; it also opens a locked account.

    Raises NotFound; NotAllowed for another duty than the system administrator's, unless at the server.

    hours: how long the password is good for.
    """
    found, word = one(uow, account_id), one_time_password()
    _require_may_open(uow, account_id, by)
    found.password_hash, found.must_change = passwords.hashed(word), True
    found.password_until = good_until(uow.now(), hours)
    found.failed_attempts, found.locked_until = 0, None
    sessions.end_all(uow, account_id)
    uow.audit("account.reset_password", by=by, subject=str(account_id))
    return word


def disable(uow: UnitOfWork, account_id: int, *, by: Actor, own_id: int | None) -> None:
    """Let nobody sign in with an account; its sessions and tokens end. Raises NotFound, InvalidInput for one's own."""
    if account_id == own_id:
        raise InvalidInput("不能停用自己的账号;请由另一位系统管理员停用。", code="account.own")
    found = one(uow, account_id)
    found.disabled_at = found.disabled_at or uow.now()
    sessions.end_all(uow, account_id)
    tokens.revoke_all(uow, account_id)
    uow.audit("account.disable", by=by, subject=str(account_id))


def leave(
    uow: UnitOfWork, jurisdiction_id: int, person_id: int, on: date, *, by: Actor, own_id: int | None
) -> None:
    """Note somebody's last day; his account is disabled once it is over. Raises as `people.leave` and `disable`."""
    people.leave(uow, jurisdiction_id, person_id, on, by=by)
    account = of_person(uow, person_id)
    if account is not None and on < people.today(uow):
        disable(uow, account.id, by=by, own_id=own_id)


def enable(uow: UnitOfWork, account_id: int, *, by: Actor) -> None:
    """Let an account sign in again. Raises NotFound; WrongState if its person has left."""
    found = one(uow, account_id)
    _require_may_open(uow, account_id, by)
    person = uow.session.get(Person, found.person_id) if found.person_id else None
    if person is not None and person.left_on is not None:
        raise WrongState(f"{person.name}已于 {person.left_on} 离岗;请先改回在岗。", code="account.left")
    found.disabled_at = None
    uow.audit("account.enable", by=by, subject=str(account_id))


def sign_out_everywhere(uow: UnitOfWork, account_id: int, *, by: Actor) -> None:
    """End all sessions of an account. Raises NotFound."""
    sessions.end_all(uow, one(uow, account_id).id)
    uow.audit("account.sign_out_everywhere", by=by, subject=str(account_id))


def remove_factor(uow: UnitOfWork, account_id: int, *, by: Actor) -> None:
    """Turn the second factor of somebody off who lost phone and recovery codes. Raises NotFound."""
    second_factor.turn_off(uow, one(uow, account_id).id)
    _require_may_open(uow, account_id, by)
    sessions.end_all(uow, account_id)
    uow.audit("account.remove_factor", by=by, subject=str(account_id))
