"""Whom a return or a move concerns: a notice for each who gets a task, and for each who loses one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from engine.access import Actor
from engine.effects import Effects
from engine.model.base import table_of
from engine.model.items import SignItem
from engine.uow import UnitOfWork

ITEM = table_of(SignItem)


@dataclass(frozen=True, slots=True)
class Notice:
    """One line in somebody's messages. kind: `return` or `move`, or `withdrawn` for a task that is taken away.

    person None: whoever holds the role at the organisation.
    """

    kind: str
    task_id: UUID
    task_name: str
    person_id: int | None
    person_name: str | None
    role: str
    organisation_id: int
    text: str


def notices(uow: UnitOfWork, found: Effects, kind: str, reason: str, *, sender: Actor) -> list[Notice]:
    """Return who is to be told of what changed, its author apart. kind: `return` or `move`."""
    told = [
        Notice(kind, one.task_id, one.name, person_id, name, role, office, reason)
        for one in found.opened
        for person_id, name, role, office in one.people
        if one.place == found.target
    ]
    verb = "退回" if kind == "return" else "移"
    text = f"事项{verb}到“{found.target_name}”,这项任务已撤销:{reason}"
    lost = [part.row for part in found.cancelled if part.row is not None]
    for row in lost:
        hands = (row["assignee_id"], row["assignee_name"]), (row["owner_id"], row["owner_name"])
        told += [_lost(row, person_id, name, text) for person_id, name in hands if person_id is not None]
    signed = {row["id"]: row for row in lost if row["counter_sign"] is not None}
    told += [
        _lost(signed[task_id], person_id, name, text) for task_id, person_id, name in _signers(uow, signed)
    ]
    own = sender.person_id
    return list(dict.fromkeys(one for one in told if one.person_id is None or one.person_id != own))


def rows(told: Sequence[Notice], now: datetime, *, sender: Actor) -> list[dict[str, Any]]:
    """Return the notices as rows."""
    return [
        {
            "task_id": one.task_id,
            "kind": one.kind,
            "recipient": one.role if one.person_id is None else "assignee",
            "organisation_id": one.organisation_id,
            "person_id": one.person_id,
            "created_at": now,
            "text": one.text,
            "sender_id": sender.person_id,
            "sender_name": sender.name,
        }
        for one in told
    ]


def _lost(row: Any, person_id: int, name: str | None, text: str) -> Notice:
    return Notice(
        "withdrawn", row["id"], row["name"], person_id, name, row["role"], row["organisation_id"], text
    )


def _signers(uow: UnitOfWork, tasks: Collection[UUID]) -> list[tuple[UUID, int, str | None]]:
    if not tasks:
        return []
    who = func.coalesce(ITEM.c.voter_id, ITEM.c.person_id)
    name = func.coalesce(ITEM.c.voter_name, ITEM.c.person_name)
    found = select(ITEM.c.task_id, who, name).where(
        ITEM.c.task_id.in_(list(tasks)), ITEM.c.state.not_in(("removed", "void")), who.is_not(None)
    )
    return [(*row,) for row in uow.session.execute(found.order_by(ITEM.c.id))]
