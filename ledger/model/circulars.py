"""Table: circulars (通报) on late submissions, one per stage and round."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, Bound


class Circular(Bound, Base):
    """A list of late submissions for the performance section to issue, or not.

    instance_id: of the flow in which it is decided. number: 文号. issued_at: none until it is issued; withheld: why it was
    not. Whom it lists says `LateSubmission.circular_id`; units read one that was issued.
    """

    __tablename__ = "circular"
    __table_args__ = (Index(None, "jurisdiction_id", "year"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("app.process_instance.id"), unique=True)
    campaign_id: Mapped[int]
    year: Mapped[int]
    stage: Mapped[str]
    checkpoint: Mapped[int]
    title: Mapped[str]
    body: Mapped[str]
    drafted_at: Mapped[datetime]
    number: Mapped[str | None]
    issued_at: Mapped[datetime | None]
    issued_by: Mapped[str | None]
    withheld: Mapped[str | None]
