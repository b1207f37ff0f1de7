"""What a bureau has confirmed of its policy."""

from datetime import datetime
from typing import Any

from sqlalchemy import Identity, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, Bound


class PolicyConfirmation(Bound, Base):
    """A bureau confirms a value of its pack from a budget year on, or takes that back (stands: false).

    The latest record of a key counts; it speaks of this value only. Records are never changed.
    """

    __tablename__ = "policy_confirmation"
    __table_args__ = (Index("ix_policy_confirmation_jurisdiction_id_key", "jurisdiction_id", "key"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    year: Mapped[int]
    key: Mapped[str]
    value: Mapped[Any] = mapped_column(JSONB)
    stands: Mapped[bool]
    note: Mapped[str]
    confirmed_at: Mapped[datetime]
    confirmed_by: Mapped[str]
