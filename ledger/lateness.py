"""Late submissions as they stand: of tasks that still are late by the day they have now, whether they came in after all."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from engine.model.base import table_of
from engine.model.campaigns import CampaignSubject
from engine.model.tasks import UserTask
from ledger.local_day import local_day
from ledger.model.lateness import LateSubmission
from ledger.model.register import Organisation, Project

LATE, TASK = table_of(LateSubmission), table_of(UserTask)
MEMBER = table_of(CampaignSubject)
UNIT, PROJECT = table_of(Organisation), table_of(Project)


def stands(now: datetime) -> ColumnElement[bool]:
    """Not of a task that was taken away (waived, cancelled), but for who was missing when the stage closed; nor of one
    that got a day since that is not over."""
    never = exists().where(MEMBER.c.instance_id == LATE.c.instance_id, MEMBER.c.status == "missing")
    return and_(or_(TASK.c.status != "cancelled", never), TASK.c.due_at < func.coalesce(TASK.c.ended_at, now))


DUE_ON: Final = local_day(TASK.c.due_at)
DELIVERED_ON: Final = case((TASK.c.status == "completed", local_day(TASK.c.ended_at)))


def lines(session: Session, *where: ColumnElement[bool], most: int | None = None) -> Sequence[Any]:
    """Return late submissions, each with unit, project, the day it is due by and the day it came in, by unit and code."""
    found = (
        select(
            *(column for column in LATE.c if column.name != "due_on"),
            DUE_ON.label("due_on"),
            UNIT.c.name.label("unit"),
            PROJECT.c.name.label("project"),
            DELIVERED_ON.label("delivered_on"),
        )
        .join(TASK, TASK.c.id == LATE.c.task_id)
        .join(UNIT, UNIT.c.id == LATE.c.organisation_id)
        .outerjoin(PROJECT, PROJECT.c.id == LATE.c.project_id)
        .where(*where)
    )
    in_order = (LATE.c.line_no, UNIT.c.name, LATE.c.subject_code, TASK.c.due_at, LATE.c.task_id)
    return session.execute(found.order_by(*in_order).limit(most)).all()
