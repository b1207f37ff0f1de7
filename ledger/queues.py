"""Which tasks are somebody's, and why: one short statement per reason, each along an index, none longer than `MOST`.

A queue is never counted to its end: beyond `MOST` people are told "999+" and search or filter.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    Text,
    and_,
    cast,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
)

from engine.access import Actor
from engine.hands import held_by, owned_by
from engine.model.base import table_of
from engine.model.items import SignItem
from engine.model.papers import TaskCopy
from engine.model.tasks import SubmissionRow
from ledger.narrowing import MOST, NOW, OPEN, TASK, WALKED, Condition, View, Wanted, filtered, narrowed
from ledger.putting_off import waiting
from ledger.roles import ONLY_WATCHING, OVERSEEN_BY, WATCHING

ITEM, COPY, FILED = table_of(SignItem), table_of(TaskCopy), table_of(SubmissionRow)


def held(actor: Actor) -> Condition:
    """Return the condition of an open task in the actor's hands."""
    return and_(OPEN, held_by(actor))


def lent(actor: Actor) -> Condition:
    """Return the condition of an open task that the actor delegated and gets back."""
    return and_(OPEN, owned_by(actor))


def free(places: Sequence[tuple[int, str]]) -> Condition:
    """Return the condition of an open task that one of these roles, as (organisation, role), may claim."""
    unclaimed = and_(OPEN, TASK.c.assignee_id.is_(None), TASK.c.counter_sign.is_(None))
    if len(places) == 1:
        return and_(unclaimed, TASK.c.organisation_id == places[0][0], TASK.c.role == places[0][1])
    return and_(unclaimed, tuple_(TASK.c.organisation_id, TASK.c.role).in_(places))


def seat(actor: Actor) -> Condition:
    """Return the condition of a signer's row that waits for the actor by name."""
    return and_(ITEM.c.state == "open", ITEM.c.person_id == actor.person_id)


def role_seat(actor: Actor) -> Condition:
    """Return the condition of a signer's row that anybody of a role of the actor may sign."""
    role = tuple_(ITEM.c.organisation_id, ITEM.c.role).in_(places_of(actor))
    return and_(ITEM.c.state == "open", ITEM.c.person_id.is_(None), role)


def done(actor: Actor) -> Condition:
    """Return the condition of a task that the actor completed."""
    return and_(TASK.c.status == "completed", held_by(actor))


def places_of(actor: Actor) -> list[tuple[int, str]]:
    """Return the actor's roles as (organisation, role)."""
    return [(place, role) for role, place in sorted(actor.roles)]


def overseen(actor: Actor) -> Condition:
    """Return the condition of an open task of others that one of the actor's roles oversees."""
    at = [
        and_(TASK.c.organisation_id == place, TASK.c.role.in_(sorted(OVERSEEN_BY[role])))
        for role, place in sorted(actor.roles)
        if role in OVERSEEN_BY
    ]
    return and_(OPEN, TASK.c.assignee_id.is_distinct_from(actor.person_id), or_(false(), *at))


def oversees(actor: Actor) -> bool:
    """Tell whether the actor oversees anybody's work."""
    return any(role in OVERSEEN_BY for role, _ in actor.roles)


def watches(actor: Actor) -> bool:
    """Tell whether the actor is told of everything that is late where he may look."""
    return any(role in WATCHING for role, _ in actor.roles)


def only_watches(actor: Actor) -> bool:
    """Tell whether no task ever comes to the actor: he only watches over others'."""
    return bool(actor.roles) and all(role in ONLY_WATCHING for role, _ in actor.roles)


def watched(actor: Actor) -> Condition:
    """Return the condition of an open task that the actor may look at because he watches; the scope says where."""
    return and_(OPEN, true() if watches(actor) else false())


def is_concerned(actor: Actor) -> Condition:
    """Return the condition that a task may be looked at.

    In hand, to claim, to sign, done, overseen, watched, copied, or of a thing he filed in.
    """
    signs = or_(seat(actor), role_seat(actor), ITEM.c.voter_id == actor.person_id)
    filed = exists().where(FILED.c.instance_id == TASK.c.instance_id, FILED.c.actor_id == actor.person_id)
    return or_(
        held(actor),
        lent(actor),
        done(actor),
        free(places_of(actor)),
        overseen(actor),
        watched(actor),
        exists().where(ITEM.c.task_id == TASK.c.id, signs),
        exists().where(COPY.c.task_id == TASK.c.id, COPY.c.person_id == actor.person_id),
        filed,
    )


def branches(actor: Actor, wanted: Wanted, *, hides: bool = False) -> list[Select[Any]]:
    """Return one statement for each reason a task is in the view; each gives id, at, why and who.

    hides: the actor has put something off. Who has not, reads along the indexes without asking for each task.
    """
    return [part for one in _reasons(actor, wanted.view, hides) for part in narrowed(one, wanted)]


def further(actor: Actor, wanted: Wanted, *, hides: bool = False) -> Select[Any]:
    """Return whether one of the queues of a view is longer than what is walked of it."""
    queues = (filtered(one, wanted).offset(WALKED) for one in _reasons(actor, wanted.view, hides))
    return select(or_(*(exists(one) for one in queues)))


def _reasons(actor: Actor, view: View, hides: bool) -> list[Select[Any]]:
    if view == "done":
        return _finished(actor)
    if view == "sent":
        return [_sent(actor)]
    if view == "copies":
        return [_copies(actor)]
    if view == "office":
        return [_due(overseen(actor), "office")]
    if view == "watch":
        return [_due(and_(watched(actor), TASK.c.due_at < NOW), "watched")]
    if not hides:
        return [] if view == "put_off" else _to_do(actor, view)
    put_off = waiting(actor).cte(f"waiting_{view}")
    if view == "put_off":
        return [_put_off(actor, put_off)]
    in_sight = TASK.c.id.not_in(select(put_off.c.task_id))
    return [one.where(in_sight) for one in _to_do(actor, view)]


def _to_do(actor: Actor, view: View) -> list[Select[Any]]:
    found: list[Select[Any]] = []
    if view != "group":
        found += [_due(held(actor), "held"), _due(lent(actor), "lent"), _seats(seat(actor), "seat")]
    if view != "mine" and actor.roles:
        found += [_due(free([place]), "free") for place in places_of(actor)]
        found.append(_seats(role_seat(actor), "role_seat"))
    return found


def _put_off(actor: Actor, put_off: CTE) -> Select[Any]:
    """Return what the actor put off, with the day it is back; what is no longer his to do is left out."""
    signs = exists().where(ITEM.c.task_id == TASK.c.id, or_(seat(actor), role_seat(actor)))
    mine = or_(held(actor), lent(actor), free(places_of(actor)), and_(OPEN, signs))
    found = select(*_columns(TASK.c.due_at, "put_off", put_off.c.until_on))
    return found.join(put_off, put_off.c.task_id == TASK.c.id).where(mine)


def _columns(at: ColumnElement[Any], why: str, who: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    return [TASK.c.id, TASK.c.stage, at.label("at"), literal(why).label("why"), cast(who, Text).label("who")]


def _due(mine: Condition, why: str) -> Select[Any]:
    return select(*_columns(TASK.c.due_at, why, literal(None))).where(mine)


def _seats(mine: Condition, why: str) -> Select[Any]:
    found = select(*_columns(TASK.c.due_at, why, ITEM.c.added_by_name))
    return found.join(ITEM, ITEM.c.task_id == TASK.c.id).where(mine, OPEN)


def _finished(actor: Actor) -> list[Select[Any]]:
    mine = select(*_columns(TASK.c.ended_at, "done", literal(None))).where(done(actor))
    signed = select(*_columns(ITEM.c.voted_at, "signed", literal(None)))
    signed = signed.join(ITEM, ITEM.c.task_id == TASK.c.id)
    return [mine, signed.where(ITEM.c.voter_id == actor.person_id, ITEM.c.kind != "main")]


def _copies(actor: Actor) -> Select[Any]:
    found = select(*_columns(COPY.c.created_at, "copy", COPY.c.sender_name))
    return found.join(COPY, COPY.c.task_id == TASK.c.id).where(COPY.c.person_id == actor.person_id)


def _sent(actor: Actor) -> Select[Any]:
    """Return what somebody set in motion: the first form of an instance was his, shown where it stands now."""
    earlier = FILED.alias()
    first = ~exists().where(earlier.c.instance_id == FILED.c.instance_id, earlier.c.id < FILED.c.id)
    begun = (
        select(FILED.c.instance_id, FILED.c.submitted_at)
        .where(FILED.c.actor_id == actor.person_id, first)
        .order_by(FILED.c.submitted_at.desc())
        .limit(MOST)
        .subquery()
    )
    now = TASK.alias()
    newest = (
        select(now.c.id)
        .where(now.c.instance_id == begun.c.instance_id)
        .order_by((now.c.status == "open").desc(), now.c.due_at, now.c.created_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    found = select(*_columns(begun.c.submitted_at, "sent", literal(None)))
    return found.join(begun, TASK.c.instance_id == begun.c.instance_id).where(TASK.c.id == newest)


def counted(found: Select[Any]) -> Any:
    """Return how many rows a statement gives, up to `MOST`, for a column of another statement."""
    return select(func.count()).select_from(found.limit(MOST).subquery()).scalar_subquery()
