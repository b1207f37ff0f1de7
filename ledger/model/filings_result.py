"""What follows from results: rectification, budget consequences, disclosure; and the sample drawn."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base
from ledger.model.filings import Filing, Score, Share


class Rectification(Filing, Base):
    """整改: the notice, the unit's reply, the verification. status: issued | replied | rectified | unrectified."""

    __tablename__ = "rectification"
    __table_args__ = (Index(None, "jurisdiction_id", "year"),)

    source: Mapped[str]
    round: Mapped[int]
    status: Mapped[str]
    problems: Mapped[str]
    requirement: Mapped[str]
    severity: Mapped[str]
    issued_at: Mapped[datetime]
    due_on: Mapped[date | None]
    measures: Mapped[str | None]
    result: Mapped[str | None]
    evidence: Mapped[str | None]
    replied_at: Mapped[datetime | None]
    conclusion: Mapped[str | None]
    opinion: Mapped[str | None]
    verified_at: Mapped[datetime | None]


class ResultAction(Filing, Base):
    """结果应用: the action that an evaluation result has for the next budget."""

    __tablename__ = "result_action"
    __table_args__ = (Index(None, "jurisdiction_id", "year"),)

    source: Mapped[str | None]
    score: Mapped[Decimal | None] = mapped_column(Score)
    grade: Mapped[str | None]
    base_amount: Mapped[Decimal | None]
    action: Mapped[str]
    deduct_share: Mapped[Decimal] = mapped_column(Share)
    deduct_amount: Mapped[Decimal]
    opinion: Mapped[str | None]


class Disclosure(Filing, Base):
    """公开: one department's package. kind: target | result."""

    __tablename__ = "disclosure"
    __table_args__ = (Index(None, "jurisdiction_id", "year", "kind"),)

    kind: Mapped[str]
    item_count: Mapped[int]
    amount: Mapped[Decimal]
    statement: Mapped[str]
    secrecy_checked: Mapped[bool | None]
    conclusion: Mapped[str | None]
    opinion: Mapped[str | None]
    reviewed_at: Mapped[datetime | None]


class SampleDraw(Base):
    """抽查样本: frame, seed and drawn codes, so that anyone can draw again."""

    __tablename__ = "sample_draw"
    __table_args__ = (UniqueConstraint("jurisdiction_id", "year", "stage"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    jurisdiction_id: Mapped[int] = mapped_column(ForeignKey("app.jurisdiction.id"))
    year: Mapped[int]
    stage: Mapped[str]
    seed: Mapped[str]
    algorithm: Mapped[str]
    frame_hash: Mapped[str]
    frame_count: Mapped[int]
    drawn: Mapped[list[Any]]
    facts: Mapped[dict[str, Any]]
    drawn_at: Mapped[datetime]
