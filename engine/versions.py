"""Versions of what was published: kept, listed, read, published once more."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import Session

from engine.access import Actor
from engine.errors import Conflict, NotFound
from engine.events import Event
from engine.model.base import table_of
from engine.model.definitions import ProcessDefinition
from engine.uow import UnitOfWork

KINDS: Final = {"process": "流程", "decision": "决策", "form": "表单", "policy": "政策包"}
KEPT = table_of(ProcessDefinition)
SEEN = (
    KEPT.c.key,
    KEPT.c.version,
    KEPT.c.name,
    KEPT.c.content_hash,
    KEPT.c.published_at,
    KEPT.c.published_by,
)


@dataclass(frozen=True, slots=True)
class Published:
    """A published version; `is_new` is false if this content was published before."""

    kind: str
    key: str
    version: int
    content_hash: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class Content:
    """What is to be published, checked. kind: of `KINDS`; hash: of what it means; text: XML, JSON or TOML."""

    kind: str
    key: str
    name: str
    hash: str
    text: str


def keep(uow: UnitOfWork, content: Content, *, by: Actor, again: bool = False) -> Published:
    """Keep a content as the next version of its key; one that was published before is that version.

    again: publish it once more if a newer version is in force.
    """
    kind, key = content.kind, content.key
    mine = (KEPT.c.kind == kind, KEPT.c.key == key)
    uow.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"{kind}/{key}"))))
    same = func.max(KEPT.c.version).filter(KEPT.c.content_hash == content.hash)
    known, newest = uow.session.execute(select(same, func.max(KEPT.c.version)).where(*mine)).one()
    if known is not None and (known == newest or not again):
        return Published(kind, key, known, content.hash, is_new=False)
    version = (newest or 0) + 1
    uow.session.execute(
        insert(KEPT).values(
            kind=kind,
            key=key,
            version=version,
            name=content.name,
            content_hash=content.hash,
            xml=content.text,
            published_at=uow.now(),
            published_by=by.name,
        )
    )
    uow.record(Event("definition.published", data={"kind": kind, "key": key, "version": version}), by=by)
    facts = {"content_hash": content.hash} | ({} if known is None else {"as_version": known})
    uow.audit("definition.publish", by=by, subject=f"{kind}/{key}/{version}", data=facts)
    return Published(kind, key, version, content.hash, is_new=True)


def publish_again(uow: UnitOfWork, kind: str, key: str, version: int, *, by: Actor) -> Published:
    """Publish an older version once more, as the next one: the way back. Raises NotFound; Conflict if it is in force."""
    row = version_of(uow.session, kind, key, version)
    kept = keep(uow, Content(kind, key, row.name, row.content_hash, row.xml), by=by, again=True)
    if not kept.is_new:
        raise Conflict(
            f"{KINDS[kind]}“{row.name}”第 {version} 版与现在线上的内容相同,不用再发布。",
            code="definition.in_force",
        )
    return kept


def newest(session: Session, kind: str, *, texts: bool = False) -> Sequence[Any]:
    """Return the version in force of every key of a kind, by key. texts: each with its text as `xml`."""
    found = (
        select(*SEEN, *([KEPT.c.xml] if texts else ()))
        .ext(distinct_on(KEPT.c.key))
        .where(KEPT.c.kind == kind)
    )
    return session.execute(found.order_by(KEPT.c.key, KEPT.c.version.desc())).all()


def versions(session: Session, kind: str, key: str) -> Sequence[Any]:
    """Return all versions of a key, the newest first."""
    found = select(*SEEN).where(KEPT.c.kind == kind, KEPT.c.key == key)
    return session.execute(found.order_by(KEPT.c.version.desc())).all()


def version_of(session: Session, kind: str, key: str, version: int | None = None) -> Any:
    """Return a version with its text as `xml`; None: the one in force. Raises NotFound."""
    found = select(*SEEN, KEPT.c.xml).where(KEPT.c.kind == kind, KEPT.c.key == key)
    if version is not None:
        found = found.where(KEPT.c.version == version)
    row = session.execute(found.order_by(KEPT.c.version.desc()).limit(1)).first()
    if row is None:
        which = "" if version is None else f"第 {version} 版"
        raise NotFound(
            f"没有发布过{KINDS[kind]}“{key[:100]}”{which};请从列表里选择。", code="definition.not_found"
        )
    return row
