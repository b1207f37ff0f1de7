"""Tables: accounts, their administrative duties, sessions, second factors, tokens of programs."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import CheckConstraint, ForeignKey, Identity, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base

DUTIES: Final = ("system", "process", "audit")


class Account(Base):
    """A way to sign in. person: whose work it opens; None for an account that only administers.

    login: in lower case. keys: whether the pages listen for single keys. failed_attempts: wrong passwords or codes
    since the last right one. must_change: the password was given once and must be changed,
    before password_until (None: it does not expire). factor_secret: of the
    second factor, encrypted; factor_step: the last moment (in steps of half a minute) whose code was used.
    oidc_subject: who this is at the organisation's sign-in service.
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
    keys: Mapped[bool] = mapped_column(server_default=text("true"))
    created_at: Mapped[datetime]
    must_change: Mapped[bool] = mapped_column(server_default=text("false"))
    password_until: Mapped[datetime | None]
    factor_secret: Mapped[str | None]
    factor_step: Mapped[int | None]
    oidc_subject: Mapped[str | None] = mapped_column(unique=True)


class AccountDuty(Base):
    """The administrative duty of an account: system, process or audit administrator; never two (三员分立)."""

    __tablename__ = "account_duty"
    __table_args__ = (CheckConstraint("duty in ('system', 'process', 'audit')", name="duty"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("app.account.id"), primary_key=True)
    duty: Mapped[str]


class WebSession(Base):
    """A signed-in browser. token_hash: of the cookie; the cookie itself is kept nowhere.

    factor_due: the password was right, the second factor is still asked for; opens nothing yet.
    behalf_of: in whose place its person acts now.
    """

    __tablename__ = "web_session"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("app.account.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    agent: Mapped[str] = mapped_column(server_default=text("''"))
    factor_due: Mapped[bool] = mapped_column(server_default=text("false"))
    behalf_of_id: Mapped[int | None] = mapped_column(ForeignKey("app.person.id"))


class RecoveryCode(Base):
    """A code that replaces the second factor once."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("app.account.id"), index=True)
    code_hash: Mapped[str]
    used_at: Mapped[datetime | None]


class ApiToken(Base):
    """What a program signs in with, in the name of an account. scopes: the permissions it may use."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("app.account.id"), index=True)
    name: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    scopes: Mapped[list[Any]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
