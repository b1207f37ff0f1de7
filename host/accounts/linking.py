"""Accounts and the organisation's sign-in service: whom it vouches for, and who links an account with it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update

from engine.errors import Conflict
from engine.once import once
from engine.uow import UnitOfWork
from host.accounts import signing_in
from host.accounts.failures import ACCOUNT
from host.accounts.oidc import Service


def sign_in(uow: UnitOfWork, service: Service, claims: Mapping[str, Any], *, agent: str) -> str | None:
    """Open a session for whom the service vouches, by the subject or by the claim; None if we know nobody of that name.

    By the claim only who does a person's work is found: administrators link themselves while signed in.
    """
    subject = _subject(service, claims)
    found = select(ACCOUNT).where(ACCOUNT.c.oidc_subject == subject).with_for_update()
    row = uow.session.execute(found).mappings().first()
    if row is None and service.claim is not None:
        login = str(claims.get(service.claim) or "").strip().lower()
        named = select(ACCOUNT).where(
            ACCOUNT.c.login == login, ACCOUNT.c.person_id.is_not(None), ACCOUNT.c.oidc_subject.is_(None)
        )
        row = uow.session.execute(named.with_for_update()).mappings().first()
        if row is not None and not row["disabled_at"]:
            _keep(uow, row["id"], subject)
    if row is None or row["disabled_at"]:
        uow.audit("account.oidc_refused")
        return None
    return signing_in.enter(uow, row, agent=agent, factor_due=row["factor_secret"] is not None)


def link(uow: UnitOfWork, service: Service, claims: Mapping[str, Any], account_id: int) -> None:
    """Link an account with whom the service vouches for. Raises Conflict if that is another account's already."""
    subject = _subject(service, claims)
    taken = Conflict("这个单位登录已关联另一个账号;请先由系统管理员核对。", code="oidc.taken")
    with once(uow, {"uq_account_oidc_subject": taken}):
        _keep(uow, account_id, subject)


def _keep(uow: UnitOfWork, account_id: int, subject: str) -> None:
    uow.session.execute(update(ACCOUNT).where(ACCOUNT.c.id == account_id).values(oidc_subject=subject))
    uow.audit("account.oidc_link", subject=str(account_id))


def _subject(service: Service, claims: Mapping[str, Any]) -> str:
    return f"{service.issuer} {claims['sub']}"
