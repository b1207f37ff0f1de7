"""A later due day for one task (延期): asked for by whoever has it, decided in a flow of its own, within the policy."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, insert, select, update

from engine import advance, definitions, library
from engine.access import SYSTEM, Actor
from engine.calendar.local_time import local_date
from engine.errors import InvalidInput, NotAllowed, NotFound, WrongState
from engine.events import Event
from engine.instances import Order, cancel, start
from engine.model.base import table_of
from engine.model.campaigns import Campaign
from engine.model.instances import ProcessInstance
from engine.model.tasks import UserTask
from engine.parameters import Parameters
from engine.uow import UnitOfWork
from ledger.model.extensions import ExtensionRequest

PROCESS: Final = "extension"
LONGEST: Final = 1000
OVER: Final = "任务已经办结或撤下,延期申请随之结束"
ASKED = table_of(ExtensionRequest)
INSTANCE, TASK = table_of(ProcessInstance), table_of(UserTask)


@dataclass(frozen=True)
class Offer:
    """What may be asked for a task now: a day from first to last; until it is decided, the task stays due as it is."""

    due: date
    first: date
    last: date


def rules_of(chosen: Parameters) -> Mapping[str, Any] | None:
    """Return the policy's rules of extensions; None where nobody may ask for one."""
    rules: Mapping[str, Any] = chosen.policy.get(PROCESS, {})
    return rules if rules.get("decided_by") else None


def may_ask(chosen: Parameters, task: Any, by: Actor) -> bool:
    """Tell whether the policy lets the actor ask for a later day of a task; whether there is one says `offer`."""
    rules, holds = rules_of(chosen), by.may_act(task.role, task.organisation_id)
    mine = task.assignee_id is None or task.assignee_id == by.person_id
    return bool(
        rules and task.status == "open" and task.due_at and task.role in rules["roles"] and holds and mine
    )


def of_task(uow: UnitOfWork, task_id: UUID) -> Sequence[Any]:
    """Return the requests for a task, the newest first."""
    found = select(ASKED).where(ASKED.c.task_id == task_id)
    return uow.session.execute(found.order_by(ASKED.c.asked_at.desc(), ASKED.c.instance_id)).all()


def offer(uow: UnitOfWork, task: Any, *, by: Actor) -> Offer:
    """Return which days may be asked for. task: a row of `ledger.inbox.one`.

    Raises NotAllowed (`extension.not_offered`) or WrongState (`extension.waiting`, `.times`, `.overdue`, `.at_bound`).
    """
    chosen = library.parameter_set(uow.session, task.parameter_hash)
    if not may_ask(chosen, task, by):
        raise NotAllowed(
            "按今年的政策,这项任务不能由您申请延期;请按期办理,或与审核科室联系。",
            code="extension.not_offered",
        )
    rules, before, today = chosen.policy[PROCESS], of_task(uow, task.id), local_date(uow.now())
    if any(one.decided_at is None for one in before):
        raise WrongState("这项任务的延期申请还在审批;请等待答复。", code="extension.waiting")
    granted = [one for one in before if one.granted_on is not None]
    if len(granted) >= rules["times"]:
        raise WrongState(
            f"同一任务最多延期 {rules['times']} 次,已经延过;请按期办理。", code="extension.times"
        )
    due = local_date(task.due_at)
    if due < today and not rules["when_overdue"]:
        raise WrongState("已经过了截止日,不能再申请延期;请尽快办理。", code="extension.overdue")
    original = granted[-1].due_on if granted else due
    found = Offer(due, max(due, today) + timedelta(days=1), _bound(uow, chosen, rules, task, original))
    if found.first > found.last:
        raise WrongState(
            f"最晚只能延到 {found.last},没有可以申请的日子;请按期办理。", code="extension.at_bound"
        )
    return found


def _bound(uow: UnitOfWork, chosen: Parameters, rules: Mapping[str, Any], task: Any, original: date) -> date:
    """Return the last day: so many working days after the first due day, and not after the stage closes."""
    last = chosen.calendar.workdays_after(original, rules["max_workdays"])
    closing = select(Campaign.closes_at).join(TASK, TASK.c.campaign_id == Campaign.id)
    closes_at = uow.session.scalar(closing.where(TASK.c.id == task.id))
    if closes_at is None or local_date(closes_at) < original:
        return last
    return min(last, local_date(closes_at))


def ask(uow: UnitOfWork, task: Any, until: date, reason: str, *, by: Actor) -> UUID:
    """Ask for a later due day; return the instance of the flow that decides.

    task: a row of `ledger.inbox.one`. Raises as `offer`; InvalidInput without a reason (`extension.reason`) or for
    another day (`extension.day`); Conflict if somebody else asked at the same moment.
    """
    text = " ".join(reason.split())
    if not 0 < len(text) <= LONGEST:
        raise InvalidInput(f"请写明延期的原因(1–{LONGEST} 字)。", code="extension.reason")
    locked = select(INSTANCE).where(INSTANCE.c.id == task.instance_id).with_for_update()
    row = advance.look(uow, locked, by, missing="找不到这件事项;请刷新待办列表。").row
    found = offer(uow, task, by=by)
    if not found.first <= until <= found.last:
        raise InvalidInput(
            f"可以延到 {found.first} 至 {found.last} 之间的一天;请改选。", code="extension.day"
        )
    instance_id = start(uow, _order(uow, row, task), by=by)
    asked = {
        "instance_id": instance_id,
        "task_id": task.id,
        "asked_id": row["id"],
        "jurisdiction_id": row["jurisdiction_id"],
        "author_id": by.person_id,
        "author_name": by.name,
        "reason": text,
        "asked_at": uow.now(),
        "due_on": found.due,
        "wished_on": until,
        "last_on": found.last,
    }
    uow.session.execute(insert(ASKED).values(asked))
    facts = {"until": until.isoformat(), "reason": text}
    uow.record(
        Event("task.extension_asked", row["id"], row["campaign_id"], task.id, task.element_id, facts), by=by
    )
    uow.audit("extension.ask", by=by, subject=str(task.id), instance_id=row["id"], data=facts)
    return instance_id


def _order(uow: UnitOfWork, row: Mapping[str, Any], task: Any) -> Order:
    """Return the order for the flow; it belongs to no stage, so that no stage counts it."""
    chosen = library.parameter_set(uow.session, row["parameter_hash"])
    known = uow.session.scalar(select(func.count()).where(ASKED.c.task_id == task.id)) or 0
    process = chosen.slots.get(PROCESS, PROCESS)
    copied = (
        "parameter_hash",
        "jurisdiction_id",
        "organisation_id",
        "subject_kind",
        "subject_id",
        "subject_code",
    )
    return Order(
        **{name: row[name] for name in copied},
        business_key=f"{row['business_key']}/{PROCESS}/{task.id}.{known + 1}",
        title=f"{row['title']}:{task.name}",
        process_key=process,
        bundle_hash=definitions.bind(uow, process, chosen.slots),
        stage=PROCESS,
        parties=row["parties"],
        data={"subject_code": row["subject_code"]},
    )


def moot(uow: UnitOfWork, most: int) -> Sequence[UUID]:
    """Return flows that still decide about a task that is over, the oldest first."""
    over = TASK.c.status.not_in(("open", "suspended"))
    found = select(ASKED.c.instance_id).join(TASK, TASK.c.id == ASKED.c.task_id)
    found = found.where(ASKED.c.decided_at.is_(None), over).order_by(ASKED.c.asked_at, ASKED.c.instance_id)
    return uow.session.scalars(found.limit(most)).all()


def end(uow: UnitOfWork, instance_id: UUID) -> None:
    """End the flow of a request whose task is over: nobody has to answer any more. Leaves one alone that was answered."""
    with suppress(WrongState):  # it has ended already, by an answer or by an administrator
        cancel(uow, instance_id, OVER, by=SYSTEM)
    undecided = (ASKED.c.instance_id == instance_id, ASKED.c.decided_at.is_(None))
    ended = update(ASKED).where(*undecided).values(decided_at=uow.now(), opinion=OVER)
    asked = uow.session.execute(ended.returning(ASKED.c.asked_id, ASKED.c.task_id)).first()
    if asked is not None:
        uow.record(
            Event(
                "task.extension_decided",
                asked.asked_id,
                task_id=asked.task_id,
                data={"granted": False, "opinion": OVER},
            ),
            by=SYSTEM,
        )


def asked_in(uow: UnitOfWork, instance_id: UUID) -> Any:
    """Return the request that a flow decides, locked. Raises NotFound."""
    found = uow.session.execute(
        select(ASKED).where(ASKED.c.instance_id == instance_id).with_for_update()
    ).first()
    if found is None:
        raise NotFound("找不到这份延期申请;请刷新待办列表。", code="extension.not_found")
    return found
