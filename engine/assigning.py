"""A task in other hands: delegate (委派, comes back) and transfer (转办, does not)."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, select, true, tuple_, update

from engine import noting
from engine.access import Actor
from engine.errors import BihuanError, Conflict, InvalidInput, NotAllowed, WrongState
from engine.events import Event
from engine.hands import held_by, owned_by
from engine.standing import TASK, read, require_mine, require_open, require_undelegated, require_unsigned
from engine.uow import UnitOfWork
from engine.voting import ADDED

Row = Mapping[str, Any]
LONGEST_REASON = 1000


def delegate(uow: UnitOfWork, task_id: UUID, to: Actor, *, by: Actor) -> None:
    """Let somebody else work on one's task; it comes back with `resolve_delegation`.

    to: with the roles he holds; he needs the task's. Raises NotFound; NotAllowed unless the task is the actor's own
    and `to` may act; WrongState unless open, or if it is delegated already; InvalidInput if `to` has it already.
    """
    values = {
        "assignee_id": to.person_id,
        "assignee_name": to.name,
        "owner_id": TASK.c.assignee_id,
        "owner_name": TASK.c.assignee_name,
        "delegated_at": uow.now(),
    }
    mine = and_(held_by(by), TASK.c.owner_id.is_(None))
    row = _handed(uow, task_id, and_(mine, TASK.c.assignee_id != to.person_id, _may_receive(to)), values)
    if row is None:
        raise _why_not(uow, task_id, to, by, ())
    noting.note(uow, "delegate", row, {to.person_id: "办完后会交回委派人"}, by=by)
    _tell(uow, row, "task.delegated", "task.delegate", by, {"from_id": by.person_id, "to_id": to.person_id})


def resolve_delegation(uow: UnitOfWork, task_id: UUID, note: str = "", *, by: Actor) -> None:
    """Give a delegated task back to its owner; the owner may call it back the same way.

    Raises NotFound; WrongState unless open and delegated; NotAllowed for anybody else.
    """
    values = {
        "assignee_id": TASK.c.owner_id,
        "assignee_name": TASK.c.owner_name,
        "owner_id": None,
        "owner_name": None,
        "delegated_at": None,
    }
    hands = and_(
        TASK.c.owner_id.is_not(None),
        or_(held_by(by), owned_by(by)),
    )
    row = _handed(uow, task_id, hands, values)
    if row is None:
        task = read(uow, task_id)
        require_open(uow, task)
        if task["owner_id"] is None:
            raise WrongState(f"任务“{task['name']}”没有委派给别人;无需交回。", code="task.not_delegated")
        raise NotAllowed(f"任务“{task['name']}”只能由受托人交回或委派人收回。", code="task.not_yours")
    called_back = row["previous_id"] != by.person_id
    if called_back:
        noting.note(uow, "delegate", row, {row["previous_id"]: "委派人已收回,不用再办"}, by=by)
    else:
        noting.note(uow, "delegate", row, {row["assignee_id"]: f"已交回给您。{note[:LONGEST_REASON]}"}, by=by)
    _tell(
        uow,
        row,
        "task.delegation_resolved",
        "task.resolve",
        by,
        {"from_id": row["previous_id"], "called_back": called_back, "note": note[:LONGEST_REASON]},
    )


def transfer(
    uow: UnitOfWork, task_id: UUID, to: Actor, reason: str, *, by: Actor, oversight: Collection[str] = ()
) -> None:
    """Hand a task to somebody else for good, and tell him and who had it; reminders go to whoever holds it.

    to: with the roles he holds; he needs the task's. oversight: roles at the task's organisation that may do it for
    others (unclaimed and delegated tasks too). Raises as `delegate`; InvalidInput if no reason is given.
    """
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise InvalidInput(f"转办请写明原因(1–{LONGEST_REASON} 字)。", code="task.reason_missing")
    values = {
        "assignee_id": to.person_id,
        "assignee_name": to.name,
        "claimed_at": uow.now(),
        "owner_id": None,
        "owner_name": None,
        "delegated_at": None,
    }
    mine = and_(held_by(by), TASK.c.owner_id.is_(None))
    other = TASK.c.assignee_id.is_distinct_from(to.person_id)
    row = _handed(uow, task_id, and_(or_(mine, _overseen(by, oversight)), other, _may_receive(to)), values)
    if row is None:
        raise _why_not(uow, task_id, to, by, oversight)
    gone = dict.fromkeys({row["previous_id"], row["previous_owner_id"]}, f"已转给{to.name}。{reason.strip()}")
    told = {**gone, to.person_id: reason.strip()}
    others = {who: text for who, text in told.items() if who not in (None, by.person_id)}
    noting.note(uow, "transfer", row, others, by=by)
    facts = {"from_id": row["previous_id"], "to_id": to.person_id, "reason": reason.strip()}
    _tell(uow, row, "task.transferred", "task.transfer", by, facts)


def _handed(
    uow: UnitOfWork, task_id: UUID, guard: ColumnElement[bool], values: Mapping[str, Any]
) -> Row | None:
    """Change an open task's hands in one guarded statement; return it with who had it before."""
    by_one = or_(TASK.c.counter_sign.is_(None), TASK.c.counter_sign["rule"].astext == ADDED)
    before = (
        select(TASK.c.id, TASK.c.assignee_id, TASK.c.owner_id)
        .where(TASK.c.id == task_id, TASK.c.status == "open", by_one, guard)
        .with_for_update(key_share=True)
        .cte("before")
    )
    changed = (
        update(TASK)
        .where(TASK.c.id == before.c.id)
        .values(**values)
        .returning(
            TASK.c.id,
            TASK.c.instance_id,
            TASK.c.campaign_id,
            TASK.c.element_id,
            TASK.c.role,
            TASK.c.organisation_id,
            TASK.c.assignee_id,
            before.c.assignee_id.label("previous_id"),
            before.c.owner_id.label("previous_owner_id"),
        )
    )
    row = uow.session.execute(changed).mappings().first()
    return None if row is None else dict(row)


def _may_receive(to: Actor) -> ColumnElement[bool]:
    if to.person_id is None:
        return false()
    return tuple_(TASK.c.role, TASK.c.organisation_id).in_(sorted(to.roles))


def _overseen(by: Actor, oversight: Collection[str]) -> ColumnElement[bool]:
    if by.system:
        return true()
    return TASK.c.organisation_id.in_(sorted(place for role, place in by.roles if role in oversight))


def _why_not(uow: UnitOfWork, task_id: UUID, to: Actor, by: Actor, oversight: Collection[str]) -> BihuanError:
    task = read(uow, task_id)
    require_open(uow, task)
    if task["assignee_id"] is None:
        require_unsigned(task)
    overseen = by.system or any((role, task["organisation_id"]) in by.roles for role in oversight)
    if not overseen:
        require_undelegated(task)
        require_mine(task, by)
    if to.person_id is None or (task["role"], task["organisation_id"]) not in to.roles:
        return NotAllowed(
            f"{to.name}没有本单位的“{task['role']}”岗位,不能接办这项任务;请改选有该岗位的人。",
            code="task.receiver_not_allowed",
            role=task["role"],
        )
    if task["assignee_id"] == to.person_id:
        return InvalidInput(f"任务“{task['name']}”已在{to.name}手里;请选别人。", code="task.same_person")
    return Conflict(f"任务“{task['name']}”刚才有变化;请刷新后再试。", code="task.changed_hands")


def _tell(uow: UnitOfWork, task: Row, what: str, action: str, by: Actor, facts: Mapping[str, Any]) -> None:
    event = Event(what, task["instance_id"], task["campaign_id"], task["id"], task["element_id"], facts)
    uow.record(event, by=by)
    uow.audit(action, by=by, subject=str(task["id"]), instance_id=task["instance_id"], data=facts)
