"""Which tasks are somebody's, and why: one short statement per reason, each along an index, none longer than `MOST`.

A queue is never counted to its end: beyond `MOST` people are told "999+" and search or filter.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import (
    ARRAY,
    CTE,
    ColumnElement,
    DateTime,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
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
from engine.model.campaigns import Campaign
from engine.model.instances import ProcessInstance
from engine.model.items import SignItem
from engine.model.papers import TaskCopy
from engine.model.tasks import SubmissionRow, UserTask
from ledger.model.register import Organisation
from ledger.putting_off import waiting
from ledger.roles import ONLY_WATCHING, OVERSEEN_BY, WATCHING

View = Literal["all", "mine", "group", "done", "sent", "copies", "office", "watch", "put_off"]
State = Literal["", "late", "returned", "delegated", "signing"]
MOST = 1000
TASK, ITEM, COPY = table_of(UserTask), table_of(SignItem), table_of(TaskCopy)
INSTANCE, FILED = table_of(ProcessInstance), table_of(SubmissionRow)
WHOSE, CAMPAIGN = table_of(Organisation), table_of(Campaign)
OPEN = TASK.c.status == "open"
NOW = bindparam("now", type_=DateTime(timezone=True))
"""Tells what is late; whoever asks gives it."""
NAMED = bindparam("named", type_=ARRAY(Uuid))  # the instances that may hold the text: nobody walks the queue
Condition = ColumnElement[bool]


@dataclass(frozen=True)
class Wanted:
    """What somebody wants to see. text, unit: part of a title, code, organisation or step; page counts from 1; named: see NAMED."""

    view: View = "all"
    text: str = ""
    stage: str = ""
    unit: str = ""
    year: int | None = None
    state: State = ""
    page: int = 1
    named: bool = False

    @property
    def narrowed(self) -> bool:
        """Whether anything but the view is asked for."""
        return bool(self.text or self.stage or self.unit or self.year or self.state)


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
    if wanted.view == "done":
        return _finished(actor, wanted)
    if wanted.view == "sent":
        return [_sent(actor, wanted)]
    if wanted.view == "copies":
        return [_copies(actor, wanted)]
    if wanted.view == "office":
        return [_due(wanted, overseen(actor), "office")]
    if wanted.view == "watch":
        return [_due(wanted, and_(watched(actor), TASK.c.due_at < NOW), "watched")]
    if not hides:
        return [] if wanted.view == "put_off" else _to_do(actor, wanted)
    put_off = waiting(actor).cte(f"waiting_{wanted.view}")
    if wanted.view == "put_off":
        return [_put_off(actor, wanted, put_off)]
    in_sight = TASK.c.id.not_in(select(put_off.c.task_id))
    return [one.where(in_sight) for one in _to_do(actor, wanted)]


def _to_do(actor: Actor, wanted: Wanted) -> list[Select[Any]]:
    found: list[Select[Any]] = []
    if wanted.view != "group":
        found += [_due(wanted, held(actor), "held"), _due(wanted, lent(actor), "lent")]
        found.append(_seats(wanted, seat(actor), "seat"))
    if wanted.view != "mine" and actor.roles:
        found += [_due(wanted, free([place]), "free") for place in places_of(actor)]
        found.append(_seats(wanted, role_seat(actor), "role_seat"))
    return found


def _put_off(actor: Actor, wanted: Wanted, put_off: CTE) -> Select[Any]:
    """Return what the actor put off, with the day it is back; what is no longer his to do is left out."""
    signs = exists().where(ITEM.c.task_id == TASK.c.id, or_(seat(actor), role_seat(actor)))
    mine = or_(held(actor), lent(actor), free(places_of(actor)), and_(OPEN, signs))
    found = select(*_columns(TASK.c.due_at, "put_off", put_off.c.until_on))
    found = found.join(put_off, put_off.c.task_id == TASK.c.id).where(mine)
    return _narrowed(found, wanted).order_by(TASK.c.due_at, TASK.c.id).limit(MOST)


def _columns(at: ColumnElement[Any], why: str, who: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    return [TASK.c.id, TASK.c.stage, at.label("at"), literal(why).label("why"), cast(who, Text).label("who")]


def _due(wanted: Wanted, mine: Condition, why: str) -> Select[Any]:
    found = select(*_columns(TASK.c.due_at, why, literal(None))).where(mine)
    return _narrowed(found, wanted).order_by(TASK.c.due_at, TASK.c.id).limit(MOST)


def _seats(wanted: Wanted, mine: Condition, why: str) -> Select[Any]:
    found = select(*_columns(TASK.c.due_at, why, ITEM.c.added_by_name))
    found = found.join(ITEM, ITEM.c.task_id == TASK.c.id).where(mine, OPEN)
    return _narrowed(found, wanted).order_by(TASK.c.due_at, TASK.c.id).limit(MOST)


def _finished(actor: Actor, wanted: Wanted) -> list[Select[Any]]:
    mine = select(*_columns(TASK.c.ended_at, "done", literal(None))).where(done(actor))
    signed = select(*_columns(ITEM.c.voted_at, "signed", literal(None)))
    signed = signed.join(ITEM, ITEM.c.task_id == TASK.c.id)
    signed = signed.where(ITEM.c.voter_id == actor.person_id, ITEM.c.kind != "main")
    return [
        _narrowed(mine, wanted).order_by(TASK.c.ended_at.desc(), TASK.c.id.desc()).limit(MOST),
        _narrowed(signed, wanted).order_by(ITEM.c.voted_at.desc()).limit(MOST),
    ]


def _copies(actor: Actor, wanted: Wanted) -> Select[Any]:
    found = select(*_columns(COPY.c.created_at, "copy", COPY.c.sender_name))
    found = found.join(COPY, COPY.c.task_id == TASK.c.id).where(COPY.c.person_id == actor.person_id)
    return _narrowed(found, wanted).order_by(COPY.c.created_at.desc(), COPY.c.id.desc()).limit(MOST)


def _sent(actor: Actor, wanted: Wanted) -> Select[Any]:
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
    found = found.join(begun, TASK.c.instance_id == begun.c.instance_id).where(TASK.c.id == newest)
    return _narrowed(found, wanted).order_by(begun.c.submitted_at.desc()).limit(MOST)


def _narrowed(found: Select[Any], wanted: Wanted) -> Select[Any]:
    if wanted.stage:
        found = found.where(TASK.c.stage == wanted.stage)
    if wanted.year:
        of_year = select(CAMPAIGN.c.id).where(CAMPAIGN.c.year == wanted.year)
        found = found.where(TASK.c.campaign_id.in_(of_year))
    if wanted.state:
        found = found.where(_in_state(wanted))
    if not wanted.text and not wanted.unit:
        return found
    found = found.join(INSTANCE, INSTANCE.c.id == TASK.c.instance_id)
    found = found.outerjoin(WHOSE, WHOSE.c.id == INSTANCE.c.organisation_id)
    if wanted.named:
        found = found.where(TASK.c.instance_id == any_(NAMED))
    if wanted.unit:
        found = found.where(WHOSE.c.name.icontains(wanted.unit, autoescape=True))
    if wanted.text:
        columns = (INSTANCE.c.title, INSTANCE.c.subject_code, WHOSE.c.name, TASK.c.name)
        found = found.where(or_(*(one.icontains(wanted.text, autoescape=True) for one in columns)))
    return found


def _in_state(wanted: Wanted) -> Condition:
    return {
        "late": or_(TASK.c.late, and_(OPEN, TASK.c.due_at < NOW)),
        "returned": TASK.c.round > 1,
        "delegated": TASK.c.owner_id.is_not(None),
        "signing": TASK.c.counter_sign.is_not(None),
    }[wanted.state]


def counted(found: Select[Any]) -> Any:
    """Return how many rows a statement gives, up to `MOST`, for a column of another statement."""
    return select(func.count()).select_from(found.limit(MOST).subquery()).scalar_subquery()
