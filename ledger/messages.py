"""One's messages: what one was told, the newest first; what is unread and still matters is counted."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Column, Select, and_, func, not_, or_, select, true, update

from engine.errors import NotFound
from engine.model.base import table_of
from engine.model.instances import ProcessInstance
from engine.model.tasks import UserTask
from engine.model.timers import LadderRung, Notification
from engine.uow import UnitOfWork
from ledger.local_day import local_day
from ledger.model.messages import Message
from ledger.model.register import Person, Project

MESSAGE, NOTICE, RUNG = table_of(Message), table_of(Notification), table_of(LadderRung)
TASK, INSTANCE = table_of(UserTask), table_of(ProcessInstance)
PERSON, PROJECT = table_of(Person), table_of(Project)
PAGE: Final = 50
MOST: Final = 100
"""Nobody counts further."""
NAGS: Final = ("reminder", "escalation", "urge", "redated", "release", "seat", "transfer", "delegate")
"""Kinds that matter only while the task is open."""
TO_ALL: Final = and_(
    NOTICE.c.person_id.is_(None),
    or_(
        NOTICE.c.recipient == "assignee",
        and_(NOTICE.c.recipient == TASK.c.role, NOTICE.c.organisation_id == TASK.c.organisation_id),
    ),
)
"""Told to everybody who might have claimed the task."""
FREE: Final = or_(
    TASK.c.assignee_id.is_(None),
    not_(TO_ALL),
    and_(
        NOTICE.c.kind != "release",
        or_(MESSAGE.c.person_id.is_(None), TASK.c.assignee_id.in_((MESSAGE.c.person_id, MESSAGE.c.for_id))),
    ),
)
"""That matters until somebody claims it, and then to him, who stands in for him, and robots; that one may claim it, to nobody."""
SEAT_FREE: Final = or_(
    NOTICE.c.kind != "seat",
    func.app.seat_is_free(
        NOTICE.c.task_id, NOTICE.c.recipient, NOTICE.c.organisation_id, MESSAGE.c.person_id
    ),
)
"""A seat that was given back matters while one is free, to those who do not sign already."""
MATTERS: Final = or_(NOTICE.c.kind.not_in(NAGS), and_(TASK.c.status == "open", FREE, SEAT_FREE))
LATER: Final = local_day(NOTICE.c.created_at) - local_day(RUNG.c.at)
DAYS: Final = (RUNG.c.offset_days + LATER).label("offset_days")
"""How far from the due day it was said: on the day of the rung, or later where nobody had looked for a while."""
UNREAD: Final = MESSAGE.c.read_at.is_(None)


def _told(*columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .join(NOTICE, NOTICE.c.id == MESSAGE.c.notification_id)
        .outerjoin(TASK, TASK.c.id == NOTICE.c.task_id)
    )


def unread_of(person_id: Column[Any]) -> Any:
    """Return the subquery of how many messages of a person are unread and still matter, up to MOST."""
    found = _told(MESSAGE.c.id).where(MESSAGE.c.person_id == person_id, UNREAD, MATTERS).limit(MOST)
    return select(func.count()).select_from(found.correlate(person_id.table).subquery()).scalar_subquery()


def page(
    uow: UnitOfWork, person_id: int, *, unread: bool = False, before: int | None = None, size: int = PAGE
) -> Sequence[Any]:
    """Return a person's messages, the newest first.

    unread: only those that are unread and still matter. before: the number of the last one seen.
    """
    asked = [MESSAGE.c.person_id == person_id]
    if unread:
        asked += [UNREAD, MATTERS]
    if before is not None:
        asked.append(MESSAGE.c.notification_id < before)
    on_project = and_(INSTANCE.c.subject_kind == "project", PROJECT.c.id == INSTANCE.c.subject_id)
    found = (
        _told(
            NOTICE,
            MESSAGE.c.read_at,
            PERSON.c.name.label("in_place_of"),
            DAYS,
            TASK.c.name.label("task_name"),
            TASK.c.instance_id,
            TASK.c.status.label("task_status"),
            TASK.c.due_at,
            TASK.c.ended_at,
            INSTANCE.c.title,
            PROJECT.c.name.label("project"),
            MATTERS.label("matters"),
        )
        .outerjoin(PERSON, PERSON.c.id == MESSAGE.c.for_id)
        .outerjoin(RUNG, RUNG.c.id == NOTICE.c.rung_id)
        .outerjoin(INSTANCE, INSTANCE.c.id == TASK.c.instance_id)
        .outerjoin(PROJECT, on_project)
        .where(*asked)
        .order_by(MESSAGE.c.notification_id.desc())
        .limit(size)
    )
    return uow.session.execute(found).all()


def mark_read(uow: UnitOfWork, person_id: int, number: int) -> Any:
    """Note that a person has read a message; return what it was about: kind, task, instance, in whose place. Raises NotFound."""
    mine = and_(MESSAGE.c.person_id == person_id, MESSAGE.c.notification_id == number)
    about = _told(NOTICE.c.kind, NOTICE.c.task_id, TASK.c.instance_id, MESSAGE.c.for_id).where(mine)
    found = uow.session.execute(about).first()
    if found is None:
        raise NotFound("找不到这条消息;请刷新消息页。", code="message.not_found")
    uow.session.execute(update(MESSAGE).where(mine, UNREAD).values(read_at=uow.now()))
    return found


def mark_all_read(uow: UnitOfWork, person_id: int, *, until: int | None = None) -> int:
    """Note that a person has read everything; return how many. until: up to the number of the newest one he saw."""
    seen = true() if until is None else MESSAGE.c.notification_id <= until
    mine = update(MESSAGE).where(MESSAGE.c.person_id == person_id, UNREAD, seen)
    return len(uow.session.execute(mine.values(read_at=uow.now()).returning(MESSAGE.c.id)).all())
