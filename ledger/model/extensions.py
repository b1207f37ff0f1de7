"""Table: requests for more time (延期申请), and what became of them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, Bound


class ExtensionRequest(Bound, Base):
    """Somebody asked for a later due day of a task.

    instance_id: of the flow that decides; asked_id: of the task. due_on, last_on: when it was asked, the due day and
    the last one the policy allows. granted_on: none until it is decided, and none if it was refused. decided_by: none if
    it ended with its task.
    """

    __tablename__ = "extension_request"

    instance_id: Mapped[UUID] = mapped_column(ForeignKey("app.process_instance.id"), primary_key=True)
    task_id: Mapped[UUID] = mapped_column(ForeignKey("app.user_task.id"), index=True)
    asked_id: Mapped[UUID]
    author_id: Mapped[int | None]
    author_name: Mapped[str]
    reason: Mapped[str]
    asked_at: Mapped[datetime]
    due_on: Mapped[date]
    wished_on: Mapped[date]
    last_on: Mapped[date]
    granted_on: Mapped[date | None]
    opinion: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
