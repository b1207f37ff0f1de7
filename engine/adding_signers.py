"""Add and remove signers while a task is open: 加签 before or after, 减签."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_new

from engine import noting
from engine.access import Actor
from engine.deciding import ITEM, LIVE, give_turn, held, require_rule, require_running, settle
from engine.errors import Conflict, InvalidInput, NotAllowed, NotFound, WrongState
from engine.events import Event
from engine.parties import show_to
from engine.signers import MOST, Signer, require_signers, rows
from engine.standing import TASK, require_mine, require_role
from engine.uow import UnitOfWork
from engine.voting import ADDED, ADDED_RULE

Row = Mapping[str, Any]
NOT_COUNTED = ("removed", "void")


def add_signers(
    uow: UnitOfWork,
    task_id: UUID,
    signers: Sequence[Signer],
    where: Literal["before", "after"],
    reason: str,
    *,
    by: Actor,
    oversight: Collection[str] = (),
) -> None:
    """Let others sign too, before or after oneself (加签). On an ordinary task they give an opinion, on a
    counter-signed one they vote; there the place only matters if its signers act in order.

    oversight: roles at the task's organisation that may do it for others. Raises NotFound; NotAllowed unless the
    assignee, a signer who has not signed, or such a role; WrongState if it is too late; Conflict if somebody is a
    signer already; InvalidInput.
    """
    task = held(uow, task_id)
    require_running(uow, task)
    require_signers(signers, f"任务“{task['name']}”")
    if task["counter_sign"] is None:
        task = _shared(uow, task, by, oversight)
    placed = _rows(uow, task_id)
    ordinary, in_order = task["counter_sign"]["rule"] == ADDED, task["counter_sign"]["in_order"]
    if len(placed) + len(signers) > MOST:
        raise InvalidInput(f"一项任务最多 {MOST} 位签署人。", code="sign.too_many")
    anchor = _anchor(task, placed, by, oversight)
    if ordinary:
        _require_new(task, anchor, signers, where)
    position = placed[-1]["position"] + 1
    if in_order and not (ordinary and where == "after"):
        position = _make_room(uow, task_id, anchor, where, len(signers))
    kind = where if ordinary else "signer"
    made = rows(signers, task_id=task_id, kind=kind, position=position, in_order=in_order, by=by)
    added = insert_new(ITEM).on_conflict_do_nothing().returning(ITEM.c.id)
    known = {row["person_id"]: row["person_name"] for row in placed if row["person_id"] is not None}
    if not ordinary:  # who voted for his role has no second vote: a row in his name could never be signed
        known |= {row["voter_id"]: row["voter_name"] for row in placed if row["voter_id"] is not None}
    fresh = all(one.person_id not in known for one in signers)
    if not fresh or len(uow.session.execute(added, made).all()) < len(made):
        names = "、".join(known[one.person_id] or one.name for one in signers if one.person_id in known)
        raise Conflict(f"{names or '所选人员中有人'}已是签署人;请刷新后重选。", code="sign.already_signer")
    for office in sorted({one.organisation_id for one in signers if one.organisation_id is not None}):
        show_to(uow, task["instance_id"], [office])
    if in_order:
        give_turn(uow, task_id)
    _tell(uow, task, "task.signers_added", by, {"count": len(made), "where": where, "reason": reason})


def remove_signer(
    uow: UnitOfWork,
    task_id: UUID,
    item_id: int,
    reason: str,
    *,
    by: Actor,
    oversight: Collection[str] = (),
) -> bool | None:
    """Take back the request to one signer who has not signed (减签); this may decide the task at once.

    Returns as `countersigning.vote`. Raises NotFound; NotAllowed unless the actor added the signer or holds a role
    of `oversight`; WrongState if he has signed, or if he is the last signer.
    """
    task = held(uow, task_id)
    require_running(uow, task)
    require_rule(task)
    placed = _rows(uow, task_id)
    found = next((row for row in placed if row["id"] == item_id), None)
    if found is None:
        raise NotFound("找不到这位签署人,可能已被减签;请刷新。", code="sign.item_not_found")
    if found["kind"] == "main":
        raise WrongState("办理人不能减签;如需换人请转办。", code="sign.main")
    if not (_oversees(task, by, oversight) or (by.person_id and found["added_by_id"] == by.person_id)):
        raise NotAllowed("只能减签自己加签的人;其他签署人请联系管理员。", code="sign.not_yours")
    if found["state"] not in LIVE:
        raise WrongState("这位签署人已经签署,不能减签。", code="sign.already_signed")
    if len(placed) == 1:
        raise WrongState("最后一位签署人不能减签;请先加签别人。", code="sign.last_signer")
    uow.session.execute(update(ITEM).where(ITEM.c.id == item_id).values(state="removed"))
    if found["person_id"] not in (None, by.person_id):
        gone = f"不用再签署“{task['name']}”了" + (f":{reason}" if reason else "")
        noting.note(uow, "withdrawn", task, {found["person_id"]: gone}, by=by)
    _tell(uow, task, "task.signer_removed", by, {"item_id": item_id, "reason": reason})
    return settle(uow, task, by=by)


def _shared(uow: UnitOfWork, task: Row, by: Actor, oversight: Collection[str]) -> Row:
    """Turn an ordinary task into one that others sign too: its assignee gets the main row."""
    if not _oversees(task, by, oversight):
        require_mine(task, by)
    if task["assignee_id"] is None:
        raise WrongState(f"任务“{task['name']}”还没有人认领;请先认领再加签。", code="task.not_claimed")
    rule = dict(ADDED_RULE)
    uow.session.execute(update(TASK).where(TASK.c.id == task["id"]).values(counter_sign=rule))
    main = rows([Signer()], task_id=task["id"], kind="main", position=1, in_order=False)
    uow.session.execute(insert(ITEM), main)
    return {**task, "counter_sign": rule}


def _rows(uow: UnitOfWork, task_id: UUID) -> list[Row]:
    counted = select(ITEM).where(ITEM.c.task_id == task_id, ITEM.c.state.not_in(NOT_COUNTED))
    found = uow.session.execute(counted.order_by(ITEM.c.position, ITEM.c.id)).mappings()
    return [dict(row) for row in found]


def _oversees(task: Row, by: Actor, oversight: Collection[str]) -> bool:
    return by.system or any((role, task["organisation_id"]) in by.roles for role in oversight)


def _anchor(task: Row, placed: Sequence[Row], by: Actor, oversight: Collection[str]) -> Row:
    """Return the row that `before` and `after` are meant of: the actor's own, or the one whose turn it is."""
    if task["counter_sign"]["rule"] == ADDED:
        if by.hand_id is not None:
            require_role(by, task["role"], task["organisation_id"])
        if task["assignee_id"] != by.person_id and not _oversees(task, by, oversight):
            raise NotAllowed("只有办理人可以加签;请联系办理人。", code="sign.not_signer")
        return next(row for row in placed if row["kind"] == "main")
    waiting = [row for row in placed if row["state"] in LIVE]
    own = [
        row
        for row in waiting
        if (row["person_id"] is None and (row["role"], row["organisation_id"]) in by.roles)
        or (by.person_id is not None and row["person_id"] == by.person_id)
    ]
    if own:
        return own[0]
    if not _oversees(task, by, oversight):
        raise NotAllowed("只有还没签署的签署人可以加签。", code="sign.not_signer")
    return waiting[0]


def _require_new(task: Row, main: Row, signers: Sequence[Signer], where: str) -> None:
    if any(one.person_id == task["assignee_id"] for one in signers if one.person_id is not None):
        raise Conflict("办理人自己不用加签;请选别人。", code="sign.already_signer")
    if where == "before" and main["state"] not in LIVE:
        raise WrongState("表单已经提交,不能再前加签;请改为后加签。", code="sign.too_late")


def _make_room(uow: UnitOfWork, task_id: UUID, anchor: Row, where: str, number: int) -> int:
    """Move the rows behind the new ones back; return the first free position."""
    first: int = anchor["position"] + (where == "after")
    behind = update(ITEM).where(ITEM.c.task_id == task_id, ITEM.c.position >= first)
    uow.session.execute(behind.values(position=ITEM.c.position + number))
    return first


def _tell(uow: UnitOfWork, task: Row, what: str, by: Actor, facts: Mapping[str, Any]) -> None:
    event = Event(what, task["instance_id"], task["campaign_id"], task["id"], task["element_id"], facts)
    uow.record(event, by=by)
    action = "task.add_signers" if what == "task.signers_added" else "task.remove_signer"
    uow.audit(action, by=by, subject=str(task["id"]), instance_id=task["instance_id"], data=facts)
