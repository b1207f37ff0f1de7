"""Table: who has come how often, as all processes know it together."""

from sqlalchemy import Double
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base


class RateSpent(Base):
    """until: when everything that was spent will have been paid back, in seconds of the epoch; older rows mean nothing.

    Not logged: lost in a crash, and no write waits for the disk.
    """

    __tablename__ = "rate_spent"
    __table_args__ = {"prefixes": ["UNLOGGED"]}  # noqa: RUF012 (SQLAlchemy reads it as a class attribute)

    key: Mapped[str] = mapped_column(primary_key=True)
    until: Mapped[float] = mapped_column(Double)
