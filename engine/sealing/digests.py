"""What is hashed, byte by byte; docs/adr/0013 describes it for a verifier that is not this program.

A new column or another form is a new version: old seals keep the version they were made with.
"""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

ENTRY_VERSION = "bihuan.audit.entry/1"
SEAL_VERSION = "bihuan.audit.seal/1"
DIGEST_BYTES = 32
GENESIS = "0" * 64
"""The hash before the first seal."""

ENTRY_COLUMNS = {
    "id": "entry.id::text",
    "at": "extract(epoch from entry.at)::text",
    "actor_id": "entry.actor_id::text",
    "actor_name": "entry.actor_name",
    "action": "entry.action",
    "instance_id": "entry.instance_id::text",
    "subject": "entry.subject",
    "data": "entry.data::text",
}
"""Every column of an audit entry, in the order in which it is hashed, and the expression of its text."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def framed(*fields: str | None) -> bytes:
    """Write fields so that no two lists of fields are alike: `length:bytes` in UTF-8, `-` for null."""
    parts = []
    for field in fields:
        if field is None:
            parts.append(b"-")
        else:
            raw = field.encode()
            parts.append(b"%d:%s" % (len(raw), raw))
    return b"".join(parts)


def entry_digest(texts: Sequence[str | None]) -> bytes:
    """Return the digest of an audit entry. texts: its columns as ENTRY_COLUMNS gives them."""
    return hashlib.sha256(framed(ENTRY_VERSION, *texts)).digest()


def seal_hash(
    number: int, previous_hash: str, sealed_at: str, entry_ids: Sequence[int], digests: bytes
) -> str:
    """Return the hash of a seal. sealed_at: seconds since 1970 with six decimals, as PostgreSQL writes them."""
    ids = ",".join(map(str, entry_ids))
    fields = framed(SEAL_VERSION, str(number), previous_hash, sealed_at, ids, digests.hex())
    return hashlib.sha256(fields).hexdigest()


def epoch_text(instant: datetime) -> str:
    """Write an instant after 1970 as `extract(epoch from …)::text` does."""
    seconds, rest = divmod((instant - _EPOCH) // _MICROSECOND, 1_000_000)
    return f"{seconds}.{rest:06}"
