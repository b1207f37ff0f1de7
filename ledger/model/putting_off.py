"""Table: tasks that somebody put off until a day (暂缓), for himself alone."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, Bound


class PutOff(Bound, Base):
    """A task out of somebody's sight until a day. due_at, round: of the task when it was put off.

    It holds only while nothing happens to the task: see `ledger.putting_off.waiting`.
    """

    __tablename__ = "task_put_off"

    person_id: Mapped[int] = mapped_column(ForeignKey("app.person.id"), primary_key=True, autoincrement=False)
    task_id: Mapped[UUID] = mapped_column(ForeignKey("app.user_task.id"), primary_key=True)
    instance_id: Mapped[UUID]
    until_on: Mapped[date]
    since: Mapped[datetime]
    due_at: Mapped[datetime | None]
    round: Mapped[int]
