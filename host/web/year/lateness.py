"""Late submissions of a year: what the assessment counts of each unit, the circulars, and each of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from engine.uow import UnitOfWork
from ledger.assessing import Standing, standings
from ledger.lateness import LATE, lines, stands
from ledger.model.assessment import Assessment
from ledger.model.circulars import Circular

MOST = 500
"""Lines that are read at once; one more is read to tell that there are more."""


@dataclass(frozen=True)
class Lateness:
    """What the reader sees of a year. rows: at most MOST + 1; points: of the assessment, by unit."""

    units: Sequence[Standing]
    circulars: Sequence[Circular]
    rows: Sequence[Any]
    points: Mapping[int, Any]


def lateness_of(
    uow: UnitOfWork, jurisdiction_id: int, year: int, unit: int | None, circular: int | None
) -> Lateness:
    """Read a budget year; unit, circular: only the lines of one unit, only those one circular lists."""
    of_year = [LATE.c.jurisdiction_id == jurisdiction_id, LATE.c.year == year]
    if unit is not None:
        of_year.append(LATE.c.organisation_id == unit)
    if circular is not None:
        of_year += [LATE.c.circular_id == circular, LATE.c.left_out.is_(None)]
    drafted = select(Circular).where(Circular.jurisdiction_id == jurisdiction_id, Circular.year == year)
    points = select(Assessment.organisation_id, Assessment.points).where(
        Assessment.jurisdiction_id == jurisdiction_id, Assessment.year == year, Assessment.points.is_not(None)
    )
    return Lateness(
        standings(uow.session, jurisdiction_id, year, uow.now()),
        uow.session.scalars(drafted.order_by(Circular.drafted_at.desc())).all(),
        lines(uow.session, *of_year, stands(uow.now()), most=MOST + 1),
        dict(iter(uow.session.execute(points))),
    )
