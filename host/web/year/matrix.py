"""The coverage matrix: what the year is about against its stages; numbers, or words why there are none."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from host.web.words import translate as _
from host.web.year.words import COLUMNS, KINDS, day, rows_of, stage_name
from ledger.yearmap import plan
from ledger.yearmap.members import Count
from ledger.yearmap.plan import Stage

NUMBERS = ("asked", "handed", "lacking", "waived", "excluded")


@dataclass(frozen=True)
class Cell:
    """A cell. words: instead of numbers, why: the rule or reason; name: of the stage behind it."""

    words: str = ""
    why: str = ""
    name: str = ""
    asked: int = 0
    handed: int = 0
    lacking: int = 0
    waived: int = 0
    excluded: int = 0
    rows: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """What the year is about, with a cell for each column."""

    kind: str
    name: str
    cells: Sequence[Cell]


def matrix(year: int, stages: Sequence[Stage], counted: Sequence[Count]) -> list[Line]:
    """Return a line for everything the year is about and there is any of."""
    occurring = {one.kind for one in counted}
    return [
        Line(kind, _(KINDS[kind]), [_cell(year, stages, counted, kind, column) for column in COLUMNS])
        for kind in plan.KINDS
        if kind in occurring
    ]


def _cell(year: int, stages: Sequence[Stage], counted: Sequence[Count], kind: str, column: str) -> Cell:
    stage = plan.cell_stage(stages, kind, column)
    if stage is None:
        return Cell(_("不适用"))
    number = {state: plan.number(counted, stage, (kind,), state) for state in NUMBERS}
    why = next(
        (one.why or "" for one in counted if one.campaign_id == stage.id and one.kind == kind and one.why), ""
    )
    rows = rows_of(year, stage, (kind,), NUMBERS)
    several = sum(one.stage == stage.stage for one in stages) > 1
    name = stage_name(stage.stage, stage.round, several=several)
    if any(number.values()):
        return Cell("", why, name, **number, rows=rows)
    if stage.status == "waived":
        return Cell(_("豁免"), stage.waived_reason or "")
    if stage.status == "planned" and column in ("target", "monitoring", "self_evaluation"):
        return Cell(_("未开始"), _("{day} 开始", day=day(stage.opens_at)))
    return Cell(_("未开始") if stage.status == "planned" and kind == "project" else _("不适用"))
