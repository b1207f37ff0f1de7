"""After the year: a project's self-evaluation with its lines, and what the bureau scored."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base
from ledger.model.filings import Filing, Graded, Reviewed, Score


class SelfEvaluation(Filing, Reviewed, Graded, Base):
    """绩效自评: money, points and total as the unit filed them; the bureau's score beside.

    points_total and weight_total are over the lines, without the execution rate.
    """

    __tablename__ = "self_evaluation"
    __table_args__ = (Index(None, "jurisdiction_id", "year"),)

    budget_amount: Mapped[Decimal]
    executed_amount: Mapped[Decimal]
    goal_result: Mapped[str | None]
    overspend_reason: Mapped[str | None]
    execution_score: Mapped[Decimal | None] = mapped_column(Score)
    points_total: Mapped[Decimal] = mapped_column(Score)
    weight_total: Mapped[Decimal] = mapped_column(Score)
    score_correction: Mapped[Decimal] = mapped_column(Score, default=0, server_default="0")
    correction_reason: Mapped[str | None]
    self_score: Mapped[Decimal] = mapped_column(Score)
    finance_score: Mapped[Decimal | None] = mapped_column(Score)
    finance_line_total: Mapped[Decimal | None] = mapped_column(Score)


class SelfEvaluationLine(Base):
    """One indicator as evaluated: the baseline's target, the actual value, both sides' points."""

    __tablename__ = "self_evaluation_line"
    __table_args__ = (UniqueConstraint("instance_id", "line_no"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    jurisdiction_id: Mapped[int] = mapped_column(ForeignKey("app.jurisdiction.id"))
    instance_id: Mapped[UUID] = mapped_column(
        ForeignKey("app.self_evaluation.instance_id", ondelete="CASCADE")
    )
    line_no: Mapped[int]
    level1: Mapped[str | None]
    level2: Mapped[str | None]
    name: Mapped[str | None]
    op: Mapped[str | None]
    target_value: Mapped[str | None]
    target_high: Mapped[str | None]
    unit: Mapped[str | None]
    weight: Mapped[Decimal] = mapped_column(Score)
    actual: Mapped[str | None]
    tier: Mapped[str | None]
    manual: Mapped[bool] = mapped_column(default=False, server_default="false")
    reason: Mapped[str | None]
    points: Mapped[Decimal] = mapped_column(Score)
    finance_points: Mapped[Decimal | None] = mapped_column(Score)
    finance_comment: Mapped[str | None]
