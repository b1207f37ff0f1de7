"""Process instances: one row per running review, its state image beside it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base


class ProcessInstance(Base):
    """One running (or ended) process.

    image: compact state of the diagram; waits: what it waits for, so that commands need no query to compare.
    undo_…: the last completed task and the state before it, for taking its form back while nobody has opened the next.
    completed_tasks: user tasks completed so far; 0 means nothing was filed.
    party_ids: the organisations that see it, its own among them (row-level security).
    suspension: who suspended it, when and why (`engine.freezing`); None unless the status is `suspended`.
    """

    __tablename__ = "process_instance"
    __table_args__ = (
        Index("ix_process_instance_campaign_status", "campaign_id", "status"),
        Index("ix_process_instance_subject", "subject_id", "subject_kind"),
        Index("ix_process_instance_party", "party_ids", postgresql_using="gin"),
        Index(
            "ix_process_instance_words",
            text("app.bigrams(title || ' ' || subject_code)"),
            postgresql_using="gin",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    jurisdiction_id: Mapped[int]
    organisation_id: Mapped[int] = mapped_column(index=True)
    business_key: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    definition_key: Mapped[str]
    bundle_hash: Mapped[str] = mapped_column(ForeignKey("app.definition_bundle.hash"))
    parameter_hash: Mapped[str] = mapped_column(ForeignKey("app.parameter_set.hash"))
    campaign_id: Mapped[int | None]
    stage: Mapped[str]
    round: Mapped[int] = mapped_column(server_default=text("1"))
    subject_kind: Mapped[str]
    subject_id: Mapped[int]
    subject_code: Mapped[str]
    parties: Mapped[dict[str, Any]]
    party_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default=text("'{}'::bigint[]"))
    status: Mapped[str]
    image: Mapped[str]
    waits: Mapped[dict[str, Any]]
    undo_task_id: Mapped[UUID | None]
    undo_image: Mapped[str | None]
    undo_waits: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    revision: Mapped[int]
    completed_tasks: Mapped[int]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    suspension: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
