"""The audit as its administrator reads it: who did what, and whether the chain of seals is whole."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from flask import Flask, render_template, request
from sqlalchemy import Select, func, select

from engine.model.journal import AuditRow
from engine.model.sealing import AuditSeal
from engine.uow import UnitOfWork
from host.model.accounts import Account
from host.web.audit_words import ACTIONS
from host.web.context import system

PAGE = 50
LONGEST_SEARCH = 60


def register(app: Flask) -> None:
    """Add the routes of this module."""
    app.add_url_rule("/manage/audit", "audit", show)


def show() -> str:
    """Show the newest entries, of an action or a name if asked; pages go back by number."""
    text = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    before = request.args.get("before", type=int)
    with system().bihuan.unit_of_work() as uow:
        rows = uow.session.scalars(entries(text, before=before, limit=PAGE + 1)).all()
        logins = _logins(uow, rows[:PAGE])
        sealed = uow.session.scalar(select(func.max(AuditSeal.sealed_at)))
        return render_template(
            "manage/audit.html",
            rows=rows[:PAGE],
            older=rows[PAGE - 1].id if len(rows) > PAGE else None,
            text=text,
            actions=ACTIONS,
            logins=logins,
            sealed=sealed or datetime.fromtimestamp(0, UTC),
        )


def entries(text: str, *, before: int | None, limit: int) -> Select[AuditRow]:
    """Return the query of the newest entries older than `before`, of an action (by code or words) or a name if asked."""
    wanted = select(AuditRow).order_by(AuditRow.id.desc()).limit(limit)
    if before:
        wanted = wanted.where(AuditRow.id < before)
    if not text:
        return wanted
    named = [code for code, word in ACTIONS.items() if text in word]
    found = AuditRow.action.startswith(text, autoescape=True) | AuditRow.action.in_(named)
    return wanted.where(found | AuditRow.actor_name.contains(text, autoescape=True))


def _logins(uow: UnitOfWork, rows: Sequence[AuditRow]) -> Mapping[str, str]:
    """Return the logins of the accounts that entries are about, by what the entries call them."""
    numbers = {
        int(row.subject) for row in rows if row.action.startswith("account.") and row.subject.isdigit()
    }
    found = select(Account.id, Account.login).where(Account.id.in_(sorted(numbers)))
    return {str(number): login for number, login in uow.session.execute(found)}
