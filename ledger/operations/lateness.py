"""Lateness: what was not handed in by its day, noted by the timer on the task."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, literal, select
from sqlalchemy.dialects.postgresql import insert

from engine.events import Event
from engine.operations import Step
from engine.uow import UnitOfWork
from ledger.lateness import DUE_ON, LATE, TASK
from ledger.operations.writing import place

SHARED = ("instance_id", "campaign_id", "jurisdiction_id", "year", "organisation_id", "project_id")


def record_lateness(uow: UnitOfWork, step: Step, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Note that a task of this instance was not done by its day. arguments: task, the element.

    Nothing is noted twice, nor of a task that is done or was opened after its day. Returns {"late": bool}.
    """
    placed = place(step)
    known: dict[str, Any] = {
        **{name: placed[name] for name in SHARED},
        "stage": step.stage,
        "checkpoint": step.round,
        "subject_code": step.subject_code,
        "found_at": step.now,
    }
    found = select(
        TASK.c.id,
        TASK.c.name,
        TASK.c.round,
        DUE_ON,
        *(literal(value, LATE.c[name].type) for name, value in known.items()),
    ).where(
        TASK.c.instance_id == step.instance_id,
        TASK.c.definition_key == step.definition_key,
        TASK.c.element_id == bindparam("element"),
        TASK.c.status == "open",
        TASK.c.due_at < step.now,
        TASK.c.created_at <= TASK.c.due_at,
    )
    noted = insert(LATE).from_select(["task_id", "name", "round", "due_on", *known], found)
    written = noted.on_conflict_do_nothing().returning(LATE.c.task_id, LATE.c.due_on)
    rows = uow.session.execute(written, {"element": str(arguments["task"])}).all()
    for task_id, day in rows:
        facts = {"due_on": day.isoformat()}
        uow.record(
            Event("task.late", step.instance_id, step.campaign_id, task_id, str(arguments["task"]), facts)
        )
    return {"late": bool(rows)}
