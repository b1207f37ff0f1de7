"""The journal: events (history and outbox at once), audit entries, incidents."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, Bound, MaybeBound


class EventRow(MaybeBound, Base):
    """Something that happened, in the transaction in which it happened."""

    __tablename__ = "event"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    at: Mapped[datetime]
    type: Mapped[str]
    instance_id: Mapped[UUID | None] = mapped_column(index=True)
    campaign_id: Mapped[int | None]
    task_id: Mapped[UUID | None]
    element_id: Mapped[str | None]
    actor_id: Mapped[int | None]
    actor_name: Mapped[str]
    data: Mapped[dict[str, Any]]


class AuditRow(MaybeBound, Base):
    """Who commanded what, append only."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None]
    actor_name: Mapped[str]
    action: Mapped[str]
    instance_id: Mapped[UUID | None]
    subject: Mapped[str]
    data: Mapped[dict[str, Any]]


class Incident(Bound, Base):
    """A failure an operator must resolve: an automatic step (token_id), a timer (timer_id), or a message or signal
    that cannot be handed over (handover_id)."""

    __tablename__ = "incident"
    __table_args__ = (Index("ix_incident_open", "instance_id", postgresql_where=text("resolved_at is null")),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    instance_id: Mapped[UUID]
    token_id: Mapped[UUID | None]
    timer_id: Mapped[int | None]
    handover_id: Mapped[int | None]
    element_id: Mapped[str]
    code: Mapped[str]
    text: Mapped[str]
    attempts: Mapped[int]
    opened_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[str | None]
    resolution: Mapped[str | None]
