"""Campaigns: a fiscal year, or one stage of it over a population."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, Bound


class Campaign(Base):
    """One stage (and round) of one jurisdiction's year; the year itself has stage `year`.

    status: planned, open, closed or waived. suspension: who suspended it, when and why; until it is lifted nothing is
    launched.
    """

    __tablename__ = "campaign"
    __table_args__ = (UniqueConstraint("jurisdiction_id", "year", "stage", "round"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("app.campaign.id"))
    jurisdiction_id: Mapped[int]
    year: Mapped[int]
    stage: Mapped[str]
    round: Mapped[int] = mapped_column(server_default=text("1"))
    parameter_hash: Mapped[str] = mapped_column(ForeignKey("app.parameter_set.hash"))
    parties: Mapped[dict[str, Any]]
    status: Mapped[str]
    opens_at: Mapped[datetime]
    due_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    waived_reason: Mapped[str | None]
    waived_by: Mapped[str | None]
    suspension: Mapped[dict[str, Any] | None]


class CampaignSubject(Bound, Base):
    """One member of a campaign's population.

    status: pending, started, completed, missing (nothing was filed when the stage closed), cancelled, waived,
    failed (could not be launched, with the reason), or excluded (with reason and rule id).
    attempts: to launch it, each counted before it began.
    """

    __tablename__ = "campaign_subject"
    __table_args__ = (
        UniqueConstraint("campaign_id", "process_key", "subject_kind", "subject_id"),
        Index("ix_campaign_subject_campaign_status", "campaign_id", "status"),
        Index("ix_campaign_subject_subject", "subject_id", "subject_kind"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("app.campaign.id"))
    process_key: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[int]
    subject_code: Mapped[str]
    organisation_id: Mapped[int]
    title: Mapped[str]
    data: Mapped[dict[str, Any]]
    status: Mapped[str]
    reason: Mapped[str | None]
    rule_id: Mapped[str | None]
    instance_id: Mapped[UUID | None] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
