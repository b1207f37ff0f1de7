"""What was sent back: one row per return; what is answered to its remarks, and how they are judged."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, Bound


class TaskReturn(Base):
    """A return (退回): from which task to which step, why. Its round is that of the step it opened again.

    organisation_id: of the instance. task_id: the task that was left.
    remarks: [field path, text] pairs, for the form of the step; rows are counted from 0 in what was filed before.
    """

    __tablename__ = "task_return"
    __table_args__ = (
        Index(
            "ix_task_return_words",
            text("app.bigrams(reason || ' ' || app.text_of(remarks))"),
            postgresql_using="gin",
        ),
        Index(None, "instance_id", "to_element_id"),
    )

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


class RemarkAnswer(Bound, Base):
    """What whoever mends a form says to one remark (逐条回应). number: of the remark in its return, from 0.

    done: ticked off; text: what was changed or why not, "" if nothing is said.
    """

    __tablename__ = "remark_answer"

    return_id: Mapped[int] = mapped_column(
        ForeignKey("app.task_return.id"), primary_key=True, autoincrement=False
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    instance_id: Mapped[UUID] = mapped_column(index=True)
    text: Mapped[str]
    done: Mapped[bool]
    answered_by_id: Mapped[int | None]
    answered_by_name: Mapped[str]
    answered_at: Mapped[datetime]


class RemarkVerdict(Bound, Base):
    """What a reviewer of the next round says of one remark: settled or not. The last row of a remark counts.

    task_id: of the review at which it was said; number: of the remark in its return, from 0.
    """

    __tablename__ = "remark_verdict"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    return_id: Mapped[int] = mapped_column(ForeignKey("app.task_return.id"), index=True)
    number: Mapped[int]
    instance_id: Mapped[UUID] = mapped_column(index=True)
    task_id: Mapped[UUID] = mapped_column(ForeignKey("app.user_task.id"))
    settled: Mapped[bool]
    judged_by_id: Mapped[int | None]
    judged_by_name: Mapped[str]
    judged_at: Mapped[datetime]
