"""Messages an instance waits for."""

from uuid import UUID

from sqlalchemy import ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base


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
