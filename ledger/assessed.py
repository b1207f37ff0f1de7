"""The yearly assessment as its form begins: whom the policy names, and what is counted of each unit."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import library
from engine.model.instances import ProcessInstance
from engine.model.tasks import UserTask
from ledger.assessing import COUNTED, in_calendar_year
from ledger.place import Place


def assessed(session: Session, place: Place) -> dict[str, Any] | None:
    """Return whom a flow assesses and the counts on the day its task opened; None for any other flow."""
    flow = select(ProcessInstance.parameter_hash, UserTask.created_at)
    flow = flow.join(UserTask, UserTask.instance_id == ProcessInstance.id)
    mine = flow.where(ProcessInstance.id == place.instance_id, ProcessInstance.stage == "assessment")
    found = session.execute(mine.order_by(UserTask.created_at.desc())).first()
    if found is None:
        return None
    policy = library.parameter_set(session, found.parameter_hash).policy
    counted: datetime = found.created_at
    return {
        "targets": "、".join(policy.get("assessment", {}).get("targets") or ()),
        "lines": [
            {"no": one.unit_id, "unit": one.unit, **{name: getattr(one, name) for name in COUNTED}}
            for one in in_calendar_year(session, place.jurisdiction_id, place.year, counted)
        ],
    }
