"""Published definitions: immutable versions by content hash, and how they were bound together."""

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base


class ProcessDefinition(Base):
    """One immutable version of a process diagram, a decision table, a form or a policy pack.

    kind: `process`, `decision`, `form` or `policy`; version counts up per (kind, key); xml: the text, of a form as JSON,
    of a pack as TOML.
    A content that is published once more is a version of its own.
    """

    __tablename__ = "process_definition"
    __table_args__ = (UniqueConstraint("kind", "key", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    key: Mapped[str]
    version: Mapped[int]
    name: Mapped[str]
    content_hash: Mapped[str] = mapped_column(index=True)
    xml: Mapped[str]
    published_at: Mapped[datetime]
    published_by: Mapped[str]


class DefinitionBundle(Base):
    """A root process with every process it calls and every decision it asks, each by content hash.

    parts: {"processes": {slot: hash}, "decisions": {key: hash}}, and where decision files import others
    "imports": {namespace: hash}; chosen when an instance starts.
    """

    __tablename__ = "definition_bundle"

    hash: Mapped[str] = mapped_column(primary_key=True)
    root_key: Mapped[str]
    root_hash: Mapped[str]
    parts: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class ParameterSet(Base):
    """The resolved policy of one jurisdiction and year, by the hash of its body."""

    __tablename__ = "parameter_set"

    hash: Mapped[str] = mapped_column(primary_key=True)
    jurisdiction: Mapped[str]
    year: Mapped[int]
    body: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
