"""What every filing has: the task that wrote it, its place, its year, how often it was handed in."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Numeric
from sqlalchemy.orm import Mapped, mapped_column

Score = Numeric(8, 2)
"""Points, weights and scores: 0–100 with two decimals."""

Share = Numeric(18, 10)
"""Shares 0–1."""


class Placed:
    """Columns that put a row into a jurisdiction, a year and an organisation."""

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    task_id: Mapped[UUID]
    campaign_id: Mapped[int | None]
    jurisdiction_id: Mapped[int] = mapped_column(ForeignKey("app.jurisdiction.id"))
    year: Mapped[int]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("app.organisation.id"))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("app.project.id"), index=True)
    recorded_at: Mapped[datetime]


class Filing(Placed):
    """One current row per instance: a resubmission replaces it, `submission` keeps the history.

    submitted_count: how often the form was handed in (1 = first pass);
    returned_count: how often a reviewer sent it back.
    """

    instance_id: Mapped[UUID] = mapped_column(unique=True)
    submitted_count: Mapped[int] = mapped_column(default=1, server_default="1")
    returned_count: Mapped[int] = mapped_column(default=0, server_default="0")


class Reviewed:
    """What a reviewer wrote onto the filing."""

    conclusion: Mapped[str | None]
    opinion: Mapped[str | None]
    reviewed_at: Mapped[datetime | None]


class Graded:
    """What `record_grade` wrote: the grade by the policy's bands on the rounded score."""

    grade: Mapped[str | None]
    capped: Mapped[bool] = mapped_column(default=False, server_default="false")
    graded_score: Mapped[Decimal | None] = mapped_column(Score)
    graded_at: Mapped[datetime | None]
