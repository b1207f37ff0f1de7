"""The yearly assessment (考核): opened in the month the policy names, decided by the performance section, told to the units."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import insert

from engine.events import Event
from engine.model.base import table_of
from engine.operations import Step
from engine.uow import UnitOfWork
from ledger.assessing import COUNTED
from ledger.model.assessment import Assessment
from ledger.operations.deciding import begin, tell

PROCESS: Final = "assessment"


def open_assessment(uow: UnitOfWork, step: Step) -> Mapping[str, Any]:
    """Let the performance section decide the year's assessment."""
    title = f"{step.parameters.year}年度预算绩效管理考核"
    return {"instance": str(begin(uow, step, PROCESS, title))}


def record_assessment(uow: UnitOfWork, step: Step) -> Mapping[str, Any]:
    """Write each unit's counts, points and remark as they were signed, and tell the units."""
    year = step.parameters.year
    rows = [
        {
            "jurisdiction_id": step.jurisdiction_id,
            "instance_id": step.instance_id,
            "organisation_id": int(line["no"]),
            "year": year,
            **{name: line[name] for name in (*COUNTED, "points", "remark")},
            "decided_at": step.now,
        }
        for line in step.values["lines"]
    ]
    if rows:
        uow.session.execute(insert(table_of(Assessment)), rows)
        text = f"{year}年度预算绩效管理考核已核定，请在“报表”的“迟报和通报”里查看。"
        tell(uow, step, dict.fromkeys((row["organisation_id"] for row in rows), text))
    uow.record(Event("assessment.decided", step.instance_id, data={"units": len(rows)}), by=step.actor)
    facts = {"units": len(rows)}
    uow.audit("assessment.decide", by=step.actor, subject=str(year), instance_id=step.instance_id, data=facts)
    return facts
