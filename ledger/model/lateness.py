"""Table: what was not handed in by its day (迟报), as the diagram's timer found it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, Bound


class LateSubmission(Bound, Base):
    """A submission that was missing when the policy's days were over.

    stage, checkpoint: the stage and its round; round: of the task, counted up by returns. due_on: the day it missed;
    the task may have got another one since. circular_id: which lists it, in this line, or would but for the reason in left_out. When it
    came in after all says the task: nothing is kept twice.
    """

    __tablename__ = "late_submission"
    __table_args__ = (Index(None, "jurisdiction_id", "year"), Index(None, "campaign_id"))

    task_id: Mapped[UUID] = mapped_column(ForeignKey("app.user_task.id"), primary_key=True)
    instance_id: Mapped[UUID]
    campaign_id: Mapped[int | None]
    year: Mapped[int]
    stage: Mapped[str]
    checkpoint: Mapped[int]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("app.organisation.id"))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("app.project.id"))
    subject_code: Mapped[str]
    name: Mapped[str]
    round: Mapped[int]
    due_on: Mapped[date]
    found_at: Mapped[datetime]
    circular_id: Mapped[int | None] = mapped_column(ForeignKey("app.circular.id"), index=True)
    line_no: Mapped[int | None]
    left_out: Mapped[str | None]
