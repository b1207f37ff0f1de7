"""Table: answers to programs, by key."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base, MaybeBound


class ApiRequest(MaybeBound, Base):
    """What an account was answered under an Idempotency-Key, for a day. fingerprint: of the request it was for."""

    __tablename__ = "api_request"

    account_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    status: Mapped[int | None]
    body: Mapped[str | None]
    created_at: Mapped[datetime]
