"""Durations and cycles in ISO 8601, counted on the calendar of Asia/Shanghai."""

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from engine.calendar.local_time import SHANGHAI
from engine.feel.shapes import coarse
from engine.feel.values import Months

_SPAN = re.compile(
    r"P(?:(?P<years>\d{1,4})Y)?(?:(?P<months>\d{1,5})M)?(?:(?P<weeks>\d{1,5})W)?(?:(?P<days>\d{1,6})D)?"
    r"(?:T(?:(?P<hours>\d{1,7})H)?(?:(?P<minutes>\d{1,8})M)?(?:(?P<seconds>\d{1,9}(?:\.\d{1,6})?)S)?)?"
)
_CYCLE = re.compile(r"R(?P<times>\d{0,6})/(?:(?P<start>\d{4}-\d\d-\d\d[^/]*)/)?(?P<span>P[^/]+)")


@dataclass(frozen=True, slots=True)
class Span:
    """A positive length of time: whole months on the local calendar, then the rest exactly."""

    months: int
    rest: timedelta

    def after(self, start: datetime, times: int = 1) -> datetime:
        """Return the instant `times` spans after an aware instant; 31 January and a month is 28 February."""
        rest = self.rest * times
        if not self.months:
            return (start + rest).astimezone(UTC)
        local = start.astimezone(SHANGHAI)
        year, month = divmod(local.year * 12 + local.month - 1 + self.months * times, 12)
        day = min(local.day, calendar.monthrange(year, month + 1)[1])
        return (local.replace(year=year, month=month + 1, day=day) + rest).astimezone(UTC)

    @property
    def is_empty(self) -> bool:
        """Whether it has no length."""
        return not self.months and self.rest <= timedelta(0)


@dataclass(frozen=True, slots=True)
class Cycle:
    """Something that happens again and again. times None: for ever; start None: one span after it is reached."""

    times: int | None
    start: str | None
    span: str


def read_span(text: str) -> Span | None:
    """Read `P1M10DT2H`, `P2W`; None for anything else or an empty span."""
    found = _SPAN.fullmatch(text.strip().upper())
    if not found or text.strip().upper().endswith(("P", "T")):
        return None
    part = {name: value or "0" for name, value in found.groupdict().items()}
    rest = timedelta(
        weeks=int(part["weeks"]),
        days=int(part["days"]),
        hours=int(part["hours"]),
        minutes=int(part["minutes"]),
        seconds=float(part["seconds"]),
    )
    return Span(int(part["years"]) * 12 + int(part["months"]), rest)


def read_cycle(text: str) -> Cycle | None:
    """Read `R3/P10D`, `R/2021-06-01T09:00:00+08:00/P1M`; None for anything else or an empty span."""
    found = _CYCLE.fullmatch(text.strip().upper())
    if not found:
        return None
    span = read_span(found["span"])
    if span is None or span.is_empty:
        return None
    return Cycle(int(found["times"]) if found["times"] else None, found["start"], found["span"])


def span_of(value: Any) -> Span | None:
    """Return the span a FEEL value means: a duration of either kind, cut at its microsecond, or its text."""
    value = coarse(value)
    if isinstance(value, timedelta):
        return Span(0, value)
    if isinstance(value, Months):
        return Span(value.total, timedelta(0))
    return read_span(value) if isinstance(value, str) else None


def write_span(span: Span) -> str:
    """Write a span so that `read_span` reads it back."""
    seconds = f"{span.rest.total_seconds():f}".rstrip("0").rstrip(".")
    return f"P{span.months}MT{seconds}S"
