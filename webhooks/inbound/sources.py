"""Commands around the systems that may call: add, change, pause, go on, a new key."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update

from engine.access import Actor
from engine.errors import InvalidInput, NotFound
from engine.model.base import table_of
from engine.uow import UnitOfWork
from engine.vault import Vault
from webhooks.endpoints import LONGEST_NAME
from webhooks.inbound.messages import TYPES
from webhooks.keys import good, renewed
from webhooks.model.inbound import InboundSource
from webhooks.signing import new_secret

SOURCE = table_of(InboundSource)
MOST_MESSAGES = 50


@dataclass(frozen=True)
class Source:
    """A system that calls, and the keys that verify it now; none if it is not known."""

    id: int
    jurisdiction_id: int
    call_types: Sequence[str]
    messages: Sequence[str]
    paused: bool
    keys: Sequence[str]


def add(
    uow: UnitOfWork,
    vault: Vault,
    *,
    jurisdiction_id: int,
    name: str,
    call_types: Collection[str],
    messages: Collection[str] = (),
    by: Actor,
) -> tuple[int, str]:
    """Let another system call about a jurisdiction; return its number and its key, shown this once. Raises InvalidInput."""
    key = new_secret()
    values = _values(name, call_types, messages)
    row = {
        **values,
        "jurisdiction_id": jurisdiction_id,
        "secret": vault.lock(key),
        "created_at": uow.now(),
    }
    made: int = uow.session.scalars(insert(SOURCE).values(row).returning(SOURCE.c.id)).one()
    uow.audit("source.add", by=by, subject=str(made), data=values)
    return made, key


def change(
    uow: UnitOfWork,
    source_id: int,
    *,
    name: str,
    call_types: Collection[str],
    messages: Collection[str],
    by: Actor,
) -> None:
    """Change what a system may say. Raises NotFound, InvalidInput."""
    values = _values(name, call_types, messages)
    _change(uow, source_id, "source.change", by, values, values)


def pause(uow: UnitOfWork, source_id: int, reason: str, *, by: Actor) -> None:
    """Take nothing more from it; it is asked to come later. What was taken is still applied. Raises NotFound."""
    values = {"paused_at": uow.now(), "pause_reason": reason.strip()[:200]}
    _change(uow, source_id, "source.pause", by, values, {"reason": values["pause_reason"]})


def resume(uow: UnitOfWork, source_id: int, *, by: Actor) -> None:
    """Take calls again. Raises NotFound."""
    _change(uow, source_id, "source.resume", by, {"paused_at": None, "pause_reason": None}, {})


def new_key(uow: UnitOfWork, vault: Vault, source_id: int, *, by: Actor) -> str:
    """Give it a new key and return it; the old one is good for another week. Raises NotFound."""
    key, values = renewed(vault, SOURCE.c.secret, uow.now())
    _change(uow, source_id, "source.new_key", by, values, {})
    return key


def known(uow: UnitOfWork, vault: Vault, source_id: int) -> Source | None:
    """Return a system with its keys; None if there is no such system."""
    row = uow.session.execute(select(SOURCE).where(SOURCE.c.id == source_id)).first()
    if row is None:
        return None
    keys = good(vault, row, uow.now())
    paused = row.paused_at is not None
    return Source(row.id, row.jurisdiction_id, row.call_types, row.messages, paused, keys)


def _values(name: str, call_types: Collection[str], messages: Collection[str]) -> dict[str, Any]:
    if not 0 < len(name.strip()) <= LONGEST_NAME:
        raise InvalidInput(f"请给来源起个名字(1–{LONGEST_NAME} 字)。", code="source.name")
    unknown = sorted(set(call_types) - set(TYPES))
    if unknown or not call_types:
        found = "、".join(unknown) or "空"
        raise InvalidInput(
            f"来信种类应为{'、'.join(TYPES)}中的一种或几种,实际为{found};请重新选择。",
            code="source.call_types",
        )
    allowed = sorted({one.strip() for one in messages if one.strip()})
    if len(allowed) > MOST_MESSAGES or any(len(one) > LONGEST_NAME for one in allowed):
        raise InvalidInput(
            f"消息名称最多 {MOST_MESSAGES} 个,每个最多 {LONGEST_NAME} 字。", code="source.messages"
        )
    return {"name": name.strip(), "call_types": sorted(set(call_types)), "messages": allowed}


def _change(
    uow: UnitOfWork, source_id: int, action: str, by: Actor, values: dict[str, Any], facts: dict[str, Any]
) -> None:
    changed = update(SOURCE).where(SOURCE.c.id == source_id).values(values).returning(SOURCE.c.id)
    if uow.session.scalar(changed) is None:
        raise NotFound("没有这个来源;请刷新列表。", code="source.not_found")
    uow.audit(action, by=by, subject=str(source_id), data=facts)
