"""All words about a due moment come from here: bucket, chip, working days."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import g

from engine.calendar.documents import national
from engine.calendar.local_time import local_date
from host.web.day import short, today, weekday
from host.web.words import translate as _


@dataclass(frozen=True)
class Due:
    """A due moment in words. bucket: over, today, week or later; look: the class of the chip."""

    bucket: str
    look: str
    icon: str
    strong: str
    rest: str = ""


def due_of(due_at: datetime | None, brief: bool = False) -> Due:
    """Return the words for a due moment, seen from today. brief: without the weekday."""
    known: dict[tuple[date | None, bool], Due] = g.setdefault("dues", {})
    day = None if due_at is None else local_date(due_at)
    if (day, brief) not in known:
        known[day, brief] = _due_of(day, brief)
    return known[day, brief]


def _due_of(day: date | None, brief: bool) -> Due:
    if day is None:
        return Due("later", "", "cal", _("没有期限"))
    now = today().day
    calendar = national()
    if day < now:
        days = calendar.workdays_between(day, now)
        return Due("over", "is-over", "bad", _("逾期 {days} 个工作日", days=days))
    if day == now:
        return Due("today", "is-today", "clock", _("今天"))
    days = calendar.workdays_between(now, day)
    rest = _("剩 {days} 个工作日", days=days)
    in_week = day <= now + timedelta(days=6 - now.weekday())
    words = short(day) if brief else f"{short(day)} {weekday(day)}"
    return Due("week" if in_week else "later", "", "cal", words, rest)
