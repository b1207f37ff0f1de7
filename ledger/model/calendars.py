"""The holidays of a year as a bureau published them: versions, of which the latest holds."""

from datetime import datetime
from typing import Any

from sqlalchemy import Identity, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, Bound


class CalendarVersion(Bound, Base):
    """One arrangement of a calendar year. body: `arrangement` and `closures`, the lines as they were entered.

    Versions are never changed. note: on what grounds, such as the number of the notice.
    """

    __tablename__ = "calendar_version"
    __table_args__ = (UniqueConstraint("jurisdiction_id", "year", "version"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    year: Mapped[int]
    version: Mapped[int]
    body: Mapped[dict[str, Any]] = mapped_column(JSONB)
    note: Mapped[str]
    published_at: Mapped[datetime]
    published_by: Mapped[str]
