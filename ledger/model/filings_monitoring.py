"""In the year: what a project reported at one monitoring checkpoint."""

from decimal import Decimal
from typing import Any

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base
from ledger.model.filings import Filing, Reviewed, Share


class MonitoringReport(Filing, Reviewed, Base):
    """绩效运行监控: money and physical progress of one project in one round.

    passed: null until the section has reviewed it.
    progress_share: physical progress, 1 = finished; never derived from payments.
    """

    __tablename__ = "monitoring_report"
    __table_args__ = (
        Index(None, "jurisdiction_id", "year", "round"),
        Index(None, "project_id", "round"),
    )

    round: Mapped[int]
    budget_amount: Mapped[Decimal | None]
    adjusted_amount: Mapped[Decimal | None]
    arrived_amount: Mapped[Decimal | None]
    executed_amount: Mapped[Decimal]
    progress_share: Mapped[Decimal] = mapped_column(Share)
    possibility: Mapped[str | None]
    causes: Mapped[list[Any] | None] = mapped_column(JSONB)
    measures: Mapped[str | None]
    evidence: Mapped[str | None]
    reason: Mapped[str | None]
    passed: Mapped[bool | None]
    disposal: Mapped[str | None]
