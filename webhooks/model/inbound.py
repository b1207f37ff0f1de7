"""Which systems may call, and what they called: kept until it is applied, set aside or dropped."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base

ACCEPTED, APPLIED, QUARANTINED, DROPPED = "accepted", "applied", "quarantined", "dropped"


class InboundSource(Base):
    """A system that may call about one jurisdiction. call_types: what it may say; messages: names of messages it may send.

    Secrets are encrypted. previous_secret verifies too until `previous_until`. A paused source is asked to come later.
    """

    __tablename__ = "inbound_source"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    jurisdiction_id: Mapped[int] = mapped_column(ForeignKey("app.jurisdiction.id"))
    name: Mapped[str]
    call_types: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    messages: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    secret: Mapped[str]
    previous_secret: Mapped[str | None]
    previous_until: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    pause_reason: Mapped[str | None]
    created_at: Mapped[datetime]


class InboundCall(Base):
    """One call, kept in the transaction that answered it. message_id: the caller's; None for what another call left over.

    fingerprint: of the body, so that an id used for something else is noticed. misfits: what fitted nothing and why;
    matches: what somebody said it means. parent_id: the call of which this is the rest.
    """

    __tablename__ = "inbound_call"
    __table_args__ = (
        UniqueConstraint("source_id", "message_id"),
        CheckConstraint("status in ('accepted', 'applied', 'quarantined', 'dropped')", name="status"),
        Index("ix_inbound_call_due", "next_attempt_at", postgresql_where=text("status = 'accepted'")),
        Index("ix_inbound_call_quarantined", "id", postgresql_where=text("status = 'quarantined'")),
        Index(None, "parent_id"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    jurisdiction_id: Mapped[int]
    source_id: Mapped[int] = mapped_column(ForeignKey("app.inbound_source.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("app.inbound_call.id"))
    message_id: Mapped[str | None]
    fingerprint: Mapped[str]
    type: Mapped[str]
    sent_at: Mapped[datetime]
    received_at: Mapped[datetime]
    data: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(server_default=text("'accepted'"))
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    next_attempt_at: Mapped[datetime]
    applied: Mapped[int] = mapped_column(server_default=text("0"))
    misfits: Mapped[list[Any]] = mapped_column(JSONB, server_default=text("'[]'"))
    matches: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    reason: Mapped[str | None]
    ended_at: Mapped[datetime | None]
