"""What lies beside a task: drafts of its form, parts that others fill in, copies for information, comments."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, Bound


class Draft(Bound, Base):
    """What somebody has typed into a task's form and not yet filed: raw values, one row per person.

    revision counts up with every save, so that a second window learns that it is behind.
    """

    __tablename__ = "draft"
    __table_args__ = (Index("ix_draft_instance_id_element_id", "instance_id", "element_id"),)

    task_id: Mapped[UUID] = mapped_column(ForeignKey("app.user_task.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_name: Mapped[str]
    instance_id: Mapped[UUID]
    definition_key: Mapped[str]
    element_id: Mapped[str]
    form_key: Mapped[str | None]
    values: Mapped[dict[str, Any]]
    revision: Mapped[int]
    saved_at: Mapped[datetime]


class TaskPart(Bound, Base):
    """A part of a form that somebody beside the holder of the task fills in: raw values, shared by all who may.

    It belongs to the element, never to a token: a return finds it again. signed: who answers for these values.
    """

    __tablename__ = "task_part"

    instance_id: Mapped[UUID] = mapped_column(ForeignKey("app.process_instance.id"), primary_key=True)
    definition_key: Mapped[str] = mapped_column(primary_key=True)
    element_id: Mapped[str] = mapped_column(primary_key=True)
    part: Mapped[str] = mapped_column(primary_key=True)
    values: Mapped[dict[str, Any]]
    revision: Mapped[int]
    saved_by_id: Mapped[int | None]
    saved_by_name: Mapped[str]
    saved_at: Mapped[datetime]
    signed_by_id: Mapped[int | None]
    signed_by_name: Mapped[str | None]
    signed_at: Mapped[datetime | None]


class TaskCopy(Bound, Base):
    """A task put before somebody for information only (抄送)."""

    __tablename__ = "task_copy"
    __table_args__ = (
        UniqueConstraint("task_id", "person_id"),
        Index("ix_task_copy_person", "person_id", "created_at", "id"),
        Index("ix_task_copy_unread", "person_id", postgresql_where=text("read_at is null")),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    task_id: Mapped[UUID] = mapped_column(ForeignKey("app.user_task.id"))
    instance_id: Mapped[UUID]
    person_id: Mapped[int]
    person_name: Mapped[str]
    sender_id: Mapped[int | None]
    sender_name: Mapped[str]
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class TaskComment(Bound, Base):
    """A word about a task (留言), for everybody who sees its instance; it decides nothing and is never changed."""

    __tablename__ = "task_comment"
    __table_args__ = (
        Index("ix_task_comment_instance_id", "instance_id", "id"),
        Index("ix_task_comment_words", text("app.bigrams(text)"), postgresql_using="gin"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    task_id: Mapped[UUID] = mapped_column(ForeignKey("app.user_task.id"))
    instance_id: Mapped[UUID]
    author_id: Mapped[int | None]
    author_name: Mapped[str]
    text: Mapped[str]
    created_at: Mapped[datetime]
