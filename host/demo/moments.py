"""Where in the year the demonstration may stand, as `demo.toml` lists it."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from engine.calendar.local_time import at_time
from ledger.policy.resolved import ResolvedPack


@dataclass(frozen=True)
class Moment:
    """So many days before a stage is due. patience: working days of reviewers; projects: how many the county has.

    slow: steps that reviewers leave longest, so that some still wait; letters: whether the upper level has written from a system of its own.
    """

    name: str
    stage: str
    days_before_due: int
    patience: int
    projects: int
    letters: bool = True
    slow: Sequence[str] = ()

    def at(self, pack: ResolvedPack) -> datetime:
        """Return when that is, at five past ten by the county's clocks."""
        due = datetime.fromisoformat(pack.parameters()["dates"][self.stage]["due"]).date()
        return at_time(due - timedelta(days=self.days_before_due), time(10, 5))


@cache
def chosen() -> Mapping[str, Any]:
    """Return what `demo.toml` says."""
    return tomllib.loads((files("host.demo") / "demo.toml").read_text(encoding="utf-8"))


@cache
def moments() -> Mapping[str, Moment]:
    """Return the moments by name, the usual one first."""
    return {one["name"]: Moment(**one) for one in chosen()["moments"]}


def usual() -> Moment:
    """Return the moment that is shown unless another is asked for."""
    return next(iter(moments().values()))
