"""The audit as its administrator reads it: who did what, and whether the chain of seals is whole."""

from datetime import UTC, datetime

from flask import Flask, render_template, request
from sqlalchemy import func, select

from engine.model.journal import AuditRow
from engine.model.sealing import AuditSeal
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
    wanted = select(AuditRow).order_by(AuditRow.id.desc()).limit(PAGE + 1)
    if before:
        wanted = wanted.where(AuditRow.id < before)
    if text:
        found = AuditRow.action.startswith(text, autoescape=True)
        wanted = wanted.where(found | AuditRow.actor_name.contains(text, autoescape=True))
    with system().bihuan.unit_of_work() as uow:
        rows = uow.session.scalars(wanted).all()
        sealed = uow.session.scalar(select(func.max(AuditSeal.sealed_at)))
        return render_template(
            "manage/audit.html",
            rows=rows[:PAGE],
            older=rows[PAGE - 1].id if len(rows) > PAGE else None,
            text=text,
            sealed=sealed or datetime.fromtimestamp(0, UTC),
        )
