"""Today, in words."""

from dataclasses import dataclass
from datetime import date, datetime

from engine.calendar.documents import national
from engine.calendar.local_time import SHANGHAI, local_date
from host.web.context import system
from host.web.words import translate as _

WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


@dataclass(frozen=True)
class Today:
    """The county's day. words: date and weekday; kind: 工作日 or 节假日."""

    day: date
    words: str
    kind: str


def weekday(day: date) -> str:
    """Return the weekday as people write it."""
    return _(WEEKDAYS[day.weekday()])


def short(day: date) -> str:
    """Return month and day."""
    return _("{month}月{day}日", month=day.month, day=day.day)


def day_of(at: datetime) -> str:
    """Return the local day of an instant with its weekday."""
    day = local_date(at)
    return f"{short(day)} {weekday(day)}"


def today() -> Today:
    """Return the local day of the system's clock."""
    day = local_date(system().bihuan.clock.now())
    words = _("{year}年{month}月{day}日", year=day.year, month=day.month, day=day.day)
    kind = _("工作日") if national().is_workday(day) else _("节假日")
    return Today(day, f"{words} {weekday(day)}", kind)


def local(at: datetime) -> str:
    """Return a moment as the county's clocks show it."""
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
