"""What seals the audit: rows still to be sealed, the chain of seals, one anchor a day."""

from datetime import date, datetime

from sqlalchemy import ARRAY, BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base


class AuditTail(Base):
    """An audit entry that is not sealed yet; written with it, taken away by the transaction that seals it."""

    __tablename__ = "audit_tail"

    entry_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class AuditSeal(Base):
    """One link of the chain: which entries it seals, their digests, the hash before, its own hash.

    digests: 32 bytes per entry, in the order of entry_ids. Hashes are hexadecimal.
    """

    __tablename__ = "audit_seal"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    previous_hash: Mapped[str] = mapped_column(unique=True)
    entry_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    digests: Mapped[bytes]
    sealed_at: Mapped[datetime]
    hash: Mapped[str] = mapped_column(unique=True)


class AuditAnchor(Base):
    """The last seal of a local day, kept apart from the chain and printable."""

    __tablename__ = "audit_anchor"

    seal_number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sealed_on: Mapped[date]
    hash: Mapped[str]
