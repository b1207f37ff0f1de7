"""Sessions: rows in the database, found by the hash of the cookie; they end when idle, old or revoked."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import DateTime, bindparam, delete, select, update

from engine.model.base import table_of
from engine.uow import UnitOfWork
from host.model.accounts import WebSession

IDLE = timedelta(hours=2)
LONGEST = timedelta(hours=12)
FOR_THE_CODE = timedelta(minutes=5)
SEEN_EVERY = timedelta(minutes=1)
LONGEST_AGENT = 200
SESSION = table_of(WebSession)
NOW = bindparam("now", type_=DateTime(timezone=True))
LIVE = (
    SESSION.c.token_hash == bindparam("cookie_hash"),
    SESSION.c.factor_due.is_(False),
    SESSION.c.seen_at > NOW - IDLE,
    SESSION.c.created_at > NOW - LONGEST,
)
"""What makes a session open something."""
NOTED = update(SESSION).where(*LIVE, SESSION.c.seen_at < NOW - SEEN_EVERY).values(seen_at=NOW).cte("noted")
"""Writes that a session is used, once a minute."""


def new_token() -> str:
    """Return 256 random bits as text for a cookie."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """Return what is kept of a token."""
    return sha256(token.encode()).hexdigest()


def begin(uow: UnitOfWork, account_id: int, *, agent: str = "", factor_due: bool = False) -> str:
    """Start a session under a token that nobody has seen before; sweep this account's dead ones.

    agent: what the browser calls itself. factor_due: it opens nothing until the second factor is shown.
    """
    now, token = uow.now(), new_token()
    uow.session.execute(
        delete(SESSION).where(SESSION.c.account_id == account_id, SESSION.c.created_at < now - LONGEST)
    )
    uow.session.add(
        WebSession(
            token_hash=hash_of(token),
            account_id=account_id,
            created_at=now,
            seen_at=now,
            agent=agent[:LONGEST_AGENT],
            factor_due=factor_due,
        )
    )
    return token


def asked(uow: UnitOfWork, token: str) -> dict[str, Any]:
    """Return the values of LIVE and NOTED for a cookie."""
    return {"cookie_hash": hash_of(token), "now": uow.now()}


def awaiting_code(uow: UnitOfWork, token: str) -> int | None:
    """Return whose session this is that waits for the second factor; it waits five minutes."""
    waiting = select(SESSION.c.account_id).where(
        SESSION.c.token_hash == hash_of(token),
        SESSION.c.factor_due.is_(True),
        SESSION.c.created_at > uow.now() - FOR_THE_CODE,
    )
    return uow.session.scalar(waiting)


def act_for(uow: UnitOfWork, token: str, person_id: int | None) -> None:
    """Note in whose place the session's person acts from now on; None: as himself."""
    uow.session.execute(
        update(SESSION).where(SESSION.c.token_hash == hash_of(token)).values(behalf_of_id=person_id)
    )


def listed(uow: UnitOfWork, account_id: int) -> Sequence[Any]:
    """Return the live sessions of an account, the last used first."""
    now = uow.now()
    live = (SESSION.c.seen_at > now - IDLE, SESSION.c.created_at > now - LONGEST)
    mine = select(SESSION).where(SESSION.c.account_id == account_id, SESSION.c.factor_due.is_(False), *live)
    return uow.session.execute(mine.order_by(SESSION.c.seen_at.desc())).all()


def end(uow: UnitOfWork, token: str) -> None:
    """Revoke one session."""
    uow.session.execute(delete(SESSION).where(SESSION.c.token_hash == hash_of(token)))


def end_one(uow: UnitOfWork, account_id: int, handle: str) -> None:
    """Revoke one of an account's sessions, named by the first letters of its hash."""
    named = SESSION.c.token_hash.startswith(handle, autoescape=True)
    uow.session.execute(delete(SESSION).where(SESSION.c.account_id == account_id, named))


def end_all(uow: UnitOfWork, account_id: int, *, but: str = "") -> None:
    """Revoke every session of an account: its password has changed, or it was disabled. but: the token of one to keep."""
    kept = SESSION.c.token_hash != hash_of(but)
    uow.session.execute(delete(SESSION).where(SESSION.c.account_id == account_id, kept))
