"""The signers of a task: one task in the diagram, one row per signer."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ForeignKey, Identity, Index, Numeric, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, Bound


class SignItem(Bound, Base):
    """One signer of one task (会签, 或签, 票签, 加签).

    kind: `signer` of a counter-signed task; or `before`, `main` (whoever is the assignee) and `after` of a task that
    others were asked to sign too. state: queued, open, yes, no, abstained, removed, or void (no longer needed).
    person, or role and organisation: who may sign; voter: who did. values: the clean form, exactly (`bpmn.values`).
    """

    __tablename__ = "sign_item"
    __table_args__ = (
        Index(
            "uq_sign_item_person",
            "task_id",
            "person_id",
            unique=True,
            postgresql_where=text("person_id is not null and state <> 'removed'"),
        ),
        Index("ix_sign_item_mine", "person_id", postgresql_where=text("state = 'open'")),
        Index("ix_sign_item_voted", "voter_id", "voted_at", postgresql_where=text("voter_id is not null")),
        Index(
            "ix_sign_item_group",
            "organisation_id",
            "role",
            postgresql_where=text("state = 'open' and person_id is null"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    task_id: Mapped[UUID] = mapped_column(ForeignKey("app.user_task.id"), index=True)
    position: Mapped[int]
    kind: Mapped[str]
    state: Mapped[str]
    person_id: Mapped[int | None]
    person_name: Mapped[str | None]
    role: Mapped[str | None]
    organisation_id: Mapped[int | None]
    weight: Mapped[Decimal] = mapped_column(Numeric())
    added_by_id: Mapped[int | None]
    added_by_name: Mapped[str | None]
    voter_id: Mapped[int | None]
    voter_name: Mapped[str | None]
    voted_at: Mapped[datetime | None]
    opinion: Mapped[str | None]
    values: Mapped[str | None]
