"""A table of a form as its page prints it: what stands together, what is written once, last year beside this one."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from forms.definition import FormField
from forms.looks import GridColumn

if TYPE_CHECKING:
    from host.web.form.view import FieldView

Texts = tuple[str, ...]


@dataclass(frozen=True)
class Beside:
    """What stands beside the fields. rows: last year's, by table; remarks: by path; others: parts others fill in."""

    rows: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    remarks: Mapping[str, Sequence[str]] = field(default_factory=dict)
    others: frozenset[str] = frozenset()


@dataclass(frozen=True)
class GridRow:
    """The cells of a row by column. spare: nobody has typed into it yet."""

    cells: "Mapping[str, FieldView]"
    spare: bool


@dataclass(frozen=True)
class GridCell:
    """What stands in one place of a row: fields to fill in, and words that were given.

    numeric: figures stand here, to the right; span: over how many rows it stands, 0 if it is already written above;
    last: last year's value, None if not its place.
    """

    column: GridColumn
    fields: "tuple[FieldView, ...]"
    given: str
    numeric: bool
    span: int = 1
    last: str | None = None

    @property
    def named(self) -> bool:
        """Whether each field says its own name, because there are several."""
        return len([one for one in self.fields if not one.field.is_computed]) > 1

    @property
    def asked(self) -> "list[FieldView]":
        """The fields that something asks for."""
        return [one for one in self.fields if not one.quiet]

    @property
    def quiet(self) -> "list[FieldView]":
        """The fields that may stay folded."""
        return [one for one in self.fields if one.quiet]


@dataclass(frozen=True)
class GridLine:
    """A row as printed. hidden: fields that are sent but not shown.

    remarks: on the row as a whole and on its cells that are given or hidden; they stand in the cell of that number.
    """

    row: GridRow
    cells: tuple[GridCell, ...]
    hidden: "tuple[FieldView, ...]"
    faulty: bool
    remarks: Texts = ()
    remarks_in: int = 0


@dataclass(frozen=True)
class TableView:
    """A table. grows: whether people may add rows, because none were approved before.

    last: the place (of `heads`) before which last year stands, None without a last year.
    """

    field: FormField
    heads: tuple[GridColumn, ...]
    lines: tuple[GridLine, ...]
    grows: bool
    faults: Texts
    warnings: Texts
    carries: bool
    remarks: Texts = ()

    @property
    def rows(self) -> "list[list[FieldView]]":
        """The cells row by row, spare rows too."""
        return [list(line.row.cells.values()) for line in self.lines]

    @property
    def fields(self) -> "list[FieldView]":
        """Every cell."""
        return [cell for row in self.rows for cell in row]

    def is_numeric(self, place: int) -> bool:
        """Tell whether figures stand below the head at a place: it then stands to the right as they do."""
        return all(line.cells[place].numeric for line in self.lines)


def laid_out(
    table: FormField, rows: list[GridRow], grows: bool, beside: Beside, said: tuple[Texts, Texts]
) -> TableView:
    """Return a table as its grid says, or one column beside the other."""
    heads = table.grid or tuple(GridColumn(c.label, (c.name,)) for c in table.columns)
    earlier = beside.rows.get(table.name, ())
    if table.earlier is not None and earlier:
        at = next(n for n, head in enumerate(heads) if table.earlier.show in head.cells)
        heads = (*heads[:at], GridColumn("上年", (), "last"), *heads[at:])
    lines = [_line(heads, row, _last(table, row, earlier), beside) for row in rows]
    remarks = tuple(beside.remarks.get(table.name, ()))
    carries = bool(table.earlier and earlier)
    return TableView(table, heads, _grouped(lines), grows, *said, carries, remarks)


def _line(heads: Sequence[GridColumn], row: GridRow, last: str, beside: Beside) -> GridLine:
    shown = {name for head in heads for name in head.cells}
    hidden = tuple(cell for name, cell in row.cells.items() if name not in shown or cell.given)
    cells = tuple(_cell(head, row, last) for head in heads)
    quiet = (one for one in row.cells.values() if one.given or one in hidden)
    path = next(iter(row.cells.values())).path.partition(".")[0]
    remarks = (*beside.remarks.get(path, ()), *(text for one in quiet for text in one.remarks))
    wide = next((n for n, head in enumerate(heads) if head.look not in ("group", "minor", "last")), 0)
    return GridLine(row, cells, hidden, any(cell.faults for cell in row.cells.values()), remarks, wide)


def _cell(head: GridColumn, row: GridRow, last: str) -> GridCell:
    if head.look == "last":
        return GridCell(head, (), last, True, last=last)
    found = [row.cells[name] for name in head.cells]
    given = "".join(_words(one) for one in found if one.given).strip()
    open_ = tuple(one for one in found if not one.given)
    figures = all(one.numeric for one in open_ or found)
    return GridCell(head, open_, given, figures)


def _words(cell: "FieldView") -> str:
    """Return what was given, long texts on a line of their own."""
    words = cell.shown or str(cell.typed or "")
    return words and ("\n" if cell.field.type == "long_text" else " ") + words


def _last(table: FormField, row: GridRow, earlier: Sequence[Mapping[str, Any]]) -> str:
    if table.earlier is None:
        return ""
    match = table.earlier.match
    mine = str(row.cells[match].typed or "").strip()
    found = next((one for one in earlier if mine and str(one.get(match, "")).strip() == mine), {})
    return _figure(str(found.get(table.earlier.show) or ""))


def _figure(text: str) -> str:
    """Write a number with thousands separators; anything else as it is."""
    return f"{Decimal(text):,f}" if re.fullmatch(r"-?\d+(\.\d+)?", text) else text


def _grouped(lines: Sequence[GridLine]) -> tuple[GridLine, ...]:
    """Write what is given and the same in rows that follow each other once, over all of them."""
    found = list(lines)
    places = [n for n, cell in enumerate(lines[0].cells) if cell.column.look == "group"] if lines else []
    for place in places:
        start = 0
        for number in range(1, len(found) + 1):
            words = found[start].cells[place].given
            if number < len(found) and words and found[number].cells[place].given == words:
                continue
            for n in range(start, number):
                found[n] = _spanned(found[n], place, number - start if n == start else 0)
            start = number
    return tuple(found)


def _spanned(line: GridLine, place: int, span: int) -> GridLine:
    old = line.cells[place]
    return replace(line, cells=(*line.cells[:place], replace(old, span=span), *line.cells[place + 1 :]))
