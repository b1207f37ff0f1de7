"""A pack resolved for one budget year: values, their origins, dates, ladder, slots."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from engine.calendar.documents import excerpt
from engine.calendar.work_calendar import WorkCalendar
from ledger.policy.derived import derived
from ledger.policy.entries import PackFile
from ledger.policy.ladder import standard_ladder
from ledger.policy.schema import label
from ledger.policy.stage_dates import stage_dates
from ledger.policy.stage_ladders import ladder_of
from ledger.policy.wording import worded

_NOT_FOR_EXPRESSIONS = ("stages.", "slots.", "meta.")


@dataclass(frozen=True)
class Confirmed:
    """Who confirmed a value for the bureau, on which day, on what grounds, from which budget year on."""

    by: str
    on: date
    note: str
    year: int


@dataclass(frozen=True)
class Origin:
    """Where a value comes from.

    rules: rule ids, or N (national), S (secondary source), E (our default); empty for an override.
    confirm: what the bureau must still confirm, empty if nothing. confirmed: who did; then question says what it was.
    """

    pack: str
    rules: tuple[str, ...]
    note: str = ""
    confirm: str = ""
    overridden: bool = False
    confirmed: Confirmed | None = None
    question: str = ""

    def remarked(self, note: str, confirm: str) -> "Origin":
        """Return this origin with the remarks of a pack that keeps the value."""
        return replace(self, note=note or self.note, confirm=confirm or self.confirm)


@dataclass(frozen=True)
class ResolvedPack:
    """Every policy value of one jurisdiction and budget year.

    values: by dotted key, JSON-like. origins: by the same keys. chain: the files it comes from, nearest first.
    """

    id: str
    name: str
    year: int
    values: Mapping[str, Any]
    origins: Mapping[str, Origin]
    variants: Mapping[str, str]
    calendar: WorkCalendar
    chain: tuple[PackFile, ...] = ()

    @property
    def packs(self) -> list[dict[str, Any]]:
        """Return id, version and hash of each file it comes from; version 0 is a file that was not published."""
        return [{"id": one.id, "version": one.version, "hash": one.hash} for one in self.chain]

    @property
    def provenance(self) -> dict[str, list[str]]:
        """Return the rule ids of each value."""
        return {key: list(origin.rules) for key, origin in self.origins.items()}

    @property
    def inferred(self) -> dict[str, str]:
        """Return the values the bureau must still confirm, each with what to confirm."""
        return {key: origin.confirm for key, origin in self.origins.items() if origin.confirm}

    def with_confirmed(self, records: Mapping[str, Confirmed]) -> "ResolvedPack":
        """Return the same pack with what the bureau has confirmed; where nothing is open a record says nothing."""
        found = {
            key: replace(origin, confirm="", confirmed=records[key], question=origin.confirm)
            for key, origin in self.origins.items()
            if origin.confirm and key in records
        }
        return replace(self, origins={**self.origins, **found})

    @cached_property
    def dates(self) -> dict[str, Any]:
        """Return the days of all stages as ISO texts, deadlines rolled off days off."""
        return stage_dates(self.values, self.year, self.calendar)

    @cached_property
    def derived(self) -> dict[str, Any]:
        """Return what follows from the values, by dotted key."""
        return derived(self.values, self.year)

    @property
    def slots(self) -> dict[str, str]:
        """Return which process each replaceable step calls."""
        return {
            key.removeprefix("slots."): value
            for key, value in self.values.items()
            if key.startswith("slots.")
        }

    @property
    def ladders(self) -> dict[str, dict[str, Any]]:
        """Return the reminder and escalation ladders by name; one of a single stage as `standard@stage`."""
        at, own = self.values["calendar.ladder_at"], self.values["calendar.stage_ladders"]
        of_stages = {f"standard@{stage}": ladder_of(rungs, at) for stage, rungs in own.items()}
        return {"standard": standard_ladder(self.values), **of_stages}

    def context(self) -> dict[str, Any]:
        """Return the nested `policy` that expressions of a diagram see."""
        flat = {k: v for k, v in self.values.items() if not k.startswith(_NOT_FOR_EXPRESSIONS)}
        return nested({**flat, **self.derived})

    def parameters(self) -> dict[str, Any]:
        """Return the JSON body of the engine's parameter set; equal inputs give equal bodies."""
        return {
            "jurisdiction": self.id,
            "packs": self.packs,
            "year": self.year,
            "policy": self.context(),
            "dates": self.dates,
            "slots": self.slots,
            "ladders": self.ladders,
            "role_parties": dict.fromkeys(self.values["roles.bureau"], "bureau"),
            "return_days": self.values["calendar.return_days"],
            "holidays": excerpt(self.calendar, range(self.year - 2, self.year + 4)),
        }

    def explain(self, key: str) -> str:
        """Return one Chinese sentence: the value of `key`, where it comes from, what is to be confirmed."""
        origin = self.origins[key]
        stated = f"政策包 {origin.pack},依据 {'、'.join(origin.rules)}"
        source = "本次运行的参数设置" if origin.overridden else stated
        text = f"{label(key)}:{worded(key, self.values[key])}({source})"
        return f"{text}。待确认:{origin.confirm}" if origin.confirm else f"{text}。"


def nested(flat: Mapping[str, Any]) -> dict[str, Any]:
    """Turn dotted keys into nested mappings."""
    tree: dict[str, Any] = {}
    for key, value in flat.items():
        *levels, last = key.split(".")
        branch = tree
        for level in levels:
            branch = branch.setdefault(level, {})
        branch[last] = value
    return tree
