"""Due times are rows: timers of diagrams, rungs of ladders, and what was told to whom."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, Bound

PLANNED = text("status = 'planned'")


class Timer(Bound, Base):
    """A timer event that waits in a diagram. status: planned, suspended, fired, cancelled or failed (an incident).

    next_attempt_at: when the sweep looks at it; equals due_at until an attempt fails. attempts: counted before they run.
    """

    __tablename__ = "timer"
    __table_args__ = (
        Index("ix_timer_next_attempt", "next_attempt_at", "id", postgresql_where=PLANNED),
        Index("ix_timer_instance_id_status", "instance_id", "status"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("app.process_instance.id"))
    token_id: Mapped[UUID]
    element_id: Mapped[str]
    due_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime]
    status: Mapped[str]
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    ended_at: Mapped[datetime | None]


class Sweep(Base):
    """When somebody last looked for what is due: one row, so that anybody can see whether time still passes."""

    __tablename__ = "sweep"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]


class LadderRung(Bound, Base):
    """One reminder (offset < 0) or escalation (offset > 0) of a task. status: planned, suspended, sent or skipped (and why)."""

    __tablename__ = "ladder_rung"
    __table_args__ = (
        Index("ix_ladder_rung_planned", "at", "id", postgresql_where=PLANNED),
        Index("ix_ladder_rung_sent", "campaign_id", "kind", postgresql_where=text("status = 'sent'")),
        Index("ix_ladder_rung_task_id_status", "task_id", "status"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    task_id: Mapped[UUID] = mapped_column(ForeignKey("app.user_task.id"))
    campaign_id: Mapped[int | None]
    kind: Mapped[str]
    offset_days: Mapped[int]
    at: Mapped[datetime]
    recipients: Mapped[list[Any]]
    channels: Mapped[list[Any]] = mapped_column(server_default=text("""'["mail", "group"]'"""))
    wording: Mapped[str | None]
    status: Mapped[str]
    reason: Mapped[str | None]
    ended_at: Mapped[datetime | None]


class Notification(Bound, Base):
    """Something people are told: written with a rung or by a colleague; each of them gets a message of it (`ledger.messages`).

    kind: reminder, escalation, urge (then with the sender and the text he wrote), return, move, withdrawn, cc, or
    substitution (of no task). recipient: `assignee` or a role; person_id: None for whoever holds it.
    """

    __tablename__ = "notification"
    __table_args__ = (
        Index(
            "ix_notification_urged",
            "task_id",
            "sender_id",
            "created_at",
            postgresql_where=text("kind = 'urge'"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    rung_id: Mapped[int | None] = mapped_column(index=True)
    task_id: Mapped[UUID | None]
    kind: Mapped[str]
    recipient: Mapped[str]
    organisation_id: Mapped[int]
    person_id: Mapped[int | None]
    created_at: Mapped[datetime]
    text: Mapped[str | None]
    sender_id: Mapped[int | None]
    sender_name: Mapped[str | None]
