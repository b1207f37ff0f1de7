"""Tables: accounts, their administrative duties, sessions."""

from datetime import datetime
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Identity, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base

DUTIES: Final = ("system", "process", "audit")


class Account(Base):
    """A way to sign in. person: whose work it opens; None for an account that only administers.

    login: in lower case. failed_attempts: wrong passwords since the last right one.
    """

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("app.person.id"), unique=True)
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str]
    failed_attempts: Mapped[int] = mapped_column(server_default=text("0"))
    locked_until: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    language: Mapped[str] = mapped_column(server_default=text("'zh'"))
    theme: Mapped[str] = mapped_column(server_default=text("'light'"))
    created_at: Mapped[datetime]


class AccountDuty(Base):
    """An administrative duty: system, process or audit administrator (三员分立)."""

    __tablename__ = "account_duty"
    __table_args__ = (CheckConstraint("duty in ('system', 'process', 'audit')", name="duty"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("app.account.id"), primary_key=True)
    duty: Mapped[str] = mapped_column(primary_key=True)


class WebSession(Base):
    """A signed-in browser. token_hash: of the cookie; the cookie itself is kept nowhere."""

    __tablename__ = "web_session"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("app.account.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
