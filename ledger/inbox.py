"""The inbox: what waits for a person, what he finished. One statement for a page, one for the counts; no image is read."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, func, or_, select, tuple_

from engine.access import Actor
from engine.errors import NotFound
from engine.hands import held_by
from engine.model.base import table_of
from engine.model.instances import ProcessInstance
from engine.model.tasks import UserTask
from engine.uow import UnitOfWork
from ledger.model.register import Organisation, Project

View = Literal["all", "mine", "group", "done"]
PAGE = 50
TASK = table_of(UserTask)
INSTANCE = table_of(ProcessInstance)
WHOSE = table_of(Organisation)
PROJECT = table_of(Project)


@dataclass(frozen=True)
class Wanted:
    """What somebody wants to see. text: part of a title, code or organisation; page counts from 1."""

    view: View = "all"
    text: str = ""
    stage: str = ""
    page: int = 1


@dataclass(frozen=True)
class Counts:
    """How many: open and held, open for the taking, finished since an instant."""

    mine: int
    group: int
    done_today: int


def rows(uow: UnitOfWork, actor: Actor, wanted: Wanted) -> tuple[list[Row[Any]], int]:
    """Return a page of tasks, soonest first (finished ones: newest first), and how many there are in all."""
    order = (
        [TASK.c.ended_at.desc(), TASK.c.id]
        if wanted.view == "done"
        else [TASK.c.due_at.nulls_last(), TASK.c.id]
    )
    page = (
        _joined(func.count().over().label("total"))
        .where(_seen(actor, wanted.view), *_filters(wanted))
        .order_by(*order)
        .limit(PAGE)
        .offset((wanted.page - 1) * PAGE)
    )
    found = list(uow.session.execute(page))
    return found, found[0].total if found else 0


def counts(uow: UnitOfWork, actor: Actor, since: datetime) -> Counts:
    """Return the counts for the filters and the spine, in one statement."""
    mine = select(func.count()).select_from(TASK).where(_mine(actor)).scalar_subquery()
    group = select(func.count()).select_from(TASK).where(_group(actor)).scalar_subquery()
    done = (
        select(func.count()).select_from(TASK).where(_done(actor), TASK.c.ended_at >= since).scalar_subquery()
    )
    return Counts(*uow.session.execute(select(mine, group, done)).one())


def one(uow: UnitOfWork, actor: Actor, task_id: UUID) -> Row[Any]:
    """Return one task of the actor's. Raises NotFound for anybody else's: he learns not even that it exists."""
    mine = or_(_mine(actor), _group(actor), _done(actor))
    found = uow.session.execute(_joined().where(TASK.c.id == task_id, mine)).first()
    if found is None:
        raise NotFound(
            "这项任务不在您的待办里,可能已被别人认领或办结;请刷新待办列表。", code="task.not_found"
        )
    return found


def _joined(*further: ColumnElement[Any]) -> Any:
    columns = [TASK.c[name] for name in (
        "id", "name", "stage", "role", "round", "status", "assignee_id", "assignee_name", "created_at", "due_at",
        "ended_at", "late", "owner_name", "form_key", "element_id", "instance_id",
    )]  # fmt: skip
    on_project = and_(INSTANCE.c.subject_kind == "project", PROJECT.c.id == INSTANCE.c.subject_id)
    return (
        select(
            *columns,
            INSTANCE.c.title,
            INSTANCE.c.subject_code,
            INSTANCE.c.business_key,
            WHOSE.c.name.label("organisation"),
            PROJECT.c.name.label("project"),
            PROJECT.c.budget_amount,
            *further,
        )
        .join_from(TASK, INSTANCE, INSTANCE.c.id == TASK.c.instance_id)
        .outerjoin(WHOSE, WHOSE.c.id == INSTANCE.c.organisation_id)
        .outerjoin(PROJECT, on_project)
    )


def _mine(actor: Actor) -> ColumnElement[bool]:
    return and_(TASK.c.status == "open", held_by(actor))


def _group(actor: Actor) -> ColumnElement[bool]:
    places: Collection[tuple[int, str]] = [(place, role) for role, place in sorted(actor.roles)]
    return and_(
        TASK.c.status == "open",
        TASK.c.assignee_id.is_(None),
        TASK.c.counter_sign.is_(None),
        tuple_(TASK.c.organisation_id, TASK.c.role).in_(places),
    )


def _done(actor: Actor) -> ColumnElement[bool]:
    return and_(TASK.c.status == "completed", held_by(actor))


def _seen(actor: Actor, view: View) -> ColumnElement[bool]:
    if view == "mine":
        return _mine(actor)
    if view == "group":
        return _group(actor)
    return _done(actor) if view == "done" else or_(_mine(actor), _group(actor))


def _filters(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.stage:
        found.append(TASK.c.stage == wanted.stage)
    if wanted.text:
        columns = (INSTANCE.c.title, INSTANCE.c.subject_code, WHOSE.c.name, TASK.c.name)
        found.append(or_(*(column.icontains(wanted.text, autoescape=True) for column in columns)))
    return found
