"""Table: what the yearly assessment (考核) came to, unit by unit, with the counts it was judged by."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, Bound
from ledger.model.filings import Score


class Assessment(Bound, Base):
    """A unit in a year's assessment. The counts are those of the day it was decided; points: none where only counted."""

    __tablename__ = "assessment"
    __table_args__ = (
        UniqueConstraint("jurisdiction_id", "year", "organisation_id"),
        Index(None, "organisation_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("app.process_instance.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("app.organisation.id"))
    year: Mapped[int]
    late: Mapped[int]
    missing: Mapped[int]
    days: Mapped[int]
    circulars: Mapped[int]
    returned: Mapped[int]
    unrectified: Mapped[int]
    points: Mapped[Decimal | None] = mapped_column(Score)
    remark: Mapped[str | None]
    decided_at: Mapped[datetime]
