"""Who acts in whose place while somebody is away (代理)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Identity, and_
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, Bound


class Substitution(Bound, Base):
    """A substitute acts for a person from a day to a day, both included.

    roles: [role, organisation id] pairs; empty for all of the person's. onward: the substitute's own substitute may
    act too. ended_at: when it was ended before its time.
    """

    __tablename__ = "substitution"
    __table_args__ = (
        CheckConstraint("person_id <> substitute_id", name="other"),
        CheckConstraint("valid_to >= valid_from", name="validity"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("app.person.id"), index=True)
    substitute_id: Mapped[int] = mapped_column(ForeignKey("app.person.id"), index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    roles: Mapped[list[Any]]
    onward: Mapped[bool]
    reason: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    ended_at: Mapped[datetime | None]

    @classmethod
    def in_force(cls, day: date | ColumnElement[date]) -> ColumnElement[bool]:
        """Return the condition that the substitute may act on a day."""
        return and_(cls.ended_at.is_(None), cls.valid_from <= day, cls.valid_to >= day)
