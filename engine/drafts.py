"""Drafts: what somebody has typed into a task's form and not yet filed.

A draft is its author's own paper: saving it is no business act and leaves no event and no audit entry.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, delete, exists, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from engine.access import Actor
from engine.errors import Conflict, InvalidInput, NotAllowed, WrongState
from engine.json_values import dumps
from engine.model.base import table_of
from engine.model.items import SignItem
from engine.model.papers import Draft
from engine.model.tasks import SubmissionRow
from engine.standing import TASK, read, require_open, require_role
from engine.uow import UnitOfWork
from engine.voting import ADDED

DRAFT, ITEM, FILED = table_of(Draft), table_of(SignItem), table_of(SubmissionRow)
MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Found:
    """A draft to go on with. revision: hand it back when saving; 0 if it is not one's own draft of this task yet."""

    values: Mapping[str, Any]
    revision: int
    author: str
    saved_at: datetime


def save(uow: UnitOfWork, task_id: UUID, values: Mapping[str, Any], *, revision: int, by: Actor) -> int:
    """Keep the raw values of a form as typed; return the new revision.

    revision: the one last read or written, 0 for a first draft. Raises NotFound; WrongState unless open; NotAllowed
    unless the task is the actor's; Conflict (`draft.conflict`, with the revision found) if another window was faster.
    """
    task = require_fillable(uow, task_id, by, stays=True)
    if len(dumps(values).encode()) > MOST_BYTES:
        raise InvalidInput("草稿太大(超过 1 MB),没有保存;请精简,大段材料请用附件。", code="draft.too_large")
    written = {"values": dict(values), "saved_at": uow.now(), "person_name": by.name}
    if revision == 0:
        key = {name: task[name] for name in ("instance_id", "definition_key", "element_id", "form_key")}
        row = {**key, **written, "task_id": task_id, "person_id": by.person_id, "revision": 1}
        statement: Any = insert(DRAFT).values(**row).on_conflict_do_nothing()
    else:
        own = (DRAFT.c.task_id == task_id, DRAFT.c.person_id == by.person_id)
        statement = update(DRAFT).where(*own, DRAFT.c.revision == revision)
        statement = statement.values(**written, revision=DRAFT.c.revision + 1)
    kept = uow.session.scalar(statement.returning(DRAFT.c.revision))
    if kept is None:
        raise _conflict(uow, task_id, by)
    return int(kept)


def load(uow: UnitOfWork, task_id: UUID, *, by: Actor) -> Found | None:
    """Return the draft to go on with: one's own; else the latest of whoever had the task before; else the latest of
    an earlier round of the same step that was cancelled by a return. None if there is none.

    Raises NotFound; WrongState unless open; NotAllowed unless the task is the actor's.
    """
    task = require_fillable(uow, task_id, by)
    own = and_(DRAFT.c.task_id == task_id, DRAFT.c.person_id == by.person_id)
    ended = select(TASK.c.id).where(TASK.c.instance_id == task["instance_id"], TASK.c.status != "open")
    earlier = and_(
        DRAFT.c.definition_key == task["definition_key"],
        DRAFT.c.element_id == task["element_id"],
        DRAFT.c.task_id.in_(ended),
    )
    near = case((own, 0), (DRAFT.c.task_id == task_id, 1), else_=2)
    fits = or_(DRAFT.c.task_id == task_id, earlier)
    if task["counter_sign"] is not None and task["counter_sign"]["rule"] != ADDED:
        fits = and_(fits, DRAFT.c.person_id == by.person_id)  # a ballot is nobody else's
    found = (
        select(DRAFT, near.label("distance"))
        .where(DRAFT.c.instance_id == task["instance_id"], fits)
        .order_by(near, DRAFT.c.saved_at.desc())
        .limit(1)
    )
    row = uow.session.execute(found).first()
    if row is None:
        return None
    return Found(row.values, row.revision if row.distance == 0 else 0, row.person_name, row.saved_at)


def earlier_submission(uow: UnitOfWork, task_id: UUID, *, by: Actor) -> Found | None:
    """Return what was last filed at the step of a task that came back: clean values, to fill the form in with.

    Of a ballot only one's own. A draft goes first: ask `load` before. Raises as `load`.
    """
    task = require_fillable(uow, task_id, by)
    fits = [TASK.c.definition_key == task["definition_key"], TASK.c.element_id == task["element_id"]]
    if task["counter_sign"] is not None and task["counter_sign"]["rule"] != ADDED:
        fits.append(FILED.c.actor_id == by.person_id)
    mine = FILED.c.actor_id == by.person_id
    found = (
        select(FILED)
        .join(TASK, TASK.c.id == FILED.c.task_id)
        .where(FILED.c.instance_id == task["instance_id"], FILED.c.form_key == task["form_key"], *fits)
        .order_by(TASK.c.round.desc(), mine.desc().nulls_last(), FILED.c.id.desc())
        .limit(1)
    )
    row = uow.session.execute(found).first()
    return None if row is None else Found(row.values, 0, row.actor_name, row.submitted_at)


def discard(uow: UnitOfWork, task_id: UUID, *, by: Actor) -> bool:
    """Throw one's own draft of a task away; tell whether there was one."""
    own = delete(DRAFT).where(DRAFT.c.task_id == task_id, DRAFT.c.person_id == by.person_id)
    return uow.session.scalar(own.returning(DRAFT.c.revision)) is not None


def require_fillable(uow: UnitOfWork, task_id: UUID, by: Actor, *, stays: bool = False) -> Mapping[str, Any]:
    """Return the task if it is open and the actor may fill in its form; stays: it stays so until the commit.

    Raises NotFound, WrongState, NotAllowed.
    """
    task = read(uow, task_id, stays=stays)
    require_open(uow, task)
    mine = by.person_id is not None and by.person_id in (task["assignee_id"], task["owner_id"])
    if mine and by.hand_id is not None:
        require_role(by, task["role"], task["organisation_id"])
    if mine or (task["counter_sign"] is not None and _signs(uow, task_id, by)):
        return task
    raise NotAllowed(f"任务“{task['name']}”不在您名下;请先认领。", code="task.not_yours")


def _signs(uow: UnitOfWork, task_id: UUID, by: Actor) -> bool:
    by_role = tuple_(ITEM.c.role, ITEM.c.organisation_id).in_(sorted(by.roles))
    mine = or_(ITEM.c.person_id == by.person_id, and_(ITEM.c.person_id.is_(None), by_role))
    waiting = exists().where(ITEM.c.task_id == task_id, ITEM.c.state.in_(("open", "queued")), mine)
    return by.person_id is not None and bool(uow.session.scalar(select(waiting)))


def _conflict(uow: UnitOfWork, task_id: UUID, by: Actor) -> Exception:
    own = select(DRAFT.c.revision).where(DRAFT.c.task_id == task_id, DRAFT.c.person_id == by.person_id)
    found = uow.session.scalar(own)
    if found is None:
        return WrongState("这份草稿已被删除;请重新打开任务。", code="draft.gone")
    return Conflict(
        "这份草稿刚在另一个窗口保存过,您的修改没有保存;请对照两份后再存。",
        code="draft.conflict",
        revision=found,
    )
