"""What is simulated: small counties that the project generates itself."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from host.simulation.simulate import Order
from ledger.county.generating import generate
from ledger.importing.reading import accept
from ledger.policy.pack import load
from ledger.policy.resolved import ResolvedPack

Ledger = dict[str, Any]
PACKS = Path(__file__).parents[1] / "unit" / "policy" / "packs"
EVALUATED, MONITORED = 2021, 2022
TRACKS = ("direct", "rural", "ssf", "ppp", "bond", "pre_eval")
EVALUATION_FIELDS = ("exec", "exec_score", "self_score", "fin_score", "sel", "dept_eval", "key_eval")
SILENT = 5
"""Every fifth project of the county in the middle of its year was not monitored."""
LATE_SHARE = 0.2
OVERRIDES = {"monitoring.submit": {"rule": "day_of_next_month", "day": 15}, "calendar.ladder_at": "08:30"}
ROWS = ("self_eval.count", "self_eval.grade.优", "dept_eval.count", "target.count", "key_eval.avg")


@cache
def shawan(year: int) -> ResolvedPack:
    """Return the richest factory pack for a year."""
    return load("shawan").resolve(year)


@cache
def river() -> ResolvedPack:
    """Return the made-up pack."""
    return load("riverside", PACKS).resolve(EVALUATED)


def generated(pack: ResolvedPack, projects: int, seed: int) -> Ledger:
    """Return a county with few projects of every kind."""
    made = deepcopy(generate(pack.values, pack.year, projects, seed, pack.name))
    for name in TRACKS:
        if name in made:
            made[name] = made[name][:2]
    made["excluded"] = made["excluded"][:3]
    if "bond_monitor_units" in made:
        made["bond_monitor_units"] = len({row["dept"] for row in made["bond"]})
    for row in [row for row in made["projects"] if "key_eval" in row][3:]:
        del row["key_eval"]
    return made


@cache
def evaluated() -> Ledger:
    """Return the county of 25 projects."""
    return generated(shawan(EVALUATED), 25, seed=11)


@cache
def riverside_ledger() -> Ledger:
    """Return a county of 12 projects under the made-up pack."""
    return generated(river(), 12, seed=7)


@cache
def half_year() -> Ledger:
    """Return a county of 12 projects that was planned and monitored, not evaluated."""
    made = generated(shawan(MONITORED), 12, seed=3)
    del made["excluded"]
    for department in made["departments"]:
        del department["whole"]
    for number, row in enumerate(made["projects"]):
        spent = row["exec"] // 2
        for name in EVALUATION_FIELDS:
            row.pop(name, None)
        for indicator in row["indicators"]:
            del indicator["self_pts"], indicator["fin_pts"]
        row["monitored"] = number % SILENT != 0
        if row["monitored"]:
            arrived = row["budget"] * 3 // 4
            row |= {"adj_budget": row["budget"], "arrived": arrived, "exec": min(spent, arrived)}
            row["progress"] = 50
    for row in made["bond"]:
        for name in ("self_budget", "self_exec", "self_score"):
            row.pop(name, None)
    return made


def _base() -> Order:
    return Order(accept(evaluated()), shawan(EVALUATED), rows=ROWS)


def _late() -> Order:
    return Order(accept(evaluated()), shawan(EVALUATED), late_share=LATE_SHARE, rows=ROWS)


def _riverside() -> Order:
    return Order(accept(riverside_ledger(), weight_total=9_000), river(), rows=("self_eval.fin_avg",))


def _monitored() -> Order:
    return Order(accept(half_year()), load("shawan").resolve(MONITORED, OVERRIDES))


ORDERS: Mapping[str, Callable[[], Order]] = {
    "base": _base,
    "again": _riverside,
    "late": _late,
    "riverside": _riverside,
    "monitored": _monitored,
}
