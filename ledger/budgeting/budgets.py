"""Budgets of a year's projects from their sheet: what was approved in the beginning, and what it was adjusted to."""

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import bindparam, update

from engine.model.base import table_of
from engine.uow import UnitOfWork
from ledger.budgeting.outcome import CHANGED, SAME, Outcome, changes
from ledger.budgeting.sheet import fault
from ledger.budgeting.typed import money_or_none, project
from ledger.model.register import Project
from ledger.payments import of_year
from ledger.roster.sheets import Fault, Line

PROJECT = table_of(Project)
TITLES: Final = {"budget_amount": "年初预算", "adjusted_amount": "调整后预算", "adjusted_basis": "调整依据"}
MOST_BASIS = 200


def reader(uow: UnitOfWork, jurisdiction_id: int, year: int) -> Callable[[Line, Outcome], None]:
    """Return what says what a row would do."""
    known = of_year(uow.session, jurisdiction_id, year)

    def row(line: Line, found: Outcome) -> None:
        faults: list[Fault] = []
        one, given = project(line, known, year, faults), _given(line, faults)
        found.faults += faults
        if faults:
            return
        values = {name: getattr(one, name) for name in TITLES} | given
        differs = changes(one._mapping, values, TITLES)
        if differs or "adjusted_amount" in given:  # the same again is a newer word too
            told = uow.now() if "adjusted_amount" in given else one.adjusted_at
            found.changed.append({"number": one.id, **values, "told_at": told})
        found.money += values["adjusted_amount"] or values["budget_amount"]
        found.note(line, one.name, CHANGED if differs else SAME, differs)

    return row


def _given(line: Line, faults: list[Fault]) -> dict[str, Any]:
    """Return what a row says; what it leaves out stays as it is."""
    amounts = {
        name: money_or_none(line, TITLES[name], faults) for name in ("budget_amount", "adjusted_amount")
    }
    basis = line.get("调整依据")
    if line.get("调整后预算") and not basis:
        faults.append(fault(line, "调整依据", "填了调整后预算,就要写明文号或原因;请填写。"))
    if basis and not line.get("调整后预算"):
        faults.append(fault(line, "调整后预算", "写了调整依据,没有填调整后预算;请填写,或删去依据。"))
    if len(basis) > MOST_BASIS:
        faults.append(fault(line, "调整依据", f"最多 {MOST_BASIS} 个字,现在 {len(basis)} 个;请缩短。"))
    given = amounts | {"adjusted_basis": basis or None}
    return {name: value for name, value in given.items() if value is not None}


def write(uow: UnitOfWork, jurisdiction_id: int, year: int, found: Outcome) -> None:
    """Write what was found, in the same unit of work."""
    if found.changed:
        values: dict[str, Any] = {name: bindparam(name) for name in TITLES}
        one = update(PROJECT).where(PROJECT.c.id == bindparam("number"))
        one = one.values(**values, adjusted_at=bindparam("told_at"))
        uow.session.connection().execute(one, found.changed)
