"""Contents by their SHA-256: in a folder or in the database. The same content is kept once, whoever sends it."""

import hashlib
import os
import tempfile
from pathlib import Path
from typing import Protocol

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from engine.errors import BihuanError
from engine.model.attachments import Blob
from engine.model.base import table_of

BLOB = table_of(Blob)


class BlobMissing(BihuanError):
    """A content is not in the store, though a row names it."""

    code = "attachment.content_missing"


class BlobDamaged(BihuanError):
    """A content is not what its name says."""

    code = "attachment.content_damaged"


def digest_of(content: bytes) -> str:
    """Return the name of a content: its SHA-256, hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def lock(session: Session, digest: str) -> None:
    """Keep everybody else from adding or dropping this content until the transaction ends."""
    session.execute(select(func.pg_advisory_xact_lock(int(digest[:15], 16))))


class Blobs(Protocol):
    """A store of contents."""

    def put(self, session: Session, content: bytes) -> str:
        """Keep a content and return its digest; keeping it again changes nothing."""
        ...

    def get(self, session: Session, digest: str) -> bytes:
        """Return a content. Raises BlobMissing, BlobDamaged."""
        ...

    def drop(self, session: Session, digest: str) -> None:
        """Forget a content; nothing happens if it is not there."""
        ...


class DatabaseBlobs:
    """Contents in the table `blob`, written in the command's transaction and part of every backup of it."""

    def put(self, session: Session, content: bytes) -> str:
        """Keep a content."""
        digest = digest_of(content)
        row = {"digest": digest, "content": content}
        session.execute(insert(BLOB).values(row).on_conflict_do_nothing())
        return digest

    def get(self, session: Session, digest: str) -> bytes:
        """Return a content."""
        return _whole(digest, session.scalar(select(BLOB.c.content).where(BLOB.c.digest == digest)))

    def drop(self, session: Session, digest: str) -> None:
        """Forget a content."""
        session.execute(delete(BLOB).where(BLOB.c.digest == digest))


class FolderBlobs:
    """Contents as files of a folder, two letters of the digest deep.

    A file is on the disk before the transaction that names it commits; what a rolled-back one left behind is only space.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, session: Session, content: bytes) -> str:
        """Keep a content: written aside, then renamed, so that nobody reads half of it."""
        digest = digest_of(content)
        place = self.place(digest)
        if place.exists():
            return digest
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=place.parent, prefix=".new-", delete=False) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(place)
        return digest

    def get(self, session: Session, digest: str) -> bytes:
        """Return a content."""
        place = self.place(digest)
        return _whole(digest, place.read_bytes() if place.exists() else None)

    def drop(self, session: Session, digest: str) -> None:
        """Forget a content."""
        self.place(digest).unlink(missing_ok=True)

    def place(self, digest: str) -> Path:
        """Return where a content lies, or would lie."""
        return self.folder / digest[:2] / digest

    def files(self) -> list[Path]:
        """Return every content that lies there, by digest."""
        return sorted(one for one in self.folder.glob("??/*") if not one.name.startswith("."))


def _whole(digest: str, content: bytes | None) -> bytes:
    if content is None:
        raise BlobMissing(f"附件内容 {digest[:12]} 不在存储里;请从备份恢复附件后再打开。")
    if digest_of(content) != digest:
        raise BlobDamaged(
            f"附件内容 {digest[:12]} 与登记的不一致,没有打开;请从备份恢复附件。",
            code="attachment.content_damaged",
        )
    return content
