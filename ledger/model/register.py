"""The register: who takes part in a jurisdiction's year, and the projects it is about."""

from datetime import date, datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, UniqueConstraint, and_, or_, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, Bound

ORGANISATION_KINDS: Final = ("bureau", "department", "town", "agency", "panel", "upper", "government")
TRACKS: Final = ("project", "direct", "rural", "ssf", "ppp", "bond", "pre_eval")


def _one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


class Jurisdiction(Base):
    """A county, city or district whose budget is reviewed; the outer wall of every query."""

    __tablename__ = "jurisdiction"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]


class Organisation(Base):
    """A bureau, department, town, agency, panel or authority; valid from a day, until a day if it is over."""

    __tablename__ = "organisation"
    __table_args__ = (
        UniqueConstraint("jurisdiction_id", "code"),
        _one_of("kind", ORGANISATION_KINDS),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="validity"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    jurisdiction_id: Mapped[int] = mapped_column(ForeignKey("app.jurisdiction.id"))
    code: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("app.organisation.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class Person(Base):
    """Somebody who works at an organisation. code: the number the bureau knows him by; left_on: his last day."""

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("jurisdiction_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    jurisdiction_id: Mapped[int] = mapped_column(ForeignKey("app.jurisdiction.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("app.organisation.id"), index=True)
    name: Mapped[str]
    code: Mapped[str | None]
    left_on: Mapped[date | None]


class RoleAssignment(Bound, Base):
    """A person holds a role at an organisation for a while; the candidate group of a user task."""

    __tablename__ = "role_assignment"
    __table_args__ = (
        UniqueConstraint("person_id", "role", "organisation_id", "valid_from"),
        Index(None, "organisation_id", "role"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("app.person.id"))
    role: Mapped[str]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("app.organisation.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    @classmethod
    def in_force(cls, day: date | ColumnElement[date]) -> ColumnElement[bool]:
        """Return the condition that the role is held on a day."""
        return and_(cls.valid_from <= day, or_(cls.valid_to.is_(None), cls.valid_to >= day))


class Project(Base):
    """A budget project of one year, on the ordinary or a special track; `code` is the ledger's id.

    budget_amount: initial budget in yuan. total_investment_amount: null when not known.
    adjusted_amount: what the budget was adjusted to, by which document, and when the register was told; null before that.
    central_transfer: belongs to the central transfer classes that are not evaluated (SW-R06).
    """

    __tablename__ = "project"
    __table_args__ = (
        Index("ix_project_words", text("app.bigrams(name || ' ' || code)"), postgresql_using="gin"),
        UniqueConstraint("jurisdiction_id", "year", "code"),
        Index(None, "jurisdiction_id", "year", "track"),
        Index(None, "organisation_id", "year"),
        _one_of("track", TRACKS),
        CheckConstraint("budget_amount >= 0", name="budget_amount"),
        CheckConstraint("adjusted_amount >= 0", name="adjusted_amount"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    jurisdiction_id: Mapped[int] = mapped_column(ForeignKey("app.jurisdiction.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("app.organisation.id"))
    year: Mapped[int]
    track: Mapped[str]
    code: Mapped[str]
    name: Mapped[str]
    function_class: Mapped[str | None]
    central_transfer: Mapped[bool]
    is_new: Mapped[bool]
    specialised: Mapped[bool]
    budget_amount: Mapped[Decimal]
    adjusted_amount: Mapped[Decimal | None]
    adjusted_basis: Mapped[str | None]
    adjusted_at: Mapped[datetime | None]
    total_investment_amount: Mapped[Decimal | None]
