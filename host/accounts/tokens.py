"""Tokens of programs: named, kept as a hash, with a last day and a part of the permissions of their account."""

import secrets
from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import case, or_, select, update

from engine.errors import InvalidInput, NotFound
from engine.model.base import table_of
from engine.uow import UnitOfWork
from host.accounts.sessions import hash_of
from host.model.accounts import ApiToken

TOKEN = table_of(ApiToken)
PREFIX = "bihuan_"
DAYS = (30, 90, 365)
LONGEST_NAME = 60
USED_EVERY = timedelta(minutes=1)


def make(
    uow: UnitOfWork,
    account_id: int,
    name: str,
    scopes: Collection[str],
    days: int,
    *,
    allowed: Collection[str],
) -> str:
    """Make a token and return it, this once. allowed: the permissions of the account. Raises InvalidInput."""
    if not 0 < len(name.strip()) <= LONGEST_NAME:
        raise InvalidInput(f"请给令牌起名(1–{LONGEST_NAME} 字),写明给哪个程序用。", code="token.name")
    if not scopes or not set(scopes) <= set(allowed):
        raise InvalidInput("请至少选一项权限,并且只能选您自己有的权限。", code="token.scopes")
    if days not in DAYS:
        raise InvalidInput("有效期应从列表里选择;请重选。", code="token.days")
    token = PREFIX + secrets.token_urlsafe(32)
    now = uow.now()
    made = ApiToken(
        account_id=account_id,
        name=name.strip(),
        token_hash=hash_of(token),
        scopes=sorted(scopes),
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    uow.session.add(made)
    uow.session.flush()
    uow.audit("token.make", subject=str(made.id), data={"account_id": account_id, "scopes": sorted(scopes)})
    return token


def account_of(uow: UnitOfWork, token: str) -> tuple[int, frozenset[str]] | None:
    """Return whose live token this is and what it may do, and note that it is used."""
    now = uow.now()
    stale = or_(TOKEN.c.last_used_at.is_(None), TOKEN.c.last_used_at < now - USED_EVERY)
    live = (
        update(TOKEN)
        .where(TOKEN.c.token_hash == hash_of(token), TOKEN.c.revoked_at.is_(None), TOKEN.c.expires_at > now)
        .values(last_used_at=case((stale, now), else_=TOKEN.c.last_used_at))
        .returning(TOKEN.c.account_id, TOKEN.c.scopes)
    )
    row = uow.session.execute(live).first()
    return None if row is None else (row.account_id, frozenset(row.scopes))


def listed(uow: UnitOfWork, account_id: int) -> Sequence[Any]:
    """Return the tokens of an account that are not revoked, the newest first."""
    mine = select(TOKEN).where(TOKEN.c.account_id == account_id, TOKEN.c.revoked_at.is_(None))
    return uow.session.execute(mine.order_by(TOKEN.c.id.desc())).all()


def revoke(uow: UnitOfWork, account_id: int, token_id: int) -> None:
    """Revoke a token of the account. Raises NotFound."""
    mine = update(TOKEN).where(
        TOKEN.c.id == token_id, TOKEN.c.account_id == account_id, TOKEN.c.revoked_at.is_(None)
    )
    if uow.session.execute(mine.values(revoked_at=uow.now()).returning(TOKEN.c.id)).first() is None:
        raise NotFound("找不到这个令牌,它可能已经作废;请刷新页面。", code="token.not_found")
    uow.audit("token.revoke", subject=str(token_id))


def revoke_all(uow: UnitOfWork, account_id: int) -> None:
    """Revoke every token of an account: it was disabled."""
    mine = update(TOKEN).where(TOKEN.c.account_id == account_id, TOKEN.c.revoked_at.is_(None))
    uow.session.execute(mine.values(revoked_at=uow.now()))
