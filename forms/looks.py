"""How a form looks on its page, as data: what stands together in a grid, which sums are shown, what last year said."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.feel.compiling import Compiled
from forms.errors import DefinitionProblem
from forms.sentence import Sentence

if TYPE_CHECKING:
    from forms.definition import FormDefinition, FormField


@dataclass(frozen=True, slots=True)
class GridColumn:
    """One column of a table as people see it. cells: the columns that stand in it, side by side or one below another.

    look: `group` is written once for rows that follow each other, `minor` leaves first on a narrow screen, or "".
    """

    head: str
    cells: tuple[str, ...]
    look: str = ""


@dataclass(frozen=True, slots=True)
class Earlier:
    """What is taken from the year before. show: the column that stands beside; match: what tells rows apart.

    carry: columns that may be carried over where the columns `same` did not change; none of them: whole rows may be.
    """

    show: str
    match: str
    same: tuple[str, ...] = ()
    carry: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A single field that counts into a total; of: the most it can be."""

    name: str
    of: Compiled | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """A total shown as arithmetic: single fields, then the points of a table by one of its columns.

    expected: the field that says what the total should be; graded: the total has a grade by the year's bands.
    """

    title: str
    total: str
    parts: tuple[Part, ...]
    table: str
    by: str
    points: str
    of: str
    expected: str
    graded: bool


@dataclass(frozen=True, slots=True)
class Meter:
    """Which rows of a table are told in figures (量化率)."""

    table: str
    when: Compiled


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure a reader of a filed form sees first. look: `points`, `share`, `money` or `count`; note: a sentence."""

    head: str
    value: Compiled
    look: str
    note: Sentence | None = None


def look_faults(definition: "FormDefinition") -> Iterator[DefinitionProblem]:
    """Yield every name in the looks of a form that is none of its fields or columns."""
    for i, section in enumerate(definition.sections):
        for j, field in enumerate(section.fields):
            yield from _table_faults(field, f"sections[{i}].fields[{j}]")
    card, meter, fields = definition.card, definition.meter, definition.field_map
    if card is not None:
        named = [card.total, card.expected, card.table, *(part.name for part in card.parts)]
        yield from _unknown((one for one in named if one), fields, "card")
        if card.table in fields:
            yield from _unknown((card.by, card.points, card.of), fields[card.table].column_map, "card")
    if meter is not None:
        yield from _unknown((meter.table,), fields, "meter")


def _table_faults(field: "FormField", place: str) -> Iterator[DefinitionProblem]:
    cells = [cell for column in field.grid for cell in column.cells]
    yield from _unknown(cells, field.column_map, f"{place}.grid")
    for name in (
        name for name in field.column_map if field.grid and cells.count(name) != 1 and name != field.key
    ):
        yield DefinitionProblem(
            f"{place}.grid", f"列 {name} 应在 grid 里出现一次,实有 {cells.count(name)} 次"
        )
    if field.earlier is not None:
        earlier = field.earlier
        named = (earlier.show, earlier.match, *earlier.same, *earlier.carry)
        yield from _unknown(named, field.column_map, f"{place}.earlier")


def _unknown(names: Iterable[str], known: Mapping[str, Any], place: str) -> Iterator[DefinitionProblem]:
    for name in names:
        if name not in known:
            yield DefinitionProblem(place, f"没有名为 {name} 的填写项")
