"""Made-up departments, and which of them own projects."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from ledger.county.apportion import apportion
from ledger.county.library import Library
from ledger.county.plan import Plan

AVERAGE_WHOLE = 124_415  # 1,244 万元 a department
OVERSPEND_SHARE = 0.06
SECOND_GRADE_SHARE = 0.013
SIDES = "中东西南北上下"


@dataclass(frozen=True, slots=True)
class Made:
    """A made-up department: code, name and the function classes it works in."""

    code: str
    name: str
    classes: tuple[str, ...]


def make_departments(library: Library, projects: int) -> tuple[list[Made], int]:
    """Return the departments, and how many of them (from the first) own projects."""
    owners = max(3, min(round(projects * 0.175), 70 + round(projects * 0.05)))
    count = round(owners * 1.37)
    names = _names(library)
    made = [Made(f"{number:03d}", *next(names)) for number in range(1, count + 1)]
    return made, owners


def _names(library: Library) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield from library.bureaus
    number = 0
    while True:
        again, place = divmod(number, len(library.towns))
        town = (SIDES[again % len(SIDES)] if again else "") + library.towns[place]
        for pattern, classes in library.series:
            yield pattern.format(town=town, n=number + 1), classes
        number += 1


def department_rows(made: list[Made], plan: Plan, rng: Random) -> list[dict[str, Any]]:
    """Return the ledger's departments with the evaluation of their whole spending; some spend over the budget."""
    budgets = apportion(AVERAGE_WHOLE * len(made), [rng.lognormvariate(0, 0.9) for _ in made])
    return [
        {
            "code": department.code,
            "name": department.name,
            "whole": _whole(budget, plan, rng),
            "whole_target": budget,
            "whole_monitor_budget": budget,
            "whole_monitor_exec": round(budget * rng.uniform(0.4, 0.6)),
        }
        for department, budget in zip(made, budgets, strict=True)
    ]


def _whole(budget: int, plan: Plan, rng: Random) -> dict[str, int]:
    over = rng.random() < OVERSPEND_SHARE
    band = plan.bands[min(1, len(plan.bands) - 1) if rng.random() < SECOND_GRADE_SHARE else 0]
    low = max(band.low, band.most - 600)
    return {
        "budget": budget,
        "exec": round(budget * (rng.uniform(1.02, 1.6) if over else rng.uniform(0.93, 1.0))),
        "self_score": rng.randint(max(0, low - 400), band.most),
        "fin_score": rng.randint(low, band.most),
    }
