"""What was sent back: one row per return."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base


class TaskReturn(Base):
    """A return (退回): from which task to which step, why. Its round is that of the step it opened again.

    organisation_id: of the instance. task_id: the task that was left.
    remarks: [field path, text] pairs, for the form of the step.
    """

    __tablename__ = "task_return"
    __table_args__ = (Index(None, "instance_id", "to_element_id"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    jurisdiction_id: Mapped[int]
    organisation_id: Mapped[int]
    instance_id: Mapped[UUID]
    task_id: Mapped[UUID] = mapped_column(ForeignKey("app.user_task.id"), index=True)
    from_definition_key: Mapped[str]
    from_element_id: Mapped[str]
    from_name: Mapped[str]
    to_definition_key: Mapped[str]
    to_element_id: Mapped[str]
    to_name: Mapped[str]
    round: Mapped[int]
    reason: Mapped[str]
    remarks: Mapped[list[Any]]
    returned_by_id: Mapped[int | None]
    returned_by_name: Mapped[str]
    returned_at: Mapped[datetime]
