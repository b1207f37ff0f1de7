"""What projects have received and paid, from its sheet: a row for a project and a day, the newest word about it holds."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy import select

from engine.calendar.local_time import local_date
from engine.model.base import table_of
from engine.uow import UnitOfWork
from ledger.budgeting.outcome import ADDED, CHANGED, KEPT, SAME, Outcome, changes
from ledger.budgeting.typed import day, moment, money, money_or_none, project
from ledger.model.payments import ProjectPayment
from ledger.payments import feed, of_year
from ledger.roster.sheets import Fault, Line

PAYMENT = table_of(ProjectPayment)
SOURCE = "Excel 导入"
TITLES: Final = {
    "executed_amount": "累计支出",
    "arrived_amount": "到位资金",
    "adjusted_amount": "调整后预算",
}


def reader(uow: UnitOfWork, jurisdiction_id: int, year: int) -> Callable[[Line, Outcome], None]:
    """Return what says what a row would do."""
    known, said, now = (
        of_year(uow.session, jurisdiction_id, year),
        _said(uow, jurisdiction_id, year),
        uow.now(),
    )
    first, last = local_date(now).replace(year=year, month=1, day=1), local_date(now)

    def row(line: Line, found: Outcome) -> None:
        faults: list[Fault] = []
        one, executed = project(line, known, year, faults), money(line, "累计支出", faults)
        values = {
            "as_of": day(line, "截至日期", first, last, faults),
            "executed_amount": executed,
            "arrived_amount": money_or_none(line, "到位资金", faults),
            "adjusted_amount": money_or_none(line, "调整后预算", faults),
            "sent_at": moment(line, "取数时间", now, faults),
        }
        found.faults += faults
        if faults:
            return
        found.money += executed
        before = said.get((one.id, values["as_of"]))
        differs = changes(before, values, TITLES)
        did = _did(before, values, differs)
        found.note(line, one.name, did, differs)
        if did in (ADDED, CHANGED):
            common = {"jurisdiction_id": jurisdiction_id, "organisation_id": one.organisation_id}
            common |= {"project_id": one.id, "budget_amount": None, "source": SOURCE}
            (found.new if did == ADDED else found.changed).append(common | values)

    return row


def _did(before: Mapping[str, Any] | None, values: Mapping[str, Any], differs: object) -> str:
    if before is None:
        return ADDED
    if not differs:
        return SAME
    return KEPT if before["sent_at"] > values["sent_at"] else CHANGED


def _said(uow: UnitOfWork, jurisdiction_id: int, year: int) -> dict[tuple[int, Any], Mapping[str, Any]]:
    """Return what is known, by project and day."""
    projects = of_year(uow.session, jurisdiction_id, year)
    numbers = [one.id for one in projects.values()]
    found = uow.session.execute(select(PAYMENT).where(PAYMENT.c.project_id.in_(numbers))).mappings()
    return {(row["project_id"], row["as_of"]): dict(row) for row in found}


def write(uow: UnitOfWork, jurisdiction_id: int, year: int, found: Outcome) -> None:
    """Write what was found, in the same unit of work."""
    feed(uow, [*found.new, *found.changed])
