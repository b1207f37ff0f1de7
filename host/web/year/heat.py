"""Where a process takes its time, as its page draws and tells it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine import versions
from engine.bpmn.definition import Definition
from engine.library import definition
from engine.uow import UnitOfWork
from host.web.words import translate as _
from ledger.yearmap import heat

SLOW_SHARE = 3
"""One in so many elements counts as slow: those that take longest, waiting and working."""


@dataclass(frozen=True)
class Spot:
    """An element. waited, worked: days as (median, p90), None before anything was done; rate: first pass, of a hundred."""

    element_id: str
    name: str
    done: int
    now: int
    waited: tuple[float, float] | None
    worked: tuple[float, float] | None
    rate: int | None
    slow: bool = False

    @property
    def days(self) -> float:
        """Return how long it takes in the middle, waiting and working."""
        return self.waited[0] + self.worked[0] if self.waited and self.worked else 0.0


@dataclass(frozen=True)
class HeatView:
    """A version of a process with its elements in the order of the diagram."""

    row: Any
    spots: Sequence[Spot]

    @property
    def now(self) -> int:
        """How many tasks stand in it."""
        return sum(one.now for one in self.spots)

    @property
    def slowest(self) -> Spot | None:
        """Where it takes longest."""
        return max((one for one in self.spots if one.slow), key=lambda one: one.days, default=None)

    @property
    def marks(self) -> dict[str, Any]:
        """Return what is drawn on the diagram, by element."""
        notes = {
            one.element_id: {
                "look": "warning" if one.slow else "calm",
                "text": _(
                    "等 {waited} 天，办 {worked} 天",
                    waited=f"{one.waited[0]:.1f}",
                    worked=f"{one.worked[0]:.1f}",
                ),
            }
            for one in self.spots
            if one.waited and one.worked
        }
        standing = {one.element_id: _("现在 {count} 件", count=one.now) for one in self.spots if one.now}
        nothing: dict[str, Any] = {
            "states": {},
            "walked": [],
            "back": [],
            "over": [],
            "returned": {},
            "opens": {},
        }
        return {**nothing, "notes": notes, "words": standing}


def heat_view(uow: UnitOfWork, key: str, version: int | None) -> HeatView:
    """Return how a version of a process goes; None: the one in force. Raises NotFound."""
    row = versions.version_of(uow.session, "process", key, version)
    found = [_spot(one) for one in heat.elements(uow, key, row.content_hash)]
    return HeatView(row, _in_order(definition(uow.session, row.content_hash), _with_slow(found)))


def _spot(row: Any) -> Spot:
    waited = tuple(row.waited) if row.waited and None not in row.waited else None
    worked = tuple(row.worked) if row.worked and None not in row.worked else None
    rate = round(100 * row.passed / row.first) if row.first else None
    return Spot(row.element_id, row.name, row.done, row.now, waited, worked, rate)


def _with_slow(spots: Sequence[Spot]) -> list[Spot]:
    slowest = sorted((one for one in spots if one.days), key=lambda one: -one.days)
    slow = {one.element_id for one in slowest[: -(-len(slowest) // SLOW_SHARE)]}
    return [replace(one, slow=one.element_id in slow) for one in spots]


def _in_order(drawn: Definition, spots: Sequence[Spot]) -> list[Spot]:
    places = {element.id: place for place, element in enumerate(drawn.elements.values())}
    return sorted(spots, key=lambda one: places.get(one.element_id, len(places)))
