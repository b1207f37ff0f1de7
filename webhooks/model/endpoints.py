"""Who wants to be told of what, what is to be told, and how each attempt went."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base

PLANNED, DELIVERED, DEAD = "planned", "delivered", "dead"


class WebhookEndpoint(Base):
    """An address of another system. event_types: `task.completed`, `task.*` or `*`; organisation_id: only of its cases.

    Secrets are encrypted. previous_secret signs too until `previous_until`. failures: attempts that failed since the
    last success; nobody knocks before `closed_until`. A paused endpoint gets no new deliveries.
    """

    __tablename__ = "webhook_endpoint"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    jurisdiction_id: Mapped[int] = mapped_column(ForeignKey("app.jurisdiction.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("app.organisation.id"))
    name: Mapped[str]
    address: Mapped[str]
    event_types: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    secret: Mapped[str]
    previous_secret: Mapped[str | None]
    previous_until: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(server_default=text("0"))
    closed_until: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    pause_reason: Mapped[str | None]
    created_at: Mapped[datetime]


class WebhookDelivery(Base):
    """One event for one endpoint, written in the transaction of the event. id: the same at every attempt."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        CheckConstraint("status in ('planned', 'delivered', 'dead')", name="status"),
        Index(
            "ix_webhook_delivery_due",
            "endpoint_id",
            "next_attempt_at",
            postgresql_where=text("status = 'planned'"),
        ),
        Index("ix_webhook_delivery_dead", "id", postgresql_where=text("status = 'dead'")),
        Index("ix_webhook_delivery_endpoint_id_created_at", "endpoint_id", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(server_default=text("gen_random_uuid()"), primary_key=True)
    jurisdiction_id: Mapped[int]
    endpoint_id: Mapped[int] = mapped_column(ForeignKey("app.webhook_endpoint.id", ondelete="CASCADE"))
    event_id: Mapped[int]
    status: Mapped[str] = mapped_column(server_default=text("'planned'"))
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    created_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class WebhookAttempt(Base):
    """How one attempt went. status_code: None if nobody answered; told: the start of the answer, or the error."""

    __tablename__ = "webhook_attempt"
    __table_args__ = (Index("ix_webhook_attempt_delivery_id", "delivery_id"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    jurisdiction_id: Mapped[int]
    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("app.webhook_delivery.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    milliseconds: Mapped[int]
    status_code: Mapped[int | None]
    told: Mapped[str]
