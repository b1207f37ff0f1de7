"""Parts of a form that somebody beside the holder of the task fills in and signs.

A part belongs to the element of an instance, never to a token: a return finds it again, signed as long as it is unchanged.
Several people of the role share it; whoever saves first is not overwritten.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import case, null, select, update
from sqlalchemy.dialects.postgresql import insert

from engine import drafts
from engine.access import Actor
from engine.errors import Conflict, InvalidInput, NotAllowed
from engine.events import Event
from engine.json_values import dumps
from engine.model.base import table_of
from engine.model.papers import TaskPart
from engine.standing import read, require_open
from engine.uow import UnitOfWork

PART = table_of(TaskPart)
MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Part:
    """What stands in a part: raw values, who saved them last. signed_by: "" until somebody answers for it."""

    values: Mapping[str, Any]
    revision: int
    saved_by: str
    saved_at: datetime
    signed_by: str
    signed_at: datetime | None


def load(uow: UnitOfWork, task_id: UUID, part: str) -> Part | None:
    """Return a part of a task's form; None if nobody began it. Raises NotFound."""
    row = uow.session.execute(select(PART).where(*_of(read(uow, task_id), part))).first()
    if row is None:
        return None
    signed_by = row.signed_by_name or ""
    return Part(row.values, row.revision, row.saved_by_name, row.saved_at, signed_by, row.signed_at)


def save(
    uow: UnitOfWork,
    task_id: UUID,
    part: str,
    role: str,
    values: Mapping[str, Any],
    *,
    revision: int,
    by: Actor,
) -> int:
    """Keep the raw values of a part; return the new revision. Other values than those signed take the signature away.

    role: who at the task's organisation may do it. Raises NotFound; WrongState unless open; NotAllowed; Conflict
    (`draft.conflict`, with the revision found) if somebody else was faster.
    """
    task = require_role(uow, task_id, role, by)
    if len(dumps(values).encode()) > MOST_BYTES:
        raise InvalidInput("这一部分太大(超过 1 MB),没有保存;请精简后再保存。", code="draft.too_large")
    written = {
        "values": dict(values),
        "saved_at": uow.now(),
        "saved_by_id": by.person_id,
        "saved_by_name": by.name,
    }
    unsigned = {"signed_by_id": None, "signed_by_name": None, "signed_at": None}
    if revision == 0:
        key = {name: task[name] for name in ("instance_id", "definition_key", "element_id")}
        statement: Any = insert(PART).values(**key, **written, part=part, revision=1).on_conflict_do_nothing()
    else:
        same = PART.c["values"] == dict(values)
        statement = update(PART).where(*_of(task, part), PART.c.revision == revision)
        kept = {name: _unless(same, PART.c[name]) for name in unsigned}
        statement = statement.values(**written, **kept, revision=PART.c.revision + 1)
    found = uow.session.scalar(statement.returning(PART.c.revision))
    if found is None:
        raise _conflict(uow, task, part)
    return int(found)


def sign(
    uow: UnitOfWork, task_id: UUID, part: str, role: str, *, revision: int, code: str, by: Actor
) -> None:
    """Answer for a part as it stands. code: the check code of its values. Raises as `save`."""
    task = require_role(uow, task_id, role, by)
    signed = {"signed_by_id": by.person_id, "signed_by_name": by.name, "signed_at": uow.now()}
    statement = update(PART).where(*_of(task, part), PART.c.revision == revision).values(**signed)
    if uow.session.scalar(statement.returning(PART.c.revision)) is None:
        raise _conflict(uow, task, part)
    facts = {"part": part, "check_code": code}
    uow.record(Event("part.signed", task["instance_id"], None, task_id, task["element_id"], facts), by=by)
    uow.audit("part.sign", by=by, subject=str(task_id), instance_id=task["instance_id"], data=facts)


def require_seat(uow: UnitOfWork, task_id: UUID, role: str | None, by: Actor) -> Mapping[str, Any]:
    """Return the task if the actor may fill in its form, until the commit; role: of who fills in a part, None for its holder.

    Raises as `drafts.require_fillable` and `require_role`.
    """
    if role is not None:
        return require_role(uow, task_id, role, by)
    return drafts.require_fillable(uow, task_id, by, stays=True)


def require_role(uow: UnitOfWork, task_id: UUID, role: str, by: Actor) -> Mapping[str, Any]:
    """Return the task if it is open and the actor has the role at its organisation. Raises NotFound, WrongState, NotAllowed."""
    task = read(uow, task_id)
    require_open(uow, task)
    if by.person_id is None or (role, task["organisation_id"]) not in by.roles:
        raise NotAllowed(f"任务“{task['name']}”的这一部分不由您填写;请联系填报人。", code="part.not_yours")
    return task


def _of(task: Mapping[str, Any], part: str) -> tuple[Any, ...]:
    return (
        PART.c.instance_id == task["instance_id"],
        PART.c.definition_key == task["definition_key"],
        PART.c.element_id == task["element_id"],
        PART.c.part == part,
    )


def _conflict(uow: UnitOfWork, task: Mapping[str, Any], part: str) -> Conflict:
    row = uow.session.execute(select(PART.c.revision, PART.c.saved_by_name).where(*_of(task, part))).first()
    name, revision = (row.saved_by_name, row.revision) if row is not None else ("别人", 0)
    return Conflict(
        f"{name}已先保存了这一部分,您的改动没有保存;请对照两份后再存。",
        code="draft.conflict",
        revision=revision,
    )


def _unless(same: Any, column: Any) -> Any:
    return case((same, column), else_=null())
