"""Table: imports of the directory and of projects, from the confirmed file to what became of each row."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Identity, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base


class DirectoryImport(Base):
    """One import. status: waiting, running, done or failed (then nothing was written, and faults or fault say why).

    kind: directory, or projects (then with the budget year, and without accounts and words).
    actor: who confirmed it, as `engine.bulk.described` writes him. file: what is imported, gone when it ended.
    total, prepared: accounts to be opened, and how many of their passwords are ready. rows: what became of each.
    words: the one-time passwords by login, encrypted; gone once they were shown.
    """

    __tablename__ = "directory_import"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    jurisdiction_id: Mapped[int] = mapped_column(ForeignKey("app.jurisdiction.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("app.account.id"), index=True)
    actor: Mapped[dict[str, Any]] = mapped_column(JSONB)
    kind: Mapped[str] = mapped_column(server_default=text("'directory'"))
    year: Mapped[int | None]
    status: Mapped[str] = mapped_column(server_default=text("'waiting'"))
    file: Mapped[bytes | None]
    total: Mapped[int]
    prepared: Mapped[int] = mapped_column(server_default=text("0"))
    summary: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    rows: Mapped[list[Any] | None] = mapped_column(JSONB(none_as_null=True))
    faults: Mapped[list[Any] | None] = mapped_column(JSONB(none_as_null=True))
    fault: Mapped[str | None]
    words: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
