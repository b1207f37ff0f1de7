"""What an import of a budget year does, or would do, row by row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ledger.roster.bringing_in import Brought
from ledger.roster.sheets import Fault, Line

ADDED, CHANGED, SAME, KEPT = "added", "changed", "same", "kept"


@dataclass(frozen=True)
class Change:
    """What becomes of one figure or word. old: empty if there was none."""

    title: str
    old: str
    new: str


@dataclass(frozen=True)
class Row(Brought):
    """A row of the file. did: also kept, where something newer is known already."""

    changes: Sequence[Change] = ()


@dataclass
class Outcome:
    """faults: nothing is done. new, changed: what is to be written. money: the sum of the file's main column in yuan."""

    kind: str
    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    new: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)
    money: Decimal = Decimal(0)

    @property
    def counts(self) -> dict[str, int]:
        """Return how many rows are added, changed, the same and left as they are."""
        return {did: sum(row.did == did for row in self.rows) for did in (ADDED, CHANGED, SAME, KEPT)}

    def note(self, line: Line, name: str, did: str, changes: Sequence[Change] = ()) -> None:
        """Say what becomes of a row."""
        self.rows.append(Row(line.sheet, line.number, line.get("项目编码"), name, did, changes))


def changes(
    before: Mapping[str, Any] | None, after: Mapping[str, Any], titles: Mapping[str, str]
) -> list[Change]:
    """Return what differs, by the titles of the columns."""
    found = ((title, before[name] if before else None, after[name]) for name, title in titles.items())
    return [Change(title, said(old), said(new)) for title, old, new in found if old != new]


def said(value: object) -> str:
    """Return a value as the sheet has it: money in 万元."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    return f"{value / 10_000:,.2f}" if isinstance(value, Decimal) else str(value)
