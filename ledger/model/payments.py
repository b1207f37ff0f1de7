"""What the fiscal integration system says a project has received and paid."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base


class ProjectPayment(Base):
    """The standing of a project's money on a day, in yuan and since the year began. sent_at: the newest word holds."""

    __tablename__ = "project_payment"
    __table_args__ = (UniqueConstraint("project_id", "as_of"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    jurisdiction_id: Mapped[int] = mapped_column(ForeignKey("app.jurisdiction.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("app.organisation.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("app.project.id"))
    as_of: Mapped[date]
    budget_amount: Mapped[Decimal | None]
    adjusted_amount: Mapped[Decimal | None]
    arrived_amount: Mapped[Decimal | None]
    executed_amount: Mapped[Decimal]
    source: Mapped[str]
    sent_at: Mapped[datetime]
