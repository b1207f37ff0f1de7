"""User tasks and what was filed in them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, Bound

OPEN = text("status = 'open'")
COMPLETED = text("status = 'completed'")
UNCLAIMED = text("status = 'open' and assignee_id is null")
LATE = text("ended_at > due_at or status = 'suspended'")
DELEGATED = text("status = 'open' and owner_id is not null")


class UserTask(Base):
    """Work that waits for a person; its id is the id of the token in the diagram.

    status: open, suspended with its instance, completed or cancelled. role and organisation_id: who may claim it. round: 1 for the first pass,
    counted up by every return. owner: who delegated it and gets it back; None unless it is delegated.
    opened: who first looked into it of those who may work on it; then the step before cannot be taken back.
    counter_sign: the rule when several people sign it (see `engine.voting`); their rows are `SignItem`.
    """

    __tablename__ = "user_task"
    __table_args__ = (
        Index("ix_user_task_mine", "assignee_id", "due_at", "id", postgresql_where=OPEN),
        Index("ix_user_task_group", "organisation_id", "role", "due_at", "id", postgresql_where=UNCLAIMED),
        Index("ix_user_task_office", "organisation_id", "due_at", "id", postgresql_where=OPEN),
        Index("ix_user_task_jurisdiction", "jurisdiction_id", "due_at", "id", postgresql_where=OPEN),
        Index("ix_user_task_open_created", "created_at", "id", postgresql_where=OPEN),
        Index("ix_user_task_done", "assignee_id", "ended_at", "id", postgresql_where=COMPLETED),
        Index("ix_user_task_late", "campaign_id", postgresql_where=LATE),
        Index("ix_user_task_delegated", "owner_id", "due_at", "id", postgresql_where=DELEGATED),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("app.process_instance.id"), index=True)
    jurisdiction_id: Mapped[int]
    organisation_id: Mapped[int]
    campaign_id: Mapped[int | None]
    stage: Mapped[str]
    definition_key: Mapped[str]
    element_id: Mapped[str]
    name: Mapped[str]
    role: Mapped[str]
    form_key: Mapped[str | None]
    round: Mapped[int]
    status: Mapped[str]
    assignee_id: Mapped[int | None]
    assignee_name: Mapped[str | None]
    claimed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    late: Mapped[bool] = mapped_column(server_default=text("false"))
    owner_id: Mapped[int | None]
    owner_name: Mapped[str | None]
    delegated_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    opened_by_id: Mapped[int | None]
    opened_by_name: Mapped[str | None]
    counter_sign: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    suspension: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))


class SubmissionRow(Bound, Base):
    """What was filed: the clean values of one completed task, kept for ever.

    actor: in whose name; hand: who did it in his place, None if he did it himself.
    """

    __tablename__ = "submission"
    __table_args__ = (
        Index("ix_submission_words", text('app.bigrams(app.text_of("values"))'), postgresql_using="gin"),
        Index("ix_submission_warned", "task_id", postgresql_where=text("warnings <> '[]'::jsonb")),
        Index("ix_submission_actor_id", "actor_id", "submitted_at"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    task_id: Mapped[UUID] = mapped_column(index=True)
    instance_id: Mapped[UUID] = mapped_column(index=True)
    form_key: Mapped[str]
    form_version: Mapped[str]
    values: Mapped[dict[str, Any]]
    warnings: Mapped[list[Any]]
    actor_id: Mapped[int | None]
    actor_name: Mapped[str]
    submitted_at: Mapped[datetime]
    withdrawn: Mapped[bool] = mapped_column(server_default=text("false"))
    hand_id: Mapped[int | None]
