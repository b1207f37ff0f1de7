"""What a diagram threw and is on its way to who waits for it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Identity, Index, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base


class Handover(Base):
    """A message, a broadcast signal, or a signal for one receiver; the row goes when it was handed over.

    status: waiting, held (the receiver is suspended) or failed (an incident says why). attempts: each counted before
    it began. waiting_ids: the waits the signal is meant for. payload: exact (`bpmn.values`).
    """

    __tablename__ = "handover"
    __table_args__ = (
        Index("ix_handover_receiver_id", "receiver_id", postgresql_where=text("receiver_id is not null")),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    jurisdiction_id: Mapped[int]
    kind: Mapped[str]
    name: Mapped[str]
    key: Mapped[str | None]
    payload: Mapped[str]
    thrower_id: Mapped[UUID | None]
    element_id: Mapped[str | None]
    receiver_id: Mapped[UUID | None]
    waiting_ids: Mapped[list[int] | None] = mapped_column(ARRAY(BIGINT))
    status: Mapped[str]
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    created_at: Mapped[datetime]
