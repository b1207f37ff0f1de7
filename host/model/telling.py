"""Tables: how people want to be told, robots of organisations, what is to go out, and the letters that leave."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base

PLANNED, PACKED, SKIPPED = "planned", "packed", "skipped"
DELIVERED, DEAD, REFUSED, DROPPED = "delivered", "dead", "refused", "dropped"


class Contact(Base):
    """How a person wants to be told. email counts once it is confirmed, and no longer when it has bounced.

    new_email waits for the code that was sent to it. kinds: of notifications that go to the address. digest_hour: one
    letter a day at that hour. quiet_from, quiet_until: nothing goes out between these hours. calendar_hash: of the token
    in the address of his calendar.
    """

    __tablename__ = "contact"
    __table_args__ = (
        CheckConstraint(
            "digest_hour between 0 and 23 and quiet_from between 0 and 23 and quiet_until between 0 and 23 "
            "and (quiet_from is null) = (quiet_until is null)",
            name="hours",
        ),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("app.person.id"), primary_key=True, autoincrement=False)
    email: Mapped[str | None]
    confirmed_at: Mapped[datetime | None]
    bounced_at: Mapped[datetime | None]
    bounce_told: Mapped[str | None]
    new_email: Mapped[str | None]
    code_hash: Mapped[str | None]
    code_sent_at: Mapped[datetime | None]
    code_tries: Mapped[int] = mapped_column(server_default=text("0"))
    kinds: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    digest_hour: Mapped[int | None]
    quiet_from: Mapped[int | None]
    quiet_until: Mapped[int | None]
    calendar_hash: Mapped[str | None] = mapped_column(unique=True)
    calendar_made_at: Mapped[datetime | None]


class Robot(Base):
    """A robot in a group of an organisation's people. address and secret are encrypted; a paused one is told nothing."""

    __tablename__ = "robot"
    __table_args__ = (
        CheckConstraint("channel in ('wecom', 'dingtalk', 'feishu', 'apprise')", name="channel"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    jurisdiction_id: Mapped[int]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("app.organisation.id"), index=True)
    channel: Mapped[str]
    name: Mapped[str]
    address: Mapped[str]
    secret: Mapped[str | None]
    kinds: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    language: Mapped[str]
    paused_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Letter(Base):
    """What leaves: everything that was due for one receiver at one moment. id: the same at every attempt.

    status: planned, delivered, dead (tried for three days), refused (the receiver will never take it) or dropped
    (nothing in it matters any more). told: what came back last.
    """

    __tablename__ = "letter"
    __table_args__ = (
        CheckConstraint("status in ('planned', 'delivered', 'dead', 'refused', 'dropped')", name="status"),
        CheckConstraint("(person_id is null) <> (robot_id is null)", name="one_receiver"),
        Index("ix_letter_due", "next_attempt_at", postgresql_where=text("status = 'planned'")),
        Index("ix_letter_dead", "id", postgresql_where=text("status = 'dead'")),
        Index("ix_letter_created_at", "created_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(server_default=text("gen_random_uuid()"), primary_key=True)
    jurisdiction_id: Mapped[int]
    person_id: Mapped[int | None]
    robot_id: Mapped[int | None] = mapped_column(ForeignKey("app.robot.id", ondelete="CASCADE"))
    status: Mapped[str] = mapped_column(server_default=text("'planned'"))
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    created_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    told: Mapped[str | None]


class Delivery(Base):
    """A notification that is to reach a person's address or a robot, written with it by a trigger.

    status: planned until due_at, then packed into a letter, or skipped and why.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        CheckConstraint("status in ('planned', 'packed', 'skipped')", name="status"),
        CheckConstraint("(person_id is null) <> (robot_id is null)", name="one_receiver"),
        Index(
            "ix_delivery_due",
            "due_at",
            "person_id",
            "robot_id",
            postgresql_where=text("status = 'planned'"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    jurisdiction_id: Mapped[int]
    notification_id: Mapped[int] = mapped_column(ForeignKey("app.notification.id"), index=True)
    person_id: Mapped[int | None]
    robot_id: Mapped[int | None] = mapped_column(ForeignKey("app.robot.id", ondelete="CASCADE"))
    due_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(server_default=text("'planned'"))
    reason: Mapped[str | None]
    letter_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("app.letter.id", ondelete="CASCADE"), index=True
    )
