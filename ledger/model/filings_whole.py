"""Whole departments and special tracks."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base
from ledger.model.filings import Filing, Graded, Reviewed, Score


class WholeDepartment(Filing, Reviewed, Graded, Base):
    """部门整体绩效. kind: target | monitoring | self_evaluation.

    budget_amount: the target's amount, the monitored budget, or the initial budget of the year.
    """

    __tablename__ = "whole_department"
    __table_args__ = (Index(None, "jurisdiction_id", "year", "kind"),)

    kind: Mapped[str]
    round: Mapped[int]
    budget_amount: Mapped[Decimal]
    executed_amount: Mapped[Decimal | None]
    goal: Mapped[str | None]
    note: Mapped[str | None]
    summary: Mapped[str | None]
    overspend_reason: Mapped[str | None]
    self_score: Mapped[Decimal | None] = mapped_column(Score)
    finance_score: Mapped[Decimal | None] = mapped_column(Score)


class TrackFiling(Filing, Reviewed, Base):
    """专项轨道: target, monitoring or self-evaluation of a special track.

    track: direct | rural | ssf | ppp | bond. kind: target | monitoring | self_evaluation.
    indicator counts are null where the track does not report them.
    """

    __tablename__ = "track_filing"
    __table_args__ = (Index(None, "jurisdiction_id", "year", "track", "kind"),)

    track: Mapped[str]
    kind: Mapped[str]
    round: Mapped[int]
    amount: Mapped[Decimal | None]
    executed_amount: Mapped[Decimal | None]
    indicator_count: Mapped[int | None]
    quantified_count: Mapped[int | None]
    score: Mapped[Decimal | None] = mapped_column(Score)
    note: Mapped[str | None]
    upper_score: Mapped[Decimal | None] = mapped_column(Score)
    upper_passed: Mapped[bool | None]
    upper_scored_at: Mapped[datetime | None]
