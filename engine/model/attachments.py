"""Attachments of an instance, their contents when the database keeps them, and what keeps them longer."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Identity, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, Bound


class Attachment(Base):
    """A file somebody added to a step of an instance.

    It belongs to the element, never to a token: a return finds it again. field: the form field it proves, or "".
    digest: of its content in the store. withdrawn: taken away before anybody filed it. purged: its time was over
    (`engine.retention`); dropped: the content is gone. The row stays.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        Index(
            "ix_attachment_purged",
            "purged_at",
            postgresql_where=text("purged_at is not null and dropped_at is null"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    jurisdiction_id: Mapped[int]
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("app.process_instance.id"), index=True)
    task_id: Mapped[UUID]
    definition_key: Mapped[str]
    element_id: Mapped[str]
    field: Mapped[str]
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    digest: Mapped[str] = mapped_column(index=True)
    added_by_id: Mapped[int | None]
    added_by_name: Mapped[str]
    added_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_name: Mapped[str | None]
    purged_at: Mapped[datetime | None]
    dropped_at: Mapped[datetime | None]


class LegalHold(Bound, Base):
    """A hold on the files of an instance (冻结): while it stands they are kept however old they are."""

    __tablename__ = "legal_hold"
    __table_args__ = (
        Index("ix_legal_hold_open", "instance_id", unique=True, postgresql_where=text("lifted_at is null")),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("app.process_instance.id"))
    reason: Mapped[str]
    placed_by_name: Mapped[str]
    placed_at: Mapped[datetime]
    lifted_reason: Mapped[str | None]
    lifted_by_name: Mapped[str | None]
    lifted_at: Mapped[datetime | None]


class Blob(Base):
    """One content kept in the database, by its SHA-256."""

    __tablename__ = "blob"

    digest: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
