"""What a jurisdiction decided for one year, as the engine sees it: values, dates, ladders, slots."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from engine.calendar.documents import from_excerpt, national
from engine.calendar.functions import expression_functions
from engine.calendar.work_calendar import WorkCalendar


@dataclass(frozen=True)
class Ladder:
    """Reminders before and escalations after a due moment.

    before, after: whole days; at: local time of day HH:MM.
    recipients: by signed offset ("-1", "3"): role codes, or "assignee". channels: by offset the ways beside the pages
    (`mail`, `group`), all where it says nothing. wordings: by offset what is said besides.
    """

    before: tuple[int, ...]
    after: tuple[int, ...]
    recipients: Mapping[str, list[str]]
    at: str = "09:00"
    channels: Mapping[str, list[str]] = field(default_factory=dict)
    wordings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Parameters:
    """The resolved policy of one jurisdiction and year; immutable, named by the hash of its body."""

    hash: str
    jurisdiction: str
    year: int
    policy: Mapping[str, Any]
    dates: Mapping[str, Any]
    slots: Mapping[str, str]
    ladders: Mapping[str, Ladder]
    return_days: int
    calendar: WorkCalendar
    role_parties: Mapping[str, str]
    body: Mapping[str, Any] = field(repr=False)

    @cached_property
    def functions(self) -> Mapping[str, Callable[..., Any]]:
        """The functions that expressions may call besides those of FEEL: they ask this year's calendar."""
        return expression_functions(self.calendar)

    def ladder(self, name: str | None, stage: str | None) -> Ladder | None:
        """Return the ladder of a name, the one that a stage has of its own before the common one; None without."""
        return self.ladders.get(f"{name}@{stage}") or self.ladders.get(name or "")

    def constants(self) -> dict[str, Any]:
        """Return what every expression of a diagram sees besides its own variables."""
        return {
            "policy": self.policy,
            "dates": self.dates,
            "year": self.year,
            "return_days": self.return_days,
        }


def _dated(value: Any) -> Any:
    """Turn ISO date strings inside the `dates` context into dates."""
    if isinstance(value, Mapping):
        return {name: _dated(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_dated(item) for item in value]
    if isinstance(value, str):
        return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    return value


def parameters(body: Mapping[str, Any]) -> Parameters:
    """Read the JSON body of a parameter set; the same body always gives the same hash."""
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    ladders = {
        name: Ladder(
            before=tuple(ladder["before"]),
            after=tuple(ladder["after"]),
            recipients=ladder["recipients"],
            at=ladder.get("at", "09:00"),
            channels=ladder.get("channels", {}),
            wordings=ladder.get("wordings", {}),
        )
        for name, ladder in body.get("ladders", {}).items()
    }
    return Parameters(
        hash=hashlib.sha256(text.encode()).hexdigest(),
        jurisdiction=body["jurisdiction"],
        year=int(body["year"]),
        policy=body.get("policy", {}),
        dates=_dated(body.get("dates", {})),
        slots=body.get("slots", {}),
        ladders=ladders,
        return_days=int(body.get("return_days", 5)),
        calendar=from_excerpt(body["holidays"]) if "holidays" in body else national(),
        role_parties=body.get("role_parties", {}),
        body=body,
    )
