"""Bulk commands: what was ordered for many things at once, and how each of them went."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Identity
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, MaybeBound


class BulkRun(MaybeBound, Base):
    """A named command for many targets. actor: whoever ordered it, with the roles he held then."""

    __tablename__ = "bulk_run"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    command: Mapped[str]
    arguments: Mapped[dict[str, Any]]
    actor: Mapped[dict[str, Any]]
    actor_name: Mapped[str]
    created_at: Mapped[datetime]


class BulkItem(MaybeBound, Base):
    """One target. status: waiting, ok or failed (then code and text); attempts: counted before they run."""

    __tablename__ = "bulk_item"

    run_id: Mapped[int] = mapped_column(ForeignKey("app.bulk_run.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    target: Mapped[str]
    status: Mapped[str]
    code: Mapped[str | None]
    text: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(server_default=sql("0"))
    ended_at: Mapped[datetime | None]
