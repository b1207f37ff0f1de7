"""Before the year: ex-ante evaluation, targets with their indicators, budget approval."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base
from ledger.model.filings import Filing, Reviewed, Score


class PreEvaluation(Filing, Reviewed, Base):
    """事前绩效评估: the unit's report, the third party's reassessment, the bureau's conclusion."""

    __tablename__ = "pre_evaluation"
    __table_args__ = (Index(None, "jurisdiction_id", "year"),)

    applied_amount: Mapped[Decimal]
    total_investment_amount: Mapped[Decimal]
    specialised: Mapped[bool]
    necessity_score: Mapped[Decimal] = mapped_column(Score)
    economy_score: Mapped[Decimal] = mapped_column(Score)
    targets_score: Mapped[Decimal] = mapped_column(Score)
    plan_score: Mapped[Decimal] = mapped_column(Score)
    funding_score: Mapped[Decimal] = mapped_column(Score)
    findings: Mapped[str | None]
    reassessment_firm: Mapped[str | None]
    reassessment_score: Mapped[Decimal | None] = mapped_column(Score)
    reassessment_opinion: Mapped[str | None]
    recommended_amount: Mapped[Decimal | None]


class TargetFiling(Filing, Base):
    """绩效目标: the target of one project; once locked it is the baseline of the year.

    kind: target | transfer (only registered: its target came with the money).
    status: filed | reviewed | returned | approved | stopped.
    """

    __tablename__ = "target_filing"
    __table_args__ = (Index(None, "jurisdiction_id", "year"),)

    kind: Mapped[str]
    status: Mapped[str]
    amount: Mapped[Decimal]
    annual_goal: Mapped[str | None]
    content: Mapped[str | None]
    indicator_count: Mapped[int] = mapped_column(default=0, server_default="0")
    quantified_count: Mapped[int] = mapped_column(default=0, server_default="0")
    weight_total: Mapped[Decimal | None] = mapped_column(Score)
    fund_class: Mapped[str | None]
    parent_target: Mapped[str | None]
    completeness: Mapped[str | None]
    relevance: Mapped[str | None]
    adequacy: Mapped[str | None]
    feasibility: Mapped[str | None]
    opinion: Mapped[str | None]
    reviewed_at: Mapped[datetime | None]
    baseline_version: Mapped[int] = mapped_column(default=0, server_default="0")
    locked_at: Mapped[datetime | None]


class TargetIndicator(Base):
    """One level-3 indicator of a target; fixed once the target is locked."""

    __tablename__ = "target_indicator"
    __table_args__ = (UniqueConstraint("instance_id", "line_no"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    jurisdiction_id: Mapped[int] = mapped_column(ForeignKey("app.jurisdiction.id"))
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("app.target_filing.instance_id", ondelete="CASCADE"))
    line_no: Mapped[int]
    level1: Mapped[str]
    level2: Mapped[str]
    name: Mapped[str]
    op: Mapped[str]
    target_value: Mapped[str]
    target_high: Mapped[str | None]
    unit: Mapped[str | None]
    quantified: Mapped[bool]
    polarity: Mapped[str | None]
    evidence: Mapped[str | None]
    weight: Mapped[Decimal] = mapped_column(Score)


class BudgetApproval(Filing, Base):
    """预算批复: approved with an amount, or blocked with a reason.

    decision: approved | blocked. consented: what the government decided (None: not asked), with the number of its minutes.
    congress_on, congress_meeting, congress_document: when and by what the people's congress approved the budget (None: not waited for).
    """

    __tablename__ = "budget_approval"
    __table_args__ = (Index(None, "jurisdiction_id", "year"),)

    decision: Mapped[str]
    approved_amount: Mapped[Decimal | None]
    document_no: Mapped[str | None]
    opinion: Mapped[str | None]
    block_reason: Mapped[str | None]
    congress_on: Mapped[date | None]
    congress_meeting: Mapped[str | None]
    congress_document: Mapped[str | None]
    consented: Mapped[bool | None]
    consent_no: Mapped[str | None]
    consent_opinion: Mapped[str | None]
    consented_at: Mapped[datetime | None]
