"""The plan of the report: which stages it speaks of, in which words; read from stages.toml."""

import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class GradeTable:
    """A table of grades: key prefix of their measures, and its caption."""

    prefix: str
    caption: str


@dataclass(frozen=True)
class FigureTable:
    """A table whose cells are sentence patterns."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class StageSection:
    """How the report speaks of one stage.

    part: `work` or `consequences`. sentences: each a tuple of alternatives. listed: one item per sentence
    instead of one paragraph. count, none: measure and sentence for an empty population.
    overview: keys by column of the summary table.
    """

    key: str
    title: str
    part: str
    sentences: tuple[tuple[str, ...], ...] = ()
    listed: bool = False
    count: str = ""
    none: str = ""
    overview: dict[str, str] = field(default_factory=dict)
    grades: GradeTable | None = None
    table: FigureTable | None = None


@cache
def stage_plan() -> tuple[StageSection, ...]:
    """Return the sections in the order of the report."""
    raw = tomllib.loads(files("ledger.reports").joinpath("stages.toml").read_text("utf-8"))
    return tuple(_section(one) for one in raw["stage"])


def stage_title(key: str) -> str:
    """Return the Chinese name of a stage; the key itself for one the plan does not know."""
    return next((section.title for section in stage_plan() if section.key == key), key)


def _section(raw: dict[str, Any]) -> StageSection:
    grades, table = raw.get("grades"), raw.get("table")
    return StageSection(
        **{name: raw[name] for name in ("key", "title", "part", "listed", "count", "none") if name in raw},
        sentences=tuple((one,) if isinstance(one, str) else tuple(one) for one in raw.get("sentences", ())),
        overview=raw.get("overview", {}),
        grades=None if grades is None else GradeTable(**grades),
        table=None
        if table is None
        else FigureTable(
            table["caption"], tuple(table["header"]), tuple(tuple(row) for row in table["rows"])
        ),
    )
