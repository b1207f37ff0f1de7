"""Attachments of an instance, and their contents when the database keeps them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base


class Attachment(Base):
    """A file somebody added to a step of an instance.

    It belongs to the element, never to a token: a return finds it again. field: the form field it proves, or "".
    digest: of its content in the store. withdrawn: taken away before anybody filed it. purged: retention dropped the
    content; the row stays.
    """

    __tablename__ = "attachment"

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


class Blob(Base):
    """One content kept in the database, by its SHA-256."""

    __tablename__ = "blob"

    digest: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
