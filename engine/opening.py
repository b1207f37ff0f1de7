"""Note who first looks into a task: from then on the step before it cannot be taken back (拿回)."""

from uuid import UUID

from sqlalchemy import and_, exists, or_, tuple_, update

from engine.access import Actor
from engine.events import Event
from engine.model.base import table_of
from engine.model.items import SignItem
from engine.standing import TASK, read
from engine.uow import UnitOfWork

ITEM = table_of(SignItem)


def open_task(uow: UnitOfWork, task_id: UUID, *, by: Actor) -> bool:
    """Note that somebody who may work on a task has looked into it; return whether he is the first.

    Nothing happens for others, a second time, or once the task is over. Raises NotFound.
    """
    group = tuple_(TASK.c.role, TASK.c.organisation_id).in_(sorted(by.roles))
    signer_group = tuple_(ITEM.c.role, ITEM.c.organisation_id).in_(sorted(by.roles))
    signer = or_(ITEM.c.person_id == by.person_id, and_(ITEM.c.person_id.is_(None), signer_group))
    concerned = or_(
        TASK.c.assignee_id == by.person_id,
        TASK.c.owner_id == by.person_id,
        and_(TASK.c.assignee_id.is_(None), TASK.c.counter_sign.is_(None), group),
        exists().where(ITEM.c.task_id == TASK.c.id, ITEM.c.state.in_(("open", "queued")), signer),
    )
    noted = (
        update(TASK)
        .where(TASK.c.id == task_id, TASK.c.status == "open", TASK.c.opened_at.is_(None), concerned)
        .values(opened_at=uow.now(), opened_by_id=by.person_id, opened_by_name=by.name)
        .returning(TASK.c.instance_id, TASK.c.campaign_id, TASK.c.element_id)
    )
    row = None if by.person_id is None else uow.session.execute(noted).first()
    if row is None:
        read(uow, task_id)
        return False
    uow.record(Event("task.opened", row.instance_id, row.campaign_id, task_id, row.element_id), by=by)
    uow.audit("task.open", by=by, subject=str(task_id), instance_id=row.instance_id)
    return True
