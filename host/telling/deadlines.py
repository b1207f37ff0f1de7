"""One's deadlines as a calendar that phones and mail programs subscribe to: behind a secret address, titles and days only."""

import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

from icalendar import Alarm, Calendar, Event
from sqlalchemy import select, update

from engine.calendar.local_time import local_date
from engine.model.base import table_of
from engine.uow import UnitOfWork
from host.accounts.sessions import hash_of
from host.model.accounts import Account
from host.model.telling import Contact
from host.telling.contacts import keep

CONTACT, ACCOUNT = table_of(Contact), table_of(Account)
NAMES: Final = {"zh": "闭环期限", "en": "Bihuan deadlines"}
MOST: Final = 500
ALARM: Final = timedelta(hours=-15)
"""Nine in the morning of the day before: an event of a whole day begins at midnight."""
REFRESH: Final = timedelta(hours=1)


def make(uow: UnitOfWork, person_id: int) -> str:
    """Make a new token for somebody's calendar and return it, this once; an earlier one opens nothing any more."""
    token = secrets.token_urlsafe(32)
    keep(uow, person_id, {"calendar_hash": hash_of(token), "calendar_made_at": uow.now()})
    uow.audit("calendar.make", subject=str(person_id))
    return token


def end(uow: UnitOfWork, person_id: int) -> None:
    """Let somebody's calendar open nothing any more."""
    gone = {"calendar_hash": None, "calendar_made_at": None}
    uow.session.execute(update(CONTACT).where(CONTACT.c.person_id == person_id).values(gone))
    uow.audit("calendar.end", subject=str(person_id))


def account_of(uow: UnitOfWork, token: str) -> int | None:
    """Return whose calendar a token opens: the account; None if it opens nothing."""
    found = (
        select(ACCOUNT.c.id)
        .join(CONTACT, CONTACT.c.person_id == ACCOUNT.c.person_id)
        .where(CONTACT.c.calendar_hash == hash_of(token), ACCOUNT.c.disabled_at.is_(None))
    )
    number: int | None = uow.session.scalar(found)
    return number


def feed(tasks: Iterable[Any], language: str) -> bytes:
    """Return the calendar of open tasks; the same tasks give the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", "-//Bihuan//Deadlines//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", NAMES.get(language, NAMES["zh"]))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for task in tasks:
        if task.due_at is not None:
            calendar.add_component(_event(task))
    return bytes(calendar.to_ical())


def _event(task: Any) -> Event:
    day, title = local_date(task.due_at), f"{task.name} · {task.project or task.title}"
    event = Event()
    event.add("uid", f"{task.id}@bihuan")
    event.add("dtstamp", task.created_at)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", title)
    event.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", ALARM)
    event.add_component(alarm)
    return event
