"""The second factor: codes of half a minute from a phone (TOTP, RFC 6238), and recovery codes for the day it is lost."""

import secrets
from datetime import datetime
from hashlib import sha256

from sqlalchemy import delete, insert, or_, select, update

from engine.access import Actor
from engine.errors import InvalidInput
from engine.model.base import table_of
from engine.uow import UnitOfWork
from engine.vault import KeyLost, Vault
from host.accounts import sessions, totp
from host.accounts.failures import ACCOUNT, count_failure, forget_failures, locked
from host.model.accounts import RecoveryCode

RECOVERY_CODES = 10
PURPOSE = "second factor"
RECOVERY = table_of(RecoveryCode)
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
WRONG = "验证码不对、已经用过,或者账号暂时锁定;请等手机换下一个验证码再试。"


def turn_on(uow: UnitOfWork, account_id: int, secret: str, code: str, *, at: datetime, key: str) -> list[str]:
    """Turn the second factor on, if the phone shows the right code; return the recovery codes, this once.

    at: the real time, whatever clock the system runs on. key: the installation's secret. Raises InvalidInput.
    """
    step = totp.step_of(secret, code, at)
    if step is None:
        raise InvalidInput(
            "验证码不对;请核对手机时间,输入手机上现在显示的 6 位数字。", code="factor.wrong_code"
        )
    kept = {"factor_secret": Vault(key, PURPOSE).lock(secret), "factor_step": step}
    uow.session.execute(update(ACCOUNT).where(ACCOUNT.c.id == account_id).values(**kept))
    uow.audit("account.factor_on", subject=str(account_id))
    return renew_recovery(uow, account_id)


def turn_off(uow: UnitOfWork, account_id: int) -> None:
    """Turn the second factor off."""
    kept = {"factor_secret": None, "factor_step": None}
    uow.session.execute(update(ACCOUNT).where(ACCOUNT.c.id == account_id).values(**kept))
    uow.session.execute(delete(RECOVERY).where(RECOVERY.c.account_id == account_id))
    uow.audit("account.factor_off", subject=str(account_id))


def renew_recovery(uow: UnitOfWork, account_id: int) -> list[str]:
    """Replace the recovery codes; only their hashes are kept."""
    codes = [
        "-".join("".join(secrets.choice(ALPHABET) for _ in range(5)) for _ in range(2))
        for _ in range(RECOVERY_CODES)
    ]
    uow.session.execute(delete(RECOVERY).where(RECOVERY.c.account_id == account_id))
    rows = [{"account_id": account_id, "code_hash": _hash(one)} for one in codes]
    uow.session.execute(insert(RECOVERY), rows)
    uow.audit("account.recovery_codes", subject=str(account_id))
    return codes


def show(uow: UnitOfWork, token: str, code: str, *, at: datetime, key: str, agent: str = "") -> str | None:
    """Finish a sign-in that waits for the second factor; return the new session's token, or None, with the failure counted.

    A code works once: neither it nor an older one is taken again. Failures lock the account like wrong passwords.
    """
    account_id = sessions.awaiting_code(uow, token)
    found = select(ACCOUNT).where(ACCOUNT.c.id == (account_id or 0)).with_for_update()
    row = uow.session.execute(found).mappings().first()
    if row is None or row["disabled_at"] or locked(uow, row):
        return None
    if not _accepted(uow, row["id"], row["factor_secret"], code, at, key):
        count_failure(uow, row, "account.factor_failed")
        return None
    forget_failures(uow, row["id"])
    sessions.end(uow, token)
    uow.audit("account.factor", by=Actor(row["person_id"], row["name"]), subject=str(row["id"]))
    return sessions.begin(uow, row["id"], agent=agent)


def _accepted(uow: UnitOfWork, account_id: int, kept: str | None, code: str, at: datetime, key: str) -> bool:
    if kept is None:
        return False
    try:
        step = totp.step_of(Vault(key, PURPOSE).unlock(kept), code, at)
    except KeyLost:  # only recovery codes are left
        step = None
    if step is not None:
        fresh = or_(ACCOUNT.c.factor_step.is_(None), ACCOUNT.c.factor_step < step)
        used = update(ACCOUNT).where(ACCOUNT.c.id == account_id, fresh).values(factor_step=step)
        return uow.session.execute(used.returning(ACCOUNT.c.id)).first() is not None
    spent = (
        update(RECOVERY)
        .where(RECOVERY.c.account_id == account_id, RECOVERY.c.code_hash == _hash(code))
        .where(RECOVERY.c.used_at.is_(None))
        .values(used_at=uow.now())
    )
    return uow.session.execute(spent.returning(RECOVERY.c.id)).first() is not None


def _hash(code: str) -> str:
    return sha256("".join(code.lower().split()).encode()).hexdigest()
