"""The indicator library: plausible indicators by function class, and names of departments."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Template:
    """One level-3 indicator of an archetype; `of_budget`: its target is the budget in 万元."""

    l1: str
    l2: str
    l3: str
    op: str
    evidence: str
    unit: str
    polarity: str
    low: float
    high: float
    decimals: int
    words: str
    of_budget: bool


@dataclass(frozen=True, slots=True)
class Archetype:
    """A usual kind of project, with its function class and indicators."""

    name: str
    function_class: str
    templates: tuple[Template, ...]


@dataclass(frozen=True, slots=True)
class Library:
    """Everything names and texts are drawn from. bureaus, series: (name, codes of function classes)."""

    archetypes: Mapping[str, tuple[Archetype, ...]]
    titles: tuple[str, ...]
    words: Mapping[str, tuple[str, ...]]
    bureaus: tuple[tuple[str, tuple[str, ...]], ...]
    series: tuple[tuple[str, tuple[str, ...]], ...]
    towns: tuple[str, ...]
    firms: tuple[str, ...]


@cache
def load() -> Library:
    """Read the library that lies beside this module; archetypes come by the code of their function class."""
    raw = json.loads(files("ledger.county").joinpath("library.json").read_text("utf-8"))
    return Library(
        archetypes={
            name.partition(" ")[0]: tuple(
                Archetype(archetype, name, tuple(_template(row) for row in rows))
                for archetype, rows in archetypes.items()
            )
            for name, archetypes in raw["classes"].items()
        },
        titles=tuple(raw["titles"]),
        words={level: tuple(words) for level, words in raw["words"].items()},
        bureaus=tuple((name, tuple(codes)) for name, codes in raw["bureaus"]),
        series=tuple((name, tuple(codes)) for name, codes in raw["series"]),
        towns=tuple(raw["towns"]),
        firms=tuple(raw["firms"]),
    )


def _template(row: Mapping[str, Any]) -> Template:
    return Template(
        l1=row["l1"],
        l2=row["l2"],
        l3=row["l3"],
        op=row["op"],
        evidence=row["evidence"],
        unit=row.get("unit", ""),
        polarity=row.get("polarity", "higher"),
        low=row.get("low", 0),
        high=row.get("high", 0),
        decimals=row.get("decimals", 0),
        words=row.get("words", ""),
        of_budget=row.get("of") == "budget",
    )
