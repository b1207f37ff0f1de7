"""Sessions: rows in the database, found by the hash of the cookie; they end when idle, old or revoked."""

import secrets
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import case, delete, update

from engine.model.base import table_of
from engine.uow import UnitOfWork
from host.model.accounts import WebSession

IDLE = timedelta(hours=2)
LONGEST = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)
SESSION = table_of(WebSession)


def new_token() -> str:
    """Return 256 random bits as text for a cookie."""
    return secrets.token_urlsafe(32)


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def begin(uow: UnitOfWork, account_id: int) -> str:
    """Start a session under a token that nobody has seen before; sweep this account's dead ones."""
    now, token = uow.now(), new_token()
    uow.session.execute(
        delete(SESSION).where(SESSION.c.account_id == account_id, SESSION.c.created_at < now - LONGEST)
    )
    uow.session.add(WebSession(token_hash=_hash(token), account_id=account_id, created_at=now, seen_at=now))
    return token


def account_of(uow: UnitOfWork, token: str) -> int | None:
    """Return whose live session this is, and note that it is used."""
    now = uow.now()
    seen = case((SESSION.c.seen_at < now - SEEN_EVERY, now), else_=SESSION.c.seen_at)
    live = (
        update(SESSION)
        .where(SESSION.c.token_hash == _hash(token))
        .where(SESSION.c.seen_at > now - IDLE, SESSION.c.created_at > now - LONGEST)
        .values(seen_at=seen)
        .returning(SESSION.c.account_id)
    )
    return uow.session.execute(live).scalar()


def end(uow: UnitOfWork, token: str) -> None:
    """Revoke one session."""
    uow.session.execute(delete(SESSION).where(SESSION.c.token_hash == _hash(token)))


def end_all(uow: UnitOfWork, account_id: int) -> None:
    """Revoke every session of an account: its password has changed, or it was disabled."""
    uow.session.execute(delete(SESSION).where(SESSION.c.account_id == account_id))
