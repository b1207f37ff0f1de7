"""After a signature was given, added or removed: is the task decided, and whose turn is it now?"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from sqlalchemy import and_, case, func, or_, select, update

from engine import advance, library, tasks
from engine.access import Actor
from engine.bpmn import values as exact
from engine.errors import NotFound, WrongState
from engine.feel.compiling import compile_expression
from engine.model.base import table_of
from engine.model.instances import ProcessInstance
from engine.model.items import SignItem
from engine.standing import MISSING, TASK, require_open
from engine.steps import constants
from engine.uow import UnitOfWork
from engine.voting import decided

ITEM = table_of(SignItem)
INSTANCE = table_of(ProcessInstance)
LIVE = ("open", "queued")
SIGNED = ("yes", "no", "abstained")


def held(uow: UnitOfWork, task_id: UUID) -> Mapping[str, Any]:
    """Lock a task and its instance, read the task's row (the instance without its image).

    Both are locked: after a wait PostgreSQL reads again only what the statement locks.
    Raises NotFound; WrongState unless the instance is active.
    """
    locked = (
        select(TASK, INSTANCE.c.title, INSTANCE.c.status.label("instance_status"), INSTANCE.c.parameter_hash)
        .join(INSTANCE, INSTANCE.c.id == TASK.c.instance_id)
        .where(TASK.c.id == task_id)
        .with_for_update(of=[INSTANCE, TASK], key_share=True)
    )
    row = uow.session.execute(locked).mappings().first()
    if row is None:
        raise NotFound(MISSING, code="task.not_found")
    return cast(Mapping[str, Any], row)


def require_running(uow: UnitOfWork, task: Mapping[str, Any]) -> None:
    """Raise WrongState unless the task is open and its instance goes on."""
    require_open(uow, task)
    advance.require_active({**task, "status": task["instance_status"]})


def evaluated(uow: UnitOfWork, task: Mapping[str, Any], source: str, seen: Mapping[str, Any]) -> Any:
    """Evaluate an expression of the rule: it sees the year's constants and `seen`, not the instance's variables."""
    parameters = library.parameter_set(uow.session, task["parameter_hash"])
    view = {**constants(parameters, uow.now()), **seen}
    return compile_expression(source).evaluate(view, functions=parameters.functions, now=uow.now())


def counted(uow: UnitOfWork, task: Mapping[str, Any]) -> dict[str, Any]:
    """Count the signers of a task by state in the database, heads and weights; removed ones do not count."""
    groups: dict[str, Any] = {"open": ITEM.c.state.in_(LIVE)}
    groups |= {state: ITEM.c.state == state for state in SIGNED}
    columns = [func.count().filter(of).label(name) for name, of in groups.items()]
    columns += [
        func.coalesce(func.sum(ITEM.c.weight).filter(of), 0).label(f"{name}_weight")
        for name, of in groups.items()
    ]
    total = [func.count().label("total"), func.coalesce(func.sum(ITEM.c.weight), 0).label("total_weight")]
    rows = select(*total, *columns).where(
        ITEM.c.task_id == task["id"], ITEM.c.state.not_in(("removed", "void"))
    )
    share = task["counter_sign"]["share"]
    found = dict(uow.session.execute(rows).mappings().one())
    return found | {"share": None if share is None else Decimal(share)}


def settle(uow: UnitOfWork, task: Mapping[str, Any], *, by: Actor) -> bool | None:
    """Count, then finish the task if it is decided, else hand it to whose turn it is.

    Returns whether it passed; None while it is undecided. Expects the task `held`.
    """
    rule, counters = task["counter_sign"], counted(uow, task)
    passed = decided(rule, counters, lambda source, seen: evaluated(uow, task, source, seen))
    if passed is not None:
        _decide(uow, task, passed, counters, by)
    elif rule["in_order"]:
        give_turn(uow, task["id"])
    return passed


def give_turn(uow: UnitOfWork, task_id: UUID) -> None:
    """Open the first signer who has not signed, queue the ones behind."""
    waiting = (ITEM.c.task_id == task_id, ITEM.c.state.in_(LIVE))
    first = select(ITEM.c.id).where(*waiting).order_by(ITEM.c.position, ITEM.c.id).limit(1).scalar_subquery()
    wrong = or_(
        and_(ITEM.c.id == first, ITEM.c.state == "queued"), and_(ITEM.c.id != first, ITEM.c.state == "open")
    )
    turned = case((ITEM.c.id == first, "open"), else_="queued")
    uow.session.execute(update(ITEM).where(*waiting, wrong).values(state=turned))


def _decide(
    uow: UnitOfWork, task: Mapping[str, Any], passed: bool, counters: Mapping[str, Any], by: Actor
) -> None:
    """Open the instance and finish the task: outputs see `passed`, `counters`, `votes` and the deciding `form`."""
    of_task = ITEM.c.task_id == task["id"]
    if counters["open"]:
        uow.session.execute(update(ITEM).where(of_task, ITEM.c.state.in_(LIVE)).values(state="void"))
    signed = select(ITEM).where(of_task, ITEM.c.state.in_(SIGNED)).order_by(ITEM.c.voted_at, ITEM.c.id)
    rows = [dict(row) for row in uow.session.execute(signed).mappings()]
    forms = [row for row in rows if row["values"] is not None]
    chosen = next((row for row in forms if row["kind"] == "main"), forms[-1] if forms else None)
    seen = {"passed": passed, "counters": counters, "votes": [_vote(row) for row in rows]}
    locked = select(INSTANCE).where(INSTANCE.c.id == task["instance_id"]).with_for_update()
    with advance.opened(uow, locked, by, missing=MISSING) as turn:
        turn.record(
            "task.decided",
            task_id=task["id"],
            element_id=task["element_id"],
            passed=passed,
            counters={name: counters[name] for name in ("total", "yes", "no", "abstained", "open")},
        )
        tasks.finish(turn, task, exact.loads(chosen["values"]) if chosen else {}, seen)


def _vote(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "person": row["voter_id"],
        "name": row["voter_name"],
        "role": row["role"],
        "organisation": row["organisation_id"],
        "kind": row["kind"],
        "choice": row["state"],
        "weight": row["weight"],
        "opinion": row["opinion"],
        "values": exact.loads(row["values"]) if row["values"] else None,
    }


def require_rule(task: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the rule by which several people sign the task. Raises WrongState if it has none."""
    rule: Mapping[str, Any] | None = task["counter_sign"]
    if rule is None:
        raise WrongState(f"任务“{task['name']}”不是会签任务,也没有加签;请直接办结。", code="sign.none")
    return rule
