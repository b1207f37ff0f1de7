"""Bring a year's projects and budgets in from xlsx: the whole file or nothing; a trial writes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import func, insert, select, update

from engine.model.base import table_of
from engine.model.campaigns import Campaign
from engine.uow import UnitOfWork
from ledger.budgeting.columns import COLUMNS, NO, PROJECTS, TRACKS, YES
from ledger.budgeting.sheet import fault, read
from ledger.model.register import Organisation, Project
from ledger.roster.bringing_in import Brought
from ledger.roster.sheets import Fault, Line

PROJECT = table_of(Project)
LARGEST_WAN = Decimal(1_000_000_000)
YUAN = Decimal(10_000)
FLAGS = {"中央转移支付": "central_transfer", "新增项目": "is_new", "专业性强": "specialised"}
_TITLES = {track: title for title, track in TRACKS.items()}


@dataclass
class Outcome:
    """What an import does, or would do; faults: nothing is done. money: the budgets of the file in yuan."""

    rows: list[Brought] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    new: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)
    money: Decimal = Decimal(0)

    @property
    def counts(self) -> dict[str, int]:
        """Return how many rows are added, changed and the same."""
        same = len(self.rows) - len(self.new) - len(self.changed)
        return {"added": len(self.new), "changed": len(self.changed), "same": same}


def look(uow: UnitOfWork, jurisdiction_id: int, year: int, data: bytes) -> Outcome:
    """Return what bringing a file in would do. Raises InvalidInput if it cannot be read at all."""
    lines, faults = read(data)
    return look_at(uow, jurisdiction_id, year, lines, Outcome(faults=faults))


def look_at(
    uow: UnitOfWork, jurisdiction_id: int, year: int, lines: Sequence[Line], found: Outcome
) -> Outcome:
    """Add to `found` what bringing these rows in would do; a row that is faulty already is left out."""
    wrong, seen = {one.row for one in found.faults}, set[str]()
    known = _Known.of(uow, jurisdiction_id, year)
    for line in lines:
        if line.number in wrong:
            continue
        missing = [one.title for one in COLUMNS if one.required and not line.get(one.title)]
        if missing:
            found.faults += [fault(line, title, f"“{title}”是必填的;请填写。") for title in missing]
            continue
        if line.get("项目编码") in seen:
            text = f"“{line.get('项目编码')}”在表里出现了两次;请删去一行。"
            found.faults.append(fault(line, "项目编码", text))
            continue
        seen.add(line.get("项目编码"))
        _row(known, line, found)
    if not lines:
        found.faults.append(Fault(PROJECTS, 3, "A 项目编码", "表里没有项目;请从第 3 行起填写。"))
    return found


def bring_in(uow: UnitOfWork, jurisdiction_id: int, year: int, found: Outcome) -> None:
    """Write what `look` found, in the same unit of work: a project that is known, by its code, is changed."""
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


def _row(known: _Known, line: Line, found: Outcome) -> None:
    faults: list[Fault] = []
    values = _values(known, line, faults)
    before = known.projects.get(line.get("项目编码"))
    if before is not None and known.opened:
        faults += _frozen(before, values, line)
    found.faults += faults
    if faults:
        return
    did = "same"
    if before is None:
        did = "added"
        found.new.append(values)
    elif any(before[name] != value for name, value in values.items()):
        did = "changed"
        found.changed.append(values)
    found.money += values["budget_amount"]
    found.rows.append(Brought(line.sheet, line.number, values["code"], values["name"], did))


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
        "budget_amount": _money(line, "预算金额", faults),
        "total_investment_amount": _money(line, "总投资", faults) if line.get("总投资") else None,
    }
    return values | {name: _flag(line, title, faults) for title, name in FLAGS.items()}


def _money(line: Line, title: str, faults: list[Fault]) -> Decimal:
    """Read 万元 and return yuan."""
    typed = line.get(title).replace(",", "").replace("，", "")
    try:
        wan = Decimal(typed)
    except InvalidOperation:
        wan = Decimal("NaN")
    if not wan.is_finite() or not 0 <= wan <= LARGEST_WAN or wan != wan.quantize(Decimal("0.01")):
        text = f"应为万元数,如 120.50,最多两位小数,不小于 0;填的是“{typed[:20]}”。"
        faults.append(fault(line, title, text))
        return Decimal(0)
    return (wan * YUAN).quantize(Decimal("0.01"))


def _flag(line: Line, title: str, faults: list[Fault]) -> bool:
    typed = line.get(title) or NO
    if typed not in (YES, NO):
        faults.append(fault(line, title, f"应为“{YES}”或“{NO}”,填的是“{typed[:20]}”。"))
    return typed == YES


def _frozen(before: Mapping[str, Any], values: Mapping[str, Any], line: Line) -> Sequence[Fault]:
    """Return what may not change any more once the year is open: whose project it is, and its track."""
    found = []
    if before["organisation_id"] != values["organisation_id"]:
        found.append(fault(line, "单位编码", "年度已开启,项目的单位不能改;请恢复原来的编码。"))
    if before["track"] != values["track"]:
        was = _TITLES[before["track"]]
        found.append(fault(line, "类型", f"年度已开启,项目的类型不能改;原来是“{was}”。"))
    return found
