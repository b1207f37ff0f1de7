"""Keys against doing a thing twice: kept with the answer, in the transaction of the command."""

from datetime import timedelta
from typing import Any

from sqlalchemy import text

from engine.errors import InvalidInput
from engine.uow import UnitOfWork

LONGEST_KEY = 200
KEPT = timedelta(days=1)
CLAIM = text("""
with swept as (delete from app.api_request where account_id = :account and key <> :key and created_at < :before)
insert into app.api_request (account_id, key, fingerprint, created_at) values (:account, :key, :fingerprint, :now)
on conflict do nothing returning key
""")  # whoever comes second waits here until the first has committed
FOUND = text(
    "select fingerprint, status, body from app.api_request where account_id = :account and key = :key"
)
KEEP = text(
    "update app.api_request set status = :status, body = :body where account_id = :account and key = :key"
)


def claim(uow: UnitOfWork, account_id: int, key: str, fingerprint: str) -> Any:
    """Take a key for this transaction; return None, or the answer that was given under it.

    Raises InvalidInput if the key was used for something else, also where this transaction does not see it, or is too long.
    """
    if len(key) > LONGEST_KEY:
        raise InvalidInput(
            f"Idempotency-Key 最长 {LONGEST_KEY} 个字符;请换短一些的。", code="idempotency.too_long"
        )
    now = uow.now()
    values = {"account": account_id, "key": key, "fingerprint": fingerprint, "now": now, "before": now - KEPT}
    if uow.session.scalar(CLAIM, values) is not None:
        return None
    row = uow.session.execute(FOUND, {"account": account_id, "key": key}).one_or_none()
    if row is None or row.fingerprint != fingerprint:
        raise InvalidInput(
            "这个 Idempotency-Key 用在另一个请求上了;请为每个请求用新的键。", code="idempotency.mismatch"
        )
    return row


def keep(uow: UnitOfWork, account_id: int, key: str, status: int, body: str) -> None:
    """Keep the answer given under a key, where it was taken: a command may have entered a jurisdiction since."""
    uow.leave()
    uow.session.execute(KEEP, {"account": account_id, "key": key, "status": status, "body": body})
