"""Wrong passwords and codes: counted under the account's lock; a growing pause after five of them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import update

from engine.model.base import table_of
from engine.uow import UnitOfWork
from host.model.accounts import Account

ACCOUNT = table_of(Account)
FREE_ATTEMPTS = 5
LONGEST_PAUSE = timedelta(hours=1)


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
