"""What the yearly assessment (考核) counts of each unit: late submissions, circulars, targets sent back, what is not rectified."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, distinct, func, select
from sqlalchemy.orm import Session

from engine.calendar.local_time import local_date, start_of_day
from engine.model.base import table_of
from ledger.lateness import DELIVERED_ON, DUE_ON, LATE, TASK, UNIT, stands
from ledger.model.circulars import Circular
from ledger.model.filings_result import Rectification
from ledger.model.filings_target import TargetFiling

CIRCULAR = table_of(Circular)
MOST = 500
COUNTED = ("late", "missing", "days", "circulars", "returned", "unrectified")


@dataclass(frozen=True)
class Standing:
    """A unit's counts. late: submissions; missing: of these not handed in by now; days: all of them were late together;
    circulars: that list it; returned: how often its targets were sent back; unrectified: notices."""

    unit_id: int
    unit: str
    late: int = 0
    missing: int = 0
    days: int = 0
    circulars: int = 0
    returned: int = 0
    unrectified: int = 0


def standings(session: Session, jurisdiction_id: int, year: int, now: datetime) -> Sequence[Standing]:
    """Return the units of which anything is counted in a budget year, by name."""
    counts = _counted(session, jurisdiction_id, year, LATE.c.year == year, now)
    names = select(UNIT.c.id, UNIT.c.name).where(UNIT.c.id.in_(counts)).order_by(UNIT.c.name, UNIT.c.id)
    return [Standing(unit, name, **counts[unit]) for unit, name in session.execute(names) if counts[unit]]


def in_calendar_year(session: Session, jurisdiction_id: int, year: int, now: datetime) -> Sequence[Standing]:
    """Return every department with what is counted since the first of January, by name, as many as a form holds."""
    first = start_of_day(date(year, 1, 1))
    counts = _counted(session, jurisdiction_id, year, LATE.c.found_at >= first, now)
    today = local_date(now)
    departments = select(UNIT.c.id, UNIT.c.name).where(
        UNIT.c.jurisdiction_id == jurisdiction_id,
        UNIT.c.kind == "department",
        func.coalesce(UNIT.c.valid_to, today) >= today,
    )
    rows = session.execute(departments.order_by(UNIT.c.name, UNIT.c.id).limit(MOST))
    return [Standing(unit, name, **counts.get(unit, {})) for unit, name in rows]


def _counted(
    session: Session, jurisdiction_id: int, year: int, when: ColumnElement[bool], now: datetime
) -> dict[int, dict[str, int]]:
    counts: dict[int, dict[str, int]] = {}
    for part in (_late(jurisdiction_id, when, now), *_filed(jurisdiction_id, year)):
        for row in session.execute(part).mappings():
            mine = counts.setdefault(row["organisation_id"], {})
            mine |= {name: int(row[name]) for name in COUNTED if row.get(name)}
    return counts


def _late(jurisdiction_id: int, when: ColumnElement[bool], now: datetime) -> Any:
    days: ColumnElement[int] = func.coalesce(DELIVERED_ON, local_date(now)) - DUE_ON
    listed = LATE.c.left_out.is_(None) & CIRCULAR.c.issued_at.is_not(None)
    return (
        select(
            LATE.c.organisation_id,
            func.count().label("late"),
            (func.count() - func.count(DELIVERED_ON)).label("missing"),
            func.sum(days).label("days"),
            func.count(distinct(CIRCULAR.c.id)).filter(listed).label("circulars"),
        )
        .join(TASK, TASK.c.id == LATE.c.task_id)
        .outerjoin(CIRCULAR, CIRCULAR.c.id == LATE.c.circular_id)
        .where(LATE.c.jurisdiction_id == jurisdiction_id, when, stands(now))
        .group_by(LATE.c.organisation_id)
    )


def _filed(jurisdiction_id: int, year: int) -> Sequence[Any]:
    target, notice = table_of(TargetFiling), table_of(Rectification)
    parts: Mapping[str, tuple[Any, Any]] = {
        "returned": (target, func.sum(target.c.returned_count)),
        "unrectified": (notice, func.count().filter(notice.c.status == "unrectified")),
    }
    return [
        select(table.c.organisation_id, number.label(name))
        .where(table.c.jurisdiction_id == jurisdiction_id, table.c.year == year)
        .group_by(table.c.organisation_id)
        for name, (table, number) in parts.items()
    ]
