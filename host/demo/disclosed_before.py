"""What the year before of the demonstration disclosed: every department its targets and its results."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import insert, select

from engine.model.base import table_of
from engine.model.instances import ProcessInstance
from engine.uow import UnitOfWork
from ledger.model.filings_result import Disclosure

DISCLOSURE, INSTANCE = table_of(Disclosure), table_of(ProcessInstance)
DAYS = {"target": (3, 10, 0), "result": (9, 20, 1)}
"""Month and day on which a kind was approved, and how many years after the budget year began."""
Values = Mapping[str, Any]


def leave_disclosures(uow: UnitOfWork, jurisdiction_id: int, year: int) -> None:
    """Leave the packages of a year from those of the next: the same departments, approved."""
    rows = uow.session.execute(
        select(DISCLOSURE).where(
            DISCLOSURE.c.jurisdiction_id == jurisdiction_id,
            DISCLOSURE.c.year == year + 1,
            DISCLOSURE.c.kind == "target",
            DISCLOSURE.c.conclusion == "通过",
        )
    ).mappings()
    packages = [dict(row) for row in rows]
    ids = [one["instance_id"] for one in packages]
    cases = uow.session.execute(select(INSTANCE).where(INSTANCE.c.id.in_(ids))).mappings()
    ended = {row["id"]: dict(row) for row in cases if row["status"] == "completed"}
    for kind in DAYS:
        for one in packages:
            if one["instance_id"] in ended:
                _leave(uow, year, kind, one, ended[one["instance_id"]])


def _leave(uow: UnitOfWork, year: int, kind: str, package: Values, case: Values) -> None:
    month, day, later = DAYS[kind]
    at = datetime.combine(date(year + later, month, day), time(2), UTC)
    key = f"{case['business_key'].replace(str(year + 1), str(year))}/{kind}"
    made = _without(case, {"id", "campaign_id"}) | {"id": _id(case["id"], year, kind), "business_key": key}
    made |= {"started_at": at - timedelta(days=20), "ended_at": at}
    uow.session.execute(insert(INSTANCE), [made])
    said = _without(package, {"id", "campaign_id"}) | {"year": year, "kind": kind, "instance_id": made["id"]}
    said |= {
        "task_id": _id(package["task_id"], year, kind),
        "recorded_at": at - timedelta(days=5),
        "reviewed_at": at,
    }
    uow.session.execute(insert(DISCLOSURE), [said])


def _without(row: Values, names: set[str]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names and value is not None}


def _id(now: UUID, year: int, kind: str) -> UUID:
    return uuid5(now, f"{year} {kind}")
