"""What people were told, each a row of his own."""

from datetime import datetime

from sqlalchemy import ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base


class Message(Base):
    """A notification for one person, written with it by a trigger. for_id: the one in whose place he may do the task."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("person_id", "notification_id"),
        Index("ix_message_unread", "person_id", "notification_id", postgresql_where=text("read_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    jurisdiction_id: Mapped[int]
    notification_id: Mapped[int] = mapped_column(ForeignKey("app.notification.id"), index=True)
    person_id: Mapped[int]
    for_id: Mapped[int | None]
    read_at: Mapped[datetime | None]
