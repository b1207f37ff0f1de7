"""Calendars as data: the national table, and the part of it that a parameter set keeps."""

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files
from typing import Any

from engine.calendar.work_calendar import WorkCalendar
from engine.errors import InvalidInput


class CalendarInvalid(InvalidInput):
    """A calendar table contradicts itself."""

    code = "calendar.invalid"


@lru_cache(maxsize=1)
def national() -> WorkCalendar:
    """Return the calendar of `cn.toml`: national holidays and make-up working days."""
    return read(_table())


def national_year(year: int) -> Mapping[str, Any] | None:
    """Return what `cn.toml` says of a year: `holidays` and `workdays`; None if nothing."""
    return next((one for one in _table()["year"] if one["year"] == year), None)


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Any]:
    return tomllib.loads((files("engine.calendar") / "cn.toml").read_text(encoding="utf-8"))


def read(table: Mapping[str, Any]) -> WorkCalendar:
    """Read a calendar table: `[[year]]` with `year`, `holidays` (name, first, last) and `workdays`.

    Raises CalendarInvalid if a holiday ends before it begins, or a make-up day is no weekend or lies in a holiday.
    """
    off: set[date] = set()
    on: set[date] = set()
    known: set[int] = set()
    for entry in table["year"]:
        known.add(entry["year"])
        for holiday in entry["holidays"]:
            off.update(_days(holiday))
        on.update(entry["workdays"])
    _refuse_contradictions(off, on)
    return WorkCalendar(off, on, known)


def _days(holiday: Mapping[str, Any]) -> list[date]:
    first, last = holiday["first"], holiday["last"]
    if last < first:
        raise CalendarInvalid(f"假期“{holiday['name']}”的结束日 {last} 早于开始日 {first};请改正日历。")
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _refuse_contradictions(off: set[date], on: set[date]) -> None:
    for day in sorted(on):
        if day.weekday() < 5:
            raise CalendarInvalid(f"调休上班日 {day} 应为星期六或星期日,实际是平日;请改正日历。")
        if day in off:
            raise CalendarInvalid(f"{day} 同时列为放假和上班;请在日历中只保留一处。")


def excerpt(calendar: WorkCalendar, years: Iterable[int]) -> dict[str, Any]:
    """Return what the calendar says about `years` as plain JSON, to be kept with a parameter set."""
    wanted = frozenset(years)
    return {
        "off": [day.isoformat() for day in sorted(calendar.holidays) if day.year in wanted],
        "on": [day.isoformat() for day in sorted(calendar.workdays) if day.year in wanted],
        "known": sorted(calendar.known_years & wanted),
    }


def from_excerpt(body: Mapping[str, Any]) -> WorkCalendar:
    """Rebuild the calendar that `excerpt` wrote."""
    return WorkCalendar(
        (date.fromisoformat(text) for text in body["off"]),
        (date.fromisoformat(text) for text in body["on"]),
        body["known"],
    )
