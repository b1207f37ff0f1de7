"""Messages an instance waits for, and those kept for it while it is suspended."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, Bound


class MessageSubscription(Base):
    """An instance waits for a message of this name and correlation key; the row goes when it arrived."""

    __tablename__ = "message_subscription"
    __table_args__ = (Index("ix_message_subscription_name_key", "jurisdiction_id", "name", "key"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("app.process_instance.id"), index=True)
    jurisdiction_id: Mapped[int]
    token_id: Mapped[UUID]
    element_id: Mapped[str]
    name: Mapped[str]
    key: Mapped[str | None]


class HeldMessage(Bound, Base):
    """A message that came for a suspended instance; handed over when it goes on. payload: exact (`bpmn.values`)."""

    __tablename__ = "held_message"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("app.process_instance.id"), index=True)
    name: Mapped[str]
    key: Mapped[str | None]
    payload: Mapped[str]
    received_at: Mapped[datetime]
    sender_id: Mapped[int | None]
    sender_name: Mapped[str]
