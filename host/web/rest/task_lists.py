"""Lists of tasks by keyset: the next page goes on after the last row, whatever has changed before it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, literal, or_, select, tuple_

from engine.access import Actor
from engine.errors import NotFound
from engine.hands import held_by
from engine.model.base import table_of
from engine.model.instances import ProcessInstance
from engine.model.tasks import UserTask
from engine.standing import MISSING
from engine.uow import UnitOfWork
from host.web.rest import cursors

TASK, INSTANCE = table_of(UserTask), table_of(ProcessInstance)
SHOWN = [
    *(TASK.c[name] for name in (
        "id", "instance_id", "name", "stage", "role", "organisation_id", "form_key", "round", "status", "assignee_id",
        "assignee_name", "owner_id", "owner_name", "created_at", "due_at", "ended_at", "late", "definition_key", "element_id",
    )),
    INSTANCE.c.title,
    INSTANCE.c.subject_code,
]  # fmt: skip


def page(
    uow: UnitOfWork, actor: Actor, view: str, after: str, limit: int
) -> tuple[Sequence[Mapping[str, Any]], str | None]:
    """Return tasks of a view and the word for what follows them, None at the end."""
    newest = view == "done"
    found = _read().where(_seen(actor, view)).limit(limit + 1)
    last = cursors.read(after, 2)
    if last is not None:
        found = found.where(_behind(cursors.moment(last[0]), cursors.identity(last[1]), newest=newest))
    order = [TASK.c.ended_at.desc(), TASK.c.id.desc()] if newest else [TASK.c.due_at, TASK.c.id]
    rows = [dict(row) for row in uow.session.execute(found.order_by(*order)).mappings()]
    if len(rows) <= limit:
        return rows, None
    final = rows[limit - 1]
    return rows[:limit], cursors.cursor(final["ended_at" if newest else "due_at"], final["id"])


def _behind(at: datetime | None, task_id: UUID, *, newest: bool) -> ColumnElement[bool]:
    """Return what comes after a row; what has no due date comes last."""
    if newest:
        return tuple_(TASK.c.ended_at, TASK.c.id) < tuple_(literal(at), literal(task_id))
    if at is None:
        return and_(TASK.c.due_at.is_(None), TASK.c.id > task_id)
    return or_(
        tuple_(TASK.c.due_at, TASK.c.id) > tuple_(literal(at), literal(task_id)), TASK.c.due_at.is_(None)
    )


def one(uow: UnitOfWork, task_id: UUID) -> Mapping[str, Any]:
    """Return a task the reader sees. Raises NotFound."""
    row = uow.session.execute(_read().where(TASK.c.id == task_id)).mappings().first()
    if row is None:
        raise NotFound(MISSING, code="task.not_found")
    return dict(row)


def _read() -> Any:
    return select(*SHOWN).join_from(TASK, INSTANCE, INSTANCE.c.id == TASK.c.instance_id)


def _seen(actor: Actor, view: str) -> ColumnElement[bool]:
    mine = and_(TASK.c.status == "open", held_by(actor))
    group = and_(
        TASK.c.status == "open",
        TASK.c.assignee_id.is_(None),
        TASK.c.counter_sign.is_(None),
        tuple_(TASK.c.organisation_id, TASK.c.role).in_(sorted((place, role) for role, place in actor.roles)),
    )
    if view == "done":
        return and_(TASK.c.status == "completed", held_by(actor))
    return {"mine": mine, "group": group}.get(view, or_(mine, group))
