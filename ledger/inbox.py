"""The inbox: what waits for a person, what he finished, set in motion or was told of. One statement for a page with its
totals, one for the counts of the views; no image is read."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Row,
    Select,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)

from engine.access import Actor
from engine.errors import NotFound
from engine.model.base import table_of
from engine.uow import UnitOfWork
from ledger import putting_off, searching
from ledger.model.register import Project
from ledger.narrowing import INSTANCE, MOST, NEWEST_FIRST, TASK, WHOSE, View, Wanted
from ledger.queues import COPY, branches, counted, done, further, is_concerned

PAGE = 50
KNOWN = 64
"""Statements of so many people are kept (half a megabyte each): to build one takes longer than to run it."""
TODAY, TOMORROW, MONDAY = (
    bindparam(name, type_=DateTime(timezone=True)) for name in ("today", "tomorrow", "monday")
)
PROJECT = table_of(Project)
HIDING = ("all", "mine", "group", "put_off")
"""Views that leave out what the reader has put off, or show nothing else."""
BUCKETS = ("over", "today", "week", "later")
MINE = ("held", "lent", "seat")
SHOWN = (
    "id", "instance_id", "name", "stage", "role", "round", "status", "assignee_id", "assignee_name", "created_at",
    "due_at", "ended_at", "late", "owner_id", "owner_name", "opened_at", "form_key", "definition_key", "element_id",
    "counter_sign", "organisation_id",
)  # fmt: skip


@dataclass(frozen=True)
class Counts:
    """How many there are in each view, up to `MOST`; unread copies; what was finished today; what is put off."""

    mine: int
    group: int
    sent: int
    unread: int
    done_today: int
    put_off: int


@dataclass(frozen=True)
class Page:
    """A page of tasks and the totals of all its pages by BUCKETS; stages that occur.

    mine: how many of the total are in the reader's hands or wait for his signature by name; hides: he has put some off.
    partly: only the front of a long queue was looked through.
    """

    rows: Sequence[Row[Any]]
    total: int
    buckets: Sequence[int]
    stages: Sequence[str]
    mine: int
    hides: bool = False
    partly: bool = False

    @property
    def capped(self) -> bool:
        """Whether there may be more than was counted."""
        return self.total >= MOST


def page(uow: UnitOfWork, actor: Actor, wanted: Wanted, today: datetime, *, size: int = PAGE) -> Page:
    """Return a page of a view: open tasks soonest first, everything else newest first.

    today: when the local day begins; it parts the buckets. Nothing beyond the first `MOST` of a view is reached.
    """
    monday = today + timedelta(days=7 - _weekday(today))
    given: dict[str, Any] = {"now": uow.now(), "today": today, "tomorrow": today + timedelta(days=1)}
    if wanted.text or wanted.unit:
        wanted, given["named"] = _looked_up(uow, wanted)
    hides = wanted.view in HIDING and putting_off.hides(uow, actor)
    if wanted.view == "put_off" and not hides:
        return Page((), 0, (0, 0, 0, 0), (), 0)
    found = uow.session.execute(_page(actor, wanted, size, hides), given | {"monday": monday}).all()
    partly = wanted.walked and (not found or found[0].total < MOST)
    partly = partly and bool(uow.session.scalar(further(actor, wanted, hides=hides), given))
    if not found:
        return Page((), 0, (0, 0, 0, 0), (), 0, hides, partly)
    first = found[0]
    parts = (first.bucket_0, first.bucket_1, first.bucket_2)
    buckets = (*parts, first.total - sum(parts))
    return Page(found, first.total, buckets, sorted(first.stages), first.mine, hides, partly)


def _looked_up(uow: UnitOfWork, wanted: Wanted) -> tuple[Wanted, list[UUID]]:
    """Return how the text and the organisation are looked for, and the instances that are meant if they are few."""
    named = searching.instances(uow, wanted.text, wanted.unit)
    step = bool(wanted.text) and searching.may_name_a_step(uow, wanted.text)
    return replace(wanted, named=named is not None, walked=named is None or step), named or []


@lru_cache(maxsize=KNOWN)
def _page(actor: Actor, wanted: Wanted, size: int, hides: bool) -> Select[Any]:
    parts = branches(actor, wanted, hides=hides)
    of_view = union_all(*(one.subquery().select() for one in parts)).subquery()
    once = (
        select(of_view.c.id, of_view.c.stage, *(func.min(of_view.c[name]).label(name) for name in ("at", "why", "who")))
        .group_by(of_view.c.id, of_view.c.stage)
        .cte("once")
    )  # fmt: skip
    at = once.c.at
    edges = [at < TODAY, and_(at >= TODAY, at < TOMORROW), and_(at >= TOMORROW, at < MONDAY)]
    totals = (
        select(
            func.count().label("total"),
            *(func.count().filter(edge).label(f"bucket_{number}") for number, edge in enumerate(edges)),
            func.array_agg(once.c.stage.distinct()).label("stages"),
            func.count().filter(once.c.why.in_(MINE)).label("mine"),
        )
        .cte("totals")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )  # not once for each row of the page
    order = once.c.at.desc() if wanted.view in NEWEST_FIRST else once.c.at.nulls_last()
    chosen = (
        select(once).order_by(order, once.c.id).limit(size).offset((wanted.page - 1) * size).cte("chosen")
    )
    joined = _joined(chosen.c.at, chosen.c.why, chosen.c.who, *totals.c)
    statement = joined.join(chosen, chosen.c.id == TASK.c.id).join(totals, true())
    place = chosen.c.at.desc() if wanted.view in NEWEST_FIRST else chosen.c.at.nulls_last()
    found: Select[Any] = statement.order_by(place, TASK.c.id)
    return found


def counts(
    uow: UnitOfWork, actor: Actor, since: datetime, *, hides: bool, all_of_it: Page | None = None
) -> Counts:
    """Return the counts for the views and the spine, in one statement.

    hides: the actor has put something off. all_of_it: a page of the view `all` without filters; it has counted what
    is to do.
    """
    views: tuple[View, ...] = ("sent", "put_off") if all_of_it else ("sent", "put_off", "mine", "group")
    found = uow.session.execute(_counts(actor, views, hides), {"today": since, "now": uow.now()}).one()
    mine = all_of_it.mine if all_of_it else found.mine
    group = all_of_it.total - all_of_it.mine if all_of_it else found.group
    return Counts(mine, group, found.sent, found.unread, found.done, found.put_off)


@lru_cache(maxsize=KNOWN)
def _counts(actor: Actor, views: tuple[View, ...], hides: bool) -> Select[Any]:
    def of(view: View) -> Any:
        found = branches(actor, Wanted(view), hides=hides)
        if not found:
            return literal(0)
        return counted(select(union_all(*(one.subquery().select() for one in found)).subquery()))

    unread = counted(select(COPY.c.id).where(COPY.c.person_id == actor.person_id, COPY.c.read_at.is_(None)))
    done = counted(finished_since(actor, TODAY))
    return select(*(of(view).label(view) for view in views), unread.label("unread"), done.label("done"))


def one(uow: UnitOfWork, actor: Actor, task_id: UUID) -> Row[Any]:
    """Return one task that concerns the actor. Raises NotFound for any other: he learns not even that it exists."""
    found = uow.session.execute(_one(actor), {"task_id": task_id}).first()
    if found is None:
        raise missing()
    return found


def missing() -> NotFound:
    """Return what somebody is told whom a task does not concern, or no longer."""
    return NotFound(
        "这项任务不在您的待办里,可能已被别人认领、办结,或随事项中止;请刷新待办列表。", code="task.not_found"
    )


def within_scope(uow: UnitOfWork, task_id: UUID) -> Row[Any]:
    """Return a task of an instance that may be looked at. Raises NotFound if it is outside the scope."""
    found = uow.session.execute(_joined().where(TASK.c.id == task_id)).first()
    if found is None:
        raise NotFound("找不到这项任务;请回到事项页重新打开。", code="task.not_found")
    return found


@lru_cache(maxsize=KNOWN)
def _one(actor: Actor) -> Select[Any]:
    mine = or_(is_concerned(actor), _beside(actor))
    found: Select[Any] = _joined().where(TASK.c.id == bindparam("task_id"), mine)
    return found


def _weekday(today: datetime) -> int:
    return (today + timedelta(hours=12)).weekday()  # the day begins in the evening of UTC


def beside(uow: UnitOfWork, actor: Actor, form_keys: Collection[str]) -> list[Row[Any]]:
    """Return the open tasks of the actor's units whose forms (of these keys) he fills in beside the holder."""
    page = _joined().where(_beside(actor), TASK.c.form_key.in_(form_keys))
    return list(uow.session.execute(page.order_by(TASK.c.due_at.nulls_last(), TASK.c.id).limit(PAGE)))


def _beside(actor: Actor) -> ColumnElement[bool]:
    places = sorted(place for role, place in actor.roles if role == "finance")
    return and_(TASK.c.status == "open", TASK.c.organisation_id.in_(places))


def _joined(*further: ColumnElement[Any]) -> Any:
    on_project = and_(INSTANCE.c.subject_kind == "project", PROJECT.c.id == INSTANCE.c.subject_id)
    return (
        select(
            *(TASK.c[name] for name in SHOWN),
            INSTANCE.c.title,
            INSTANCE.c.subject_code,
            INSTANCE.c.business_key,
            INSTANCE.c.bundle_hash,
            INSTANCE.c.parameter_hash,
            INSTANCE.c.status.label("instance_status"),
            WHOSE.c.name.label("organisation"),
            PROJECT.c.name.label("project"),
            PROJECT.c.budget_amount,
            *further,
        )
        .join_from(TASK, INSTANCE, INSTANCE.c.id == TASK.c.instance_id)
        .outerjoin(WHOSE, WHOSE.c.id == INSTANCE.c.organisation_id)
        .outerjoin(PROJECT, on_project)
    )


def finished_since(actor: Actor, since: ColumnElement[datetime]) -> Select[Any]:
    """Return what the actor finished since an instant."""
    return select(TASK.c.id).where(done(actor), TASK.c.ended_at >= since)
