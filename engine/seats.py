"""The seat of a role among several signers: somebody of the role takes it for himself (认领签署), or gives it back."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select, tuple_, update
from sqlalchemy.exc import IntegrityError

from engine import noting, tasks
from engine.access import Actor
from engine.deciding import ITEM, LIVE, held, require_rule, require_running
from engine.errors import BihuanError, Conflict, NotAllowed
from engine.events import Event
from engine.standing import TASK
from engine.uow import UnitOfWork


def claim_seat(uow: UnitOfWork, task_id: UUID, *, by: Actor) -> None:
    """Take a free seat of one's role, so that nobody else of the role fills the form in vain; vote as before.

    Raises NotFound; WrongState unless open and signed by several; Conflict if the seats of the role are taken, or if
    he is a signer already; NotAllowed if no seat is for a role of his.
    """
    task = _running(uow, task_id)
    role = tuple_(ITEM.c.role, ITEM.c.organisation_id).in_(sorted(by.roles))
    taken = {"person_id": by.person_id, "person_name": by.name}
    free = _change(uow, task_id, role & ITEM.c.person_id.is_(None), taken)
    if by.person_id is None or not free:
        raise _why_not(uow, task, by)
    uow.session.execute(update(TASK).where(TASK.c.id == task_id).values(**tasks.opened(uow, by)))
    _tell(uow, task, "task.seat_claimed", "task.claim_seat", by)


def release_seat(uow: UnitOfWork, task_id: UUID, *, by: Actor) -> None:
    """Give a seat that one took back to the role, and tell its holders. Raises as `claim_seat`; NotAllowed unless one's own."""
    task = _running(uow, task_id)
    mine = (ITEM.c.person_id == by.person_id) & ITEM.c.role.is_not(None)
    freed = _change(uow, task_id, mine, {"person_id": None, "person_name": None})
    if by.person_id is None or freed is None:
        raise NotAllowed(f"“{task['name']}”没有您认领的签署席位;无需释放。", code="sign.seat_not_yours")
    noting.note(uow, "seat", {"id": task_id, **freed}, {None: None}, by=by)
    _tell(uow, task, "task.seat_released", "task.release_seat", by)


def _running(uow: UnitOfWork, task_id: UUID) -> Mapping[str, Any]:
    task = held(uow, task_id)
    require_running(uow, task)
    require_rule(task)
    return task


def _change(
    uow: UnitOfWork, task_id: UUID, which: ColumnElement[bool], values: Mapping[str, Any]
) -> Mapping[str, Any] | None:
    """Change the first seat like this; return whose role and organisation it is for, None if there is none."""
    seat = (
        select(ITEM.c.id)
        .where(ITEM.c.task_id == task_id, ITEM.c.state.in_(LIVE), which)
        .order_by(ITEM.c.position, ITEM.c.id)
        .limit(1)
        .scalar_subquery()
    )
    changed = update(ITEM).where(ITEM.c.id == seat).values(**values)
    try:
        with uow.savepoint():
            found = uow.session.execute(changed.returning(ITEM.c.role, ITEM.c.organisation_id)).mappings()
            return next(map(dict, found), None)
    except IntegrityError:
        raise Conflict("您已是签署人,不用再认领席位;请直接签署。", code="sign.already_signer") from None


def _why_not(uow: UnitOfWork, task: Mapping[str, Any], by: Actor) -> BihuanError:
    role = tuple_(ITEM.c.role, ITEM.c.organisation_id).in_(sorted(by.roles))
    taken = select(ITEM.c.person_name, ITEM.c.voter_name).where(ITEM.c.task_id == task["id"], role)
    names = [row.person_name or row.voter_name for row in uow.session.execute(taken)]
    if names:
        who = "、".join(dict.fromkeys(name for name in names if name))
        return Conflict(
            f"“{task['name']}”中您岗位的签署席位已由{who}认领或签署;请刷新待办列表。", code="sign.seat_taken"
        )
    return NotAllowed(f"“{task['name']}”没有您岗位的签署席位。", code="sign.not_signer")


def _tell(uow: UnitOfWork, task: Mapping[str, Any], what: str, action: str, by: Actor) -> None:
    uow.record(Event(what, task["instance_id"], task["campaign_id"], task["id"], task["element_id"]), by=by)
    uow.audit(action, by=by, subject=str(task["id"]), instance_id=task["instance_id"])
