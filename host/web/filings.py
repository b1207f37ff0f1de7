"""What was filed before a task came to its holder: the papers he judges by."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from engine.model.base import table_of
from engine.model.tasks import SubmissionRow
from engine.standing import TASK
from engine.uow import UnitOfWork

FILED = table_of(SubmissionRow)


def filed_before(uow: UnitOfWork, task: Any) -> Sequence[Any]:
    """Return what others filed in the task's instance until it came, each step's last round, the newest first.

    task: a row with id, instance_id and created_at. What is filed beside it at the same time is not shown: experts
    judge without knowing of each other.
    """
    found = (
        select(FILED.c.task_id, FILED.c.actor_name, FILED.c.submitted_at)
        .add_columns(TASK.c.name, TASK.c.definition_key, TASK.c.element_id, TASK.c.round)
        .join_from(FILED, TASK, TASK.c.id == FILED.c.task_id)
        .where(FILED.c.instance_id == task.instance_id, ~FILED.c.withdrawn, FILED.c.task_id != task.id)
        .where(FILED.c.submitted_at <= task.created_at)
        .order_by(FILED.c.id)
    )
    rows = uow.session.execute(found).all()
    rounds = {
        (one.definition_key, one.element_id): one.round for one in sorted(rows, key=lambda one: one.round)
    }
    last = [one for one in rows if one.round == rounds[one.definition_key, one.element_id]]
    return sorted(last, key=lambda one: one.submitted_at, reverse=True)
