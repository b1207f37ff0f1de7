"""What projects have received and paid, from its sheet: a row for a project and a day, the newest word about it holds."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select

from engine.calendar.local_time import local_date
from engine.model.base import table_of
from engine.uow import UnitOfWork
from ledger.budgeting.outcome import ADDED, CHANGED, KEPT, SAME, Outcome, changes
from ledger.budgeting.typed import day, moment, money, money_or_none, project
from ledger.model.payments import ProjectPayment
from ledger.model.register import Project
from ledger.payments import feed, of_year
from ledger.roster.sheets import Fault, Line

PAYMENT, PROJECT = table_of(ProjectPayment), table_of(Project)
SOURCE = "Excel 导入"
TITLES: Final = {
    "executed_amount": "累计支出",
    "arrived_amount": "到位资金",
    "adjusted_amount": "调整后预算",
}


def reader(uow: UnitOfWork, jurisdiction_id: int, year: int) -> Callable[[Line, Outcome], None]:
    """Return what says what a row would do; what it leaves out stays as it is known of that day."""
    known, said, now = (
        of_year(uow.session, jurisdiction_id, year),
        _said(uow, jurisdiction_id, year),
        uow.now(),
    )

    def row(line: Line, found: Outcome) -> None:
        faults: list[Fault] = []
        one = project(line, known, year, faults)
        values = _values(line, year, now, faults)
        found.faults += faults
        if faults:
            return
        before = said.get((one.id, values["as_of"]))
        if before is not None:
            values |= {name: before[name] for name in TITLES if values[name] is None}
        differs = changes(before, values, TITLES)
        did = _did(before, values, differs)
        found.money += values["executed_amount"]
        found.note(line, one.name, did, differs)
        if did != KEPT:  # the same again is a newer word too
            place = {"jurisdiction_id": jurisdiction_id, "organisation_id": one.organisation_id}
            budget = before["budget_amount"] if before else None
            found.changed.append(
                place | values | {"project_id": one.id, "budget_amount": budget, "source": SOURCE}
            )

    return row


def _values(line: Line, year: int, now: datetime, faults: list[Fault]) -> dict[str, Any]:
    last = local_date(now)
    return {
        "as_of": day(line, "截至日期", date(year, 1, 1), last, faults),
        "executed_amount": money(line, "累计支出", faults),
        "arrived_amount": money_or_none(line, "到位资金", faults),
        "adjusted_amount": money_or_none(line, "调整后预算", faults),
        "sent_at": moment(line, "取数时间", now, faults),
    }


def _did(before: Mapping[str, Any] | None, values: Mapping[str, Any], differs: object) -> str:
    if before is None:
        return ADDED
    if not differs:
        return SAME
    return KEPT if before["sent_at"] > values["sent_at"] else CHANGED


def _said(uow: UnitOfWork, jurisdiction_id: int, year: int) -> dict[tuple[int, Any], Mapping[str, Any]]:
    """Return what is known, by project and day."""
    of_them = select(PAYMENT).join(PROJECT, PROJECT.c.id == PAYMENT.c.project_id)
    mine = of_them.where(PROJECT.c.jurisdiction_id == jurisdiction_id, PROJECT.c.year == year)
    found = uow.session.execute(mine).mappings()
    return {(row["project_id"], row["as_of"]): dict(row) for row in found}


def write(uow: UnitOfWork, jurisdiction_id: int, year: int, found: Outcome) -> None:
    """Write what was found, in the same unit of work."""
    feed(uow, found.changed)
