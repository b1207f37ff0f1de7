"""Department and key evaluations: who was chosen, by whom evaluated, how judged."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base
from ledger.model.filings import Filing, Graded, Placed, Reviewed, Score, Share


class EvaluationSelection(Filing, Base):
    """评价项目遴选: the projects an organisation chose. kind: dept | key."""

    __tablename__ = "evaluation_selection"
    __table_args__ = (Index(None, "jurisdiction_id", "year"),)

    kind: Mapped[str]
    project_codes: Mapped[list[Any]]
    selected_amount: Mapped[Decimal | None]
    selected_share: Mapped[Decimal | None] = mapped_column(Share)
    reason: Mapped[str | None]


class Evaluation(Filing, Reviewed, Graded, Base):
    """绩效评价: one project's report from plan to final score. kind: dept | key.

    score: the evaluator's; finance_score: the reviewer's; final_score: after the panel.
    """

    __tablename__ = "evaluation"
    __table_args__ = (Index(None, "jurisdiction_id", "year", "kind"),)

    kind: Mapped[str]
    plan_method: Mapped[str | None]
    plan: Mapped[str | None]
    budget_amount: Mapped[Decimal | None]
    executed_amount: Mapped[Decimal | None]
    completion_share: Mapped[Decimal | None] = mapped_column(Share)
    score: Mapped[Decimal | None] = mapped_column(Score)
    summary: Mapped[str | None]
    problems: Mapped[str | None]
    suggestions: Mapped[str | None]
    finance_score: Mapped[Decimal | None] = mapped_column(Score)
    reply_agreed: Mapped[bool | None]
    reply: Mapped[str | None]
    panel_passed: Mapped[bool | None]
    final_score: Mapped[Decimal | None] = mapped_column(Score)
    final_summary: Mapped[str | None]
    finalised_at: Mapped[datetime | None]


class Procurement(Filing, Base):
    """第三方机构采购: the firm that evaluates, and its word that no conflict exists."""

    __tablename__ = "procurement"
    __table_args__ = (Index(None, "jurisdiction_id", "year"),)

    firm: Mapped[str]
    method: Mapped[str]
    conflict_free: Mapped[bool]


class PanelOpinion(Placed, Base):
    """专家组评审意见: one member's verdict on one version of a report.

    evaluation_round: `submitted_count` of the evaluation it judges.
    """

    __tablename__ = "panel_opinion"
    __table_args__ = (UniqueConstraint("task_id"), Index(None, "instance_id", "evaluation_round"))

    instance_id: Mapped[UUID]
    evaluation_round: Mapped[int]
    member_kind: Mapped[str]
    recused: Mapped[bool]
    verdict: Mapped[str]
    comment: Mapped[str | None]
