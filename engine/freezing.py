"""Rows of suspended instances: what waits in them is taken out of every queue, and put back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, null, select, update

from engine.access import Actor
from engine.events import Event
from engine.model.handovers import Handover
from engine.model.instances import ProcessInstance
from engine.model.messages import HeldMessage
from engine.model.tasks import UserTask
from engine.model.timers import LadderRung, Timer
from engine.uow import UnitOfWork


def why(reason: str, now: datetime, by: Actor) -> dict[str, Any]:
    """Return what a suspended instance and its tasks remember."""
    return {"by": by.name, "by_id": by.person_id, "reason": reason, "at": now.isoformat()}


def freeze(uow: UnitOfWork, instance_ids: Sequence[UUID], suspension: Mapping[str, Any]) -> None:
    """Suspend active instances, locked before: their open tasks, planned timers and planned rungs."""
    instance, task = ProcessInstance, UserTask
    frozen = update(instance).where(instance.id.in_(instance_ids), instance.status == "active")
    values = {"status": "suspended", "suspension": dict(suspension)}
    uow.session.execute(frozen.values(**values, revision=instance.revision + 1))
    _rungs(uow, instance_ids, "planned", {"status": "suspended"})
    _timers(uow, instance_ids, "planned", {"status": "suspended"})
    tasks = update(task).where(task.instance_id.in_(instance_ids), task.status == "open")
    uow.session.execute(tasks.values(**values))


def thaw(uow: UnitOfWork, instance_ids: Sequence[UUID]) -> None:
    """Let suspended instances, locked before, go on with everything that waited in them."""
    instance, task = ProcessInstance, UserTask
    active = update(instance).where(instance.id.in_(instance_ids), instance.status == "suspended")
    uow.session.execute(active.values(status="active", suspension=null(), revision=instance.revision + 1))
    tasks = update(task).where(task.instance_id.in_(instance_ids), task.status == "suspended")
    uow.session.execute(tasks.values(status="open", suspension=null()))
    _timers(uow, instance_ids, "suspended", {"status": "planned"})
    _rungs(uow, instance_ids, "suspended", {"status": "planned"})


def drop_held(uow: UnitOfWork, instance_id: UUID) -> None:
    """Forget what came for a suspended instance that is cancelled; note each message: nobody gets it."""
    held = delete(HeldMessage).where(HeldMessage.instance_id == instance_id)
    for name, key in uow.session.execute(held.returning(HeldMessage.name, HeldMessage.key)):
        uow.record(Event("message.unclaimed", instance_id, data={"name": name, "key": key}))
    mine = (Handover.receiver_id == instance_id, Handover.status == "held")
    uow.session.execute(delete(Handover).where(*mine))


def _timers(uow: UnitOfWork, ids: Sequence[UUID], status: str, values: Mapping[str, Any]) -> None:
    mine: ColumnElement[bool] = Timer.instance_id.in_(ids)
    uow.session.execute(update(Timer).where(mine, Timer.status == status).values(**values))


def _rungs(uow: UnitOfWork, ids: Sequence[UUID], status: str, values: Mapping[str, Any]) -> None:
    tasks = select(UserTask.id).where(
        UserTask.instance_id.in_(ids), UserTask.status.in_(("open", "suspended"))
    )
    mine: ColumnElement[bool] = LadderRung.task_id.in_(tasks)
    uow.session.execute(update(LadderRung).where(mine, LadderRung.status == status).values(**values))
