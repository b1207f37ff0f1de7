"""Signals an instance waits for."""

from uuid import UUID

from sqlalchemy import ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base


class SignalSubscription(Base):
    """An instance waits for a signal of this name; the row goes when it was heard."""

    __tablename__ = "signal_subscription"
    __table_args__ = (Index("ix_signal_subscription_name", "jurisdiction_id", "name"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("app.process_instance.id"), index=True)
    jurisdiction_id: Mapped[int]
    token_id: Mapped[UUID]
    element_id: Mapped[str]
    name: Mapped[str]
