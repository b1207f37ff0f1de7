"""Letters: claimed and counted before they leave, sent outside any transaction, kept; for three days, then dead."""

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, bindparam, insert, select, text, update

from engine.access import Actor
from engine.calendar.local_time import local_date
from engine.model.base import table_of
from engine.uow import UnitOfWork
from host.model.accounts import Account
from host.model.telling import DEAD, DELIVERED, DROPPED, PLANNED, REFUSED, Contact, Delivery, Letter, Robot
from host.telling.outcome import Outcome
from ledger.messages import INSTANCE, MATTERS, MESSAGE, NOTICE, PROJECT, TASK
from ledger.model.register import Person

LETTER, DELIVERY, CONTACT, ROBOT = (table_of(one) for one in (Letter, Delivery, Contact, Robot))
PERSON, ACCOUNT = table_of(Person), table_of(Account)
PAUSES: Final = tuple(
    timedelta(seconds=seconds) for seconds in (60, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""After the first attempt, the second, …; 75 hours in all, then the letter is dead."""
JITTER: Final = 0.1
LEASE: Final = timedelta(minutes=5)
"""Longer than a batch may take; whoever dies has lost no more."""
BATCH: Final = 40
LONGEST_ASKED: Final = timedelta(days=1)

IS_DUE = text("select exists (select from app.letter where status = 'planned' and next_attempt_at <= :now)")

GIVE_UP = text("""
update app.letter set status = 'dead', ended_at = :now, told = coalesce(told, '') || ' (发送时进程反复退出)'
 where status = 'planned' and next_attempt_at <= :now and attempts > :most
""")
"""Of letters whose last attempt ended with the worker's life."""

CLAIM = text("""
update app.letter set attempts = attempts + 1, next_attempt_at = :leased
 where id in (select id from app.letter where status = 'planned' and next_attempt_at <= :now
               order by next_attempt_at limit :batch for update skip locked)
returning id, person_id, robot_id, attempts, created_at
""")


PUT_OFF = text("""
update app.letter set next_attempt_at = app.told_at(:now, null, contact.quiet_from, contact.quiet_until)
  from app.contact
 where contact.person_id = letter.person_id and status = 'planned' and next_attempt_at <= :now
   and app.told_at(:now, null, contact.quiet_from, contact.quiet_until) > :now
   and not exists (select from app.delivery join app.notification notice on notice.id = delivery.notification_id
                    where delivery.letter_id = letter.id and notice.kind = 'test')
""")
"""Of letters that waited for a server into their receiver's quiet hours."""


@dataclass(frozen=True)
class InHand:
    """A letter that was claimed. attempt: from 1. receiver: the row of the person with his address, or of the robot.

    lines: the notifications in it that still matter, the oldest first. today: the local day on which it is sent.
    """

    id: UUID
    attempt: int
    created_at: datetime
    receiver: Any
    lines: Sequence[Any]
    to_person: bool
    today: date


def is_due(uow: UnitOfWork) -> bool:
    """Tell whether a letter waits to be sent now."""
    return bool(uow.session.scalar(IS_DUE, {"now": uow.now()}))


def claim(uow: UnitOfWork) -> tuple[list[InHand], int]:
    """Take letters that are due, count an attempt of each and lease it; return those to send, and how many were taken.

    A letter in which nothing matters any more is dropped here, and one whose receiver has no address any more.
    """
    now = uow.now()
    uow.session.execute(GIVE_UP, {"now": now, "most": len(PAUSES)})
    uow.session.execute(PUT_OFF, {"now": now})
    taken = uow.session.execute(CLAIM, {"now": now, "leased": now + LEASE, "batch": BATCH}).all()
    if not taken:
        return [], 0
    lines, people, robots = _lines(uow, [row.id for row in taken]), _people(uow, taken), _robots(uow, taken)
    found = []
    for row in taken:
        receiver = people.get(row.person_id) if row.person_id else robots.get(row.robot_id)
        if row.id in lines and receiver is not None:
            found.append(
                InHand(
                    row.id,
                    row.attempts,
                    row.created_at,
                    receiver,
                    lines[row.id],
                    row.person_id is not None,
                    local_date(now),
                )
            )
    _drop(uow, {row.id for row in taken} - {one.id for one in found})
    return found, len(taken)


def _lines(uow: UnitOfWork, ids: Sequence[UUID]) -> dict[UUID, list[Any]]:
    on_project = and_(INSTANCE.c.subject_kind == "project", PROJECT.c.id == INSTANCE.c.subject_id)
    found = (
        select(DELIVERY.c.letter_id, NOTICE, TASK.c.name.label("task_name"), TASK.c.due_at)
        .add_columns(INSTANCE.c.title, PROJECT.c.name.label("project"), PERSON.c.name.label("in_place_of"))
        .join_from(DELIVERY, NOTICE, NOTICE.c.id == DELIVERY.c.notification_id)
        .outerjoin(
            MESSAGE,
            and_(MESSAGE.c.notification_id == NOTICE.c.id, MESSAGE.c.person_id == DELIVERY.c.person_id),
        )
        .outerjoin(PERSON, PERSON.c.id == MESSAGE.c.for_id)
        .outerjoin(TASK, TASK.c.id == NOTICE.c.task_id)
        .outerjoin(INSTANCE, INSTANCE.c.id == TASK.c.instance_id)
        .outerjoin(PROJECT, on_project)
        .where(DELIVERY.c.letter_id.in_(ids), MATTERS)
        .order_by(NOTICE.c.id)
    )
    lines: dict[UUID, list[Any]] = {}
    for row in uow.session.execute(found):
        lines.setdefault(row.letter_id, []).append(row)
    return lines


def _people(uow: UnitOfWork, taken: Sequence[Any]) -> dict[int, Any]:
    ids = {row.person_id for row in taken if row.person_id}
    found = (
        select(PERSON.c.id, PERSON.c.name, CONTACT.c.email, ACCOUNT.c.language)
        .join_from(PERSON, CONTACT, CONTACT.c.person_id == PERSON.c.id)
        .outerjoin(ACCOUNT, ACCOUNT.c.person_id == PERSON.c.id)
        .where(PERSON.c.id.in_(ids), CONTACT.c.confirmed_at.is_not(None), CONTACT.c.bounced_at.is_(None))
    )
    return {row.id: row for row in uow.session.execute(found)} if ids else {}


def _robots(uow: UnitOfWork, taken: Sequence[Any]) -> dict[int, Any]:
    ids = {row.robot_id for row in taken if row.robot_id}
    found = select(ROBOT).where(ROBOT.c.id.in_(ids))
    return {row.id: row for row in uow.session.execute(found)} if ids else {}


def _drop(uow: UnitOfWork, ids: Collection[UUID]) -> None:
    if ids:
        ended = {"status": DROPPED, "ended_at": uow.now()}
        uow.session.execute(update(LETTER).where(LETTER.c.id.in_(ids)).values(ended))


def keep(uow: UnitOfWork, letter: InHand, outcome: Outcome) -> None:
    """Keep how an attempt went; a refused address counts as bounced until its owner confirms one anew.

    If the lease ran out and somebody else has tried meanwhile, a failure changes nothing.
    """
    now = uow.now()
    mine = (LETTER.c.id == letter.id) & (LETTER.c.status == PLANNED)
    if not outcome.sent:
        mine &= LETTER.c.attempts == letter.attempt
    after = {"told": outcome.told, **_after(letter, outcome, now)}
    uow.session.execute(update(LETTER).where(mine).values(after))
    if outcome.refused and letter.to_person:
        _bounce(uow, letter, outcome)


def _bounce(uow: UnitOfWork, letter: InHand, outcome: Outcome) -> None:
    """Let nothing go to an address any more, unless it was changed meanwhile, and tell its owner in the pages."""
    same = (CONTACT.c.person_id == letter.receiver.id) & (CONTACT.c.email == letter.receiver.email)
    marked = update(CONTACT).where(same, CONTACT.c.bounced_at.is_(None))
    found = marked.values(bounced_at=uow.now(), bounce_told=outcome.told).returning(CONTACT.c.person_id)
    if uow.session.scalar(found) is not None:
        who = uow.session.get_one(Person, letter.receiver.id)
        row = {"kind": "bounced", "recipient": "assignee", "text": outcome.told, "created_at": uow.now()}
        place = {"jurisdiction_id": who.jurisdiction_id, "organisation_id": who.organisation_id}
        uow.session.execute(insert(NOTICE).values(row | place | {"person_id": who.id}))


def _after(letter: InHand, outcome: Outcome, now: datetime) -> dict[str, Any]:
    if outcome.sent:
        return {"status": DELIVERED, "ended_at": now}
    if outcome.refused or letter.attempt > len(PAUSES):
        return {"status": REFUSED if outcome.refused else DEAD, "ended_at": now}
    pause = PAUSES[letter.attempt - 1] * (1 + random.uniform(-JITTER, JITTER))
    return {
        "next_attempt_at": now + max(pause, min(timedelta(seconds=outcome.retry_after or 0), LONGEST_ASKED))
    }


def replay(uow: UnitOfWork, letter_ids: Collection[UUID], *, by: Actor) -> int:
    """Plan letters anew under the same ids, from their first attempt; return how many."""
    again = (
        update(LETTER)
        .where(LETTER.c.id.in_(letter_ids), LETTER.c.status.in_((DEAD, REFUSED, DELIVERED)))
        .values(status=PLANNED, attempts=0, next_attempt_at=bindparam("now"), ended_at=None)
        .returning(LETTER.c.id)
    )
    found = sorted(map(str, uow.session.scalars(again, {"now": uow.now()})))
    if found:
        uow.audit("letter.replay", by=by, data={"letters": found})
    return len(found)
