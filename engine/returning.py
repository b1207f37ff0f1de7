"""Send a task back to a step that was done before (退回): look first, then do.

Everything behind that step in the diagram is withdrawn, other branches stay (`engine.bpmn.returning`). The step opens
again for the person who did it. A look does the same and undoes it, so it cannot differ from the act.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine import advance, earlier, tasks
from engine.access import Actor
from engine.bpmn.run import Place
from engine.earlier import Done, RolesOf
from engine.errors import Conflict, InvalidInput, NotAllowed
from engine.hands import in_two_names, two_names
from engine.model.base import table_of
from engine.model.returns import TaskReturn
from engine.plans import Plan, Then, looked_at, planned, tell
from engine.standing import MISSING, TASK, read, require_mine, require_open, require_undelegated
from engine.turn import Turn
from engine.uow import UnitOfWork
from engine.voting import ADDED

RETURN = table_of(TaskReturn)
LONGEST_TEXT = 1000
MOST_REMARKS = 200


def targets(uow: UnitOfWork, task_id: UUID, *, by: Actor, oversight: Collection[str] = ()) -> list[Done]:
    """Return the steps a task may be sent back to, the nearest first, each with who did it and when; changes nothing.

    Raises as `send_back`.
    """
    turn = advance.look(uow, tasks.chosen(task_id), by, missing=MISSING, first=_may_act(uow, by, oversight))
    return _steps(turn, task_id)


def plan(
    uow: UnitOfWork,
    task_id: UUID,
    place: Place,
    *,
    by: Actor,
    roles_of: RolesOf,
    oversight: Collection[str] = (),
) -> Plan:
    """Return what `send_back` would do, without a lasting effect. Raises as it does."""
    return looked_at(uow, lambda look: _act(uow, task_id, place, "", by, oversight, roles_of, look))


def send_back(
    uow: UnitOfWork,
    task_id: UUID,
    place: Place,
    reason: str,
    remarks: Sequence[tuple[str, str]] = (),
    *,
    by: Actor,
    roles_of: RolesOf,
    oversight: Collection[str] = (),
) -> None:
    """Withdraw what follows an earlier step and open that step again, for who did it if he still holds its role.

    place: one of `targets`. remarks: (field path, text) for the form of that step. oversight: roles at the task's
    organisation that may do it for others, also if nobody holds the task, it is delegated or counter-signed.
    Raises NotFound; NotAllowed unless the holder; WrongState unless open, or if it is delegated (`task.delegated`);
    InvalidInput without a reason, or if the place is no target (`return.not_a_target`).
    """
    _require_words(reason, remarks)
    facts: dict[str, Any] = {}

    def keep(turn: Turn, done: Plan) -> None:
        row = _row(turn, done, reason.strip(), remarks)
        turn.changes.add("returns", row)
        tell(turn, done)
        facts.update(_facts(row, done))
        turn.record("task.returned", task_id=task_id, element_id=row["from_element_id"], **facts)

    turn = _act(uow, task_id, place, reason.strip(), by, oversight, roles_of, keep)
    uow.audit("task.return", by=by, subject=str(task_id), instance_id=turn.instance_id, data=facts)


def returns(uow: UnitOfWork, task_id: UUID) -> list[Mapping[str, Any]]:
    """Return the returns that led to the step of a task, the last first: reason, remarks, round, by whom and from
    where. Raises NotFound."""
    task = read(uow, task_id)
    found = (
        select(RETURN)
        .where(RETURN.c.instance_id == task["instance_id"])
        .where(RETURN.c.to_definition_key == task["definition_key"])
        .where(RETURN.c.to_element_id == task["element_id"])
        .order_by(RETURN.c.id.desc())
    )
    return [dict(row) for row in uow.session.execute(found).mappings()]


def _act(
    uow: UnitOfWork,
    task_id: UUID,
    place: Place,
    reason: str,
    by: Actor,
    oversight: Collection[str],
    roles_of: RolesOf,
    then: Then,
) -> Turn:
    first = _may_act(uow, by, oversight)
    with advance.opened(uow, tasks.locked(task_id), by, missing=MISSING, first=first) as turn:
        step = next((one for one in _steps(turn, task_id) if one.place == place), None)
        if step is None:
            raise InvalidInput(
                f"不能退回到“{place.element_id}”:只能退回到流程里在前面、有人办结过、且流程图允许的环节;"
                "请从可退回的环节里选择。",
                code="return.not_a_target",
                element_id=place.element_id,
            )
        turn.cause = {"cause": "returned"}
        turn.offers = earlier.offers(step, roles_of)
        returned = turn.run.return_to(task_id, *place)
        turn.last = lambda: then(turn, planned(turn, returned, "return", reason))
    return turn


def _may_act(uow: UnitOfWork, by: Actor, oversight: Collection[str]) -> Callable[[Mapping[str, Any]], None]:
    def check(row: Mapping[str, Any]) -> None:
        task = tasks.task_in(row)
        require_open(uow, task)
        _require_may(task, by, oversight)
        if uow.session.scalar(select(in_two_names(by.doer_id, by.person_id)).where(TASK.c.id == task["id"])):
            raise two_names(by)

    return check


def _steps(turn: Turn, task_id: UUID) -> list[Done]:
    live = next((one for one in turn.run.user_tasks if one.id == task_id), None)
    if live is None:
        raise Conflict("流程已经离开这一步;请刷新待办列表。", code="task.not_live")
    return earlier.allowed(turn.run, live, earlier.done(turn.hands.uow, turn.instance_id))


def _require_may(task: Mapping[str, Any], by: Actor, oversight: Collection[str]) -> None:
    if by.system or any((role, task["organisation_id"]) in by.roles for role in oversight):
        return
    if task["counter_sign"] is not None and task["counter_sign"]["rule"] != ADDED:
        raise NotAllowed(
            f"任务“{task['name']}”由多人签署,签署人不能单独退回;请在自己的表单里写明意见,或联系主管岗位退回。",
            code="return.by_signer",
        )
    require_mine(task, by)
    require_undelegated(task)


def _require_words(reason: str, remarks: Sequence[tuple[str, str]]) -> None:
    if not 0 < len(reason.strip()) <= LONGEST_TEXT:
        raise InvalidInput(f"退回请写明原因(1–{LONGEST_TEXT} 字)。", code="task.reason_missing")
    fits = all(path.strip() and 0 < len(text.strip()) <= LONGEST_TEXT for path, text in remarks)
    if not fits or len(remarks) > MOST_REMARKS:
        raise InvalidInput(
            f"逐栏意见最多 {MOST_REMARKS} 条,每条写明栏目和 1–{LONGEST_TEXT} 字的意见;请更正后再退回。",
            code="return.remarks_invalid",
        )


def _row(turn: Turn, done: Plan, reason: str, remarks: Sequence[tuple[str, str]]) -> dict[str, Any]:
    left, effects, by = tasks.task_in(turn.row), done.effects, turn.hands.actor
    rounds = [one.round for one in effects.opened if one.place == effects.target]
    return {
        "jurisdiction_id": turn.row["jurisdiction_id"],
        "organisation_id": turn.row["organisation_id"],
        "instance_id": turn.instance_id,
        "task_id": left["id"],
        "from_definition_key": left["definition_key"],
        "from_element_id": left["element_id"],
        "from_name": left["name"],
        "to_definition_key": effects.target.definition_key,
        "to_element_id": effects.target.element_id,
        "to_name": effects.target_name,
        "round": max(rounds, default=0),
        "reason": reason,
        "remarks": [[path.strip(), text.strip()] for path, text in remarks],
        "returned_by_id": by.person_id,
        "returned_by_name": by.name,
        "returned_at": turn.hands.uow.now(),
    }


def _facts(row: Mapping[str, Any], done: Plan) -> dict[str, Any]:
    return {
        "from": [row["from_definition_key"], row["from_element_id"]],
        "to": [row["to_definition_key"], row["to_element_id"]],
        "round": row["round"],
        "reason": row["reason"],
        "remarks": len(row["remarks"]),
        "cancelled": len(done.effects.cancelled),
    }
