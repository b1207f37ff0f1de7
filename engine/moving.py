"""Take a token to another element of its scope: for operators, when an instance stands where it cannot go on."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine import advance
from engine.access import Actor
from engine.bpmn.run import Place
from engine.errors import InvalidInput, NotAllowed, NotFound
from engine.model.base import table_of
from engine.model.instances import ProcessInstance
from engine.plans import Plan, Then, looked_at, planned, tell
from engine.turn import Turn
from engine.uow import UnitOfWork

INSTANCE = table_of(ProcessInstance)
LONGEST_REASON = 1000


def plan(
    uow: UnitOfWork,
    instance_id: UUID,
    wait_id: UUID,
    element_id: str,
    *,
    by: Actor,
    operators: Collection[str] = (),
) -> Plan:
    """Return what `move` would do, without a lasting effect; automatic steps run and are undone. Raises as it does."""
    return looked_at(uow, lambda look: _act(uow, instance_id, wait_id, element_id, "", by, operators, look))


def move(
    uow: UnitOfWork,
    instance_id: UUID,
    wait_id: UUID,
    element_id: str,
    reason: str,
    *,
    by: Actor,
    operators: Collection[str] = (),
) -> None:
    """Take a token elsewhere in its process or subprocess; what follows that element is withdrawn, other branches stay.

    wait_id: of a user task, a failed step (`incident.token_id`) or a timer (`timer.token_id`). operators: roles at
    one of the instance's organisations that may do it. Raises NotFound; NotAllowed; WrongState unless active;
    Conflict if the token has gone on (`task.not_live`); InvalidInput without a reason, or for a place where no token
    can stand (`move.not_a_place`).
    """
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        raise InvalidInput(f"移动请写明原因(1–{LONGEST_REASON} 字)。", code="move.reason_missing")
    facts: dict[str, Any] = {"reason": reason.strip()}

    def keep(turn: Turn, done: Plan) -> None:
        tell(turn, done)
        facts.update(to=list(done.effects.target), cancelled=len(done.effects.cancelled))
        turn.record("token.moved", element_id=element_id, **facts)

    _act(uow, instance_id, wait_id, element_id, reason.strip(), by, operators, keep)
    uow.audit("instance.move", by=by, subject=str(wait_id), instance_id=instance_id, data=facts)


def _act(
    uow: UnitOfWork,
    instance_id: UUID,
    wait_id: UUID,
    element_id: str,
    reason: str,
    by: Actor,
    operators: Collection[str],
    then: Then,
) -> Turn:
    locked = select(INSTANCE).where(INSTANCE.c.id == instance_id).with_for_update()
    missing = f"找不到流程实例 {instance_id};请从列表重新打开。"
    with advance.opened(uow, locked, by, missing=missing) as turn:
        _require_operator(turn, by, operators)
        moved = next((one for one in turn.run.waits if one.id == wait_id), None)
        if moved is None:
            raise NotFound("要移动的这一步已不在等待中;请刷新后再看。", code="move.not_waiting")
        turn.cause = {"cause": "moved"}
        returned = turn.run.move(wait_id, *Place(moved.definition_key, element_id))
        turn.last = lambda: then(turn, planned(turn, returned, "move", reason))
    return turn


def _require_operator(turn: Turn, by: Actor, operators: Collection[str]) -> None:
    offices = {turn.row["organisation_id"], *turn.row["parties"].values()}
    if not (by.system or any(role in operators and office in offices for role, office in by.roles)):
        raise NotAllowed("只有本事项相关单位的运维人员可以移动流程;请联系管理员。", code="move.not_allowed")
