"""A year's projects from their sheet: new ones are added, those that are known, by their code, are changed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, insert, select, update

from engine.model.base import table_of
from engine.model.campaigns import Campaign
from engine.uow import UnitOfWork
from ledger.budgeting.columns import TRACKS
from ledger.budgeting.outcome import ADDED, CHANGED, SAME, Outcome, changes
from ledger.budgeting.sheet import fault
from ledger.budgeting.typed import flag, money, money_or_none
from ledger.model.register import Organisation, Project
from ledger.roster.sheets import Fault, Line

PROJECT = table_of(Project)
FLAGS: Final = {"中央转移支付": "central_transfer", "新增项目": "is_new", "专业性强": "specialised"}
TITLES: Final = {
    "name": "项目名称",
    "office": "单位编码",
    "budget_amount": "预算金额",
    "type": "类型",
    "total_investment_amount": "总投资",
    "function_class": "功能科目",
} | {name: title for title, name in FLAGS.items()}
_TITLES = {track: title for title, track in TRACKS.items()}


def reader(uow: UnitOfWork, jurisdiction_id: int, year: int) -> Callable[[Line, Outcome], None]:
    """Return what says what a row would do."""
    known = _Known.of(uow, jurisdiction_id, year)
    return lambda line, found: _row(known, line, found)


def write(uow: UnitOfWork, jurisdiction_id: int, year: int, found: Outcome) -> None:
    """Write what was found, in the same unit of work."""
    mine = {"jurisdiction_id": jurisdiction_id, "year": year}
    if found.new:
        uow.session.execute(insert(PROJECT), [{**mine, **row} for row in found.new])
    for row in found.changed:
        uow.session.execute(
            update(PROJECT)
            .where(
                PROJECT.c.jurisdiction_id == jurisdiction_id,
                PROJECT.c.year == year,
                PROJECT.c.code == row["code"],
            )
            .values(**row)
        )


@dataclass(frozen=True)
class _Known:
    """What rows are held against. opened: the year is open, so units and tracks stand."""

    offices: Mapping[str, int]
    projects: Mapping[str, Mapping[str, Any]]
    opened: bool

    @classmethod
    def of(cls, uow: UnitOfWork, jurisdiction_id: int, year: int) -> "_Known":
        office, session = Organisation, uow.session
        offices = select(office.code, office.id).where(
            office.jurisdiction_id == jurisdiction_id, office.valid_to.is_(None)
        )
        mine = select(PROJECT).where(PROJECT.c.jurisdiction_id == jurisdiction_id, PROJECT.c.year == year)
        opened = select(func.count()).where(
            Campaign.jurisdiction_id == jurisdiction_id, Campaign.year == year
        )
        return cls(
            {code: number for code, number in session.execute(offices)},  # noqa: C416 (rows, not pairs)
            {row["code"]: dict(row) for row in session.execute(mine).mappings()},
            bool(session.scalar(opened)),
        )

    def shown(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a project as the sheet has it: its office by its code, its track by its title."""
        codes = {number: code for code, number in self.offices.items()}
        office = codes.get(values["organisation_id"])
        return {**values, "office": office, "type": _TITLES[values["track"]]}


def _row(known: _Known, line: Line, found: Outcome) -> None:
    faults: list[Fault] = []
    values = _values(known, line, faults)
    before = known.projects.get(line.get("项目编码"))
    if before is not None and known.opened:
        faults += _frozen(before, values, line)
    found.faults += faults
    if faults:
        return None
    found.money += values["budget_amount"]
    if before is None:
        found.new.append(values)
        return found.note(line, values["name"], ADDED)
    differs = changes(known.shown(before), known.shown(values), TITLES)
    if differs:
        found.changed.append(values)
    return found.note(line, values["name"], CHANGED if differs else SAME, differs)


def _values(known: _Known, line: Line, faults: list[Fault]) -> dict[str, Any]:
    office = known.offices.get(line.get("单位编码"))
    if office is None:
        text = f"名册里没有编码为“{line.get('单位编码')}”的单位,或已撤销;请核对。"
        faults.append(fault(line, "单位编码", text))
    track = TRACKS.get(line.get("类型") or next(iter(TRACKS)))
    if track is None:
        faults.append(fault(line, "类型", f"类型应为:{'、'.join(TRACKS)};请更正。"))
    values = {
        "code": line.get("项目编码"),
        "name": line.get("项目名称"),
        "organisation_id": office,
        "track": track,
        "function_class": line.get("功能科目") or None,
        "budget_amount": money(line, "预算金额", faults),
        "total_investment_amount": money_or_none(line, "总投资", faults),
    }
    return values | {name: flag(line, title, faults) for title, name in FLAGS.items()}


def _frozen(before: Mapping[str, Any], values: Mapping[str, Any], line: Line) -> Sequence[Fault]:
    """Return what may not change any more once the year is open: whose project it is, and its track."""
    found = []
    if before["organisation_id"] != values["organisation_id"]:
        found.append(fault(line, "单位编码", "年度已开启,项目的单位不能改;请恢复原来的编码。"))
    if before["track"] != values["track"]:
        was = _TITLES[before["track"]]
        found.append(fault(line, "类型", f"年度已开启,项目的类型不能改;原来是“{was}”。"))
    return found
