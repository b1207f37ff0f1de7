"""The hit policies of decision tables: what several matching rules give together."""

from collections.abc import Callable
from typing import Any

from engine.feel.builtins.statistics import largest, smallest, total
from engine.feel.comparing import equal
from engine.feel.state import Run

SINGLE = {"UNIQUE", "ANY", "PRIORITY", "FIRST"}
POLICIES = SINGLE | {"RULE ORDER", "OUTPUT ORDER", "COLLECT"}
Ranks = list[list[Any]]
Outputs = list[list[Any]]


def _count(run: Run, values: list[Any]) -> Any:
    return len(values)


AGGREGATIONS: dict[str, Callable[[Run, list[Any]], Any]] = {
    "SUM": total,
    "MIN": smallest,
    "MAX": largest,
    "COUNT": _count,
}


def rank(outputs: list[Any], ranks: Ranks, run: Run) -> list[int]:
    """Return the places of the outputs in the lists of output values, for sorting by priority."""
    places: list[int] = []
    for value, order in zip(outputs, ranks, strict=True):
        found = (place for place, listed in enumerate(order) if equal(value, listed, run) is True)
        places.append(next(found, len(order)) if order else 0)
    return places


def unique(hits: Outputs, run: Run) -> Outputs:
    """At most one rule may match."""
    if len(hits) > 1:
        run.warn("not_unique", 0, f"唯一（U）策略下有 {len(hits)} 条规则同时命中，按 null 处理")
        return []
    return hits


def any_one(hits: Outputs, run: Run) -> Outputs:
    """All matching rules must give the same."""
    if any(equal(hit, hits[0], run) is not True for hit in hits[1:]):
        run.warn("not_any", 0, "任意（A）策略下命中的规则结果不同，按 null 处理")
        return []
    return hits[:1]


def in_priority(hits: Outputs, ranks: Ranks, run: Run) -> Outputs:
    """Order by the place of each output in its list of values."""
    return sorted(hits, key=lambda hit: rank(hit, ranks, run))
