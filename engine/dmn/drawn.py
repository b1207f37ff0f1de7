"""A DMN document as people read it: each decision with its table, or with its expression as text."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """An input or output of a table. expression: what it reads, or the name of what it gives; values: what is allowed."""

    label: str
    expression: str
    type: str
    values: str
    default: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A rule: conditions and results in the order of the columns; note: what it says in words, or where it comes from."""

    id: str
    conditions: tuple[str, ...]
    results: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table. hit_policy: `FIRST`, `COLLECT SUM` …"""

    id: str
    hit_policy: str
    inputs: tuple[Column, ...]
    outputs: tuple[Column, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A decision or knowledge model. text: its expression, if it is not a table; needs: ids of what it reads."""

    id: str
    name: str
    description: str
    tables: tuple[Table, ...]
    text: str
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A document. inputs: its input data, label by id."""

    name: str
    description: str
    inputs: dict[str, str]
    decisions: tuple[Drawn, ...]

    @property
    def tables(self) -> dict[str, Table]:
        """Every table by id."""
        return {table.id: table for one in self.decisions for table in one.tables}
