"""Bring in from xlsx what belongs to a budget year: the whole file or nothing; a trial writes nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from engine.uow import UnitOfWork
from ledger.budgeting import budgets, paid, projects
from ledger.budgeting.columns import BUDGETS, PAYMENTS, PROJECTS, SHEETS
from ledger.budgeting.outcome import Outcome
from ledger.budgeting.sheet import fault, read
from ledger.roster.sheets import Fault, Line, column_place


@dataclass(frozen=True)
class Kind:
    """What is brought in. unique: columns that name a row; reader: see `look_at`; write: what was found."""

    key: str
    sheet: str
    unique: tuple[str, ...]
    reader: Callable[[UnitOfWork, int, int], Callable[[Line, Outcome], None]]
    write: Callable[[UnitOfWork, int, int, Outcome], None]


KINDS: Final = {
    one.key: one
    for one in (
        Kind("projects", PROJECTS, ("项目编码",), projects.reader, projects.write),
        Kind("budgets", BUDGETS, ("项目编码",), budgets.reader, budgets.write),
        Kind("payments", PAYMENTS, ("项目编码", "截至日期"), paid.reader, paid.write),
    )
}
_BY_SHEET = {one.sheet: one for one in KINDS.values()}


def look(uow: UnitOfWork, jurisdiction_id: int, year: int, data: bytes) -> Outcome:
    """Return what bringing a file in would do; its sheet says what it holds. Raises InvalidInput if it cannot be read."""
    sheet, lines, faults = read(data)
    return look_at(uow, jurisdiction_id, year, _BY_SHEET[sheet], lines, faults)


def look_at(
    uow: UnitOfWork,
    jurisdiction_id: int,
    year: int,
    kind: Kind,
    lines: Sequence[Line],
    faults: Sequence[Fault] = (),
) -> Outcome:
    """Return what bringing these rows in would do; a row that is faulty already is left out."""
    found, wrong = Outcome(kind.key, faults=list(faults)), {one.row for one in faults}
    row, seen = kind.reader(uow, jurisdiction_id, year), set[tuple[str, ...]]()
    for line in lines:
        if line.number in wrong:
            continue
        missing = [one.title for one in SHEETS[kind.sheet] if one.required and not line.get(one.title)]
        found.faults += [fault(line, title, f"“{title}”是必填的;请填写。") for title in missing]
        named = tuple(line.get(title) for title in kind.unique)
        if named in seen:
            text = f"“{' '.join(named)}”在表里出现了两次;请删去一行。"
            found.faults.append(fault(line, "项目编码", text))
        elif not missing:
            seen.add(named)
            row(line, found)
    if not lines:
        where = column_place(SHEETS[kind.sheet], "项目编码")
        found.faults.append(Fault(kind.sheet, 3, where, "表里没有填好的行;请从第 3 行起填写。"))
    return found


def bring_in(uow: UnitOfWork, jurisdiction_id: int, year: int, found: Outcome) -> None:
    """Write what `look` found, in the same unit of work."""
    KINDS[found.kind].write(uow, jurisdiction_id, year, found)
