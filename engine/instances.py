"""Start and cancel process instances."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from engine import advance
from engine.access import Actor
from engine.changes import Changes
from engine.errors import Conflict
from engine.events import Event
from engine.freezing import drop_held, thaw
from engine.model.base import table_of
from engine.model.instances import ProcessInstance
from engine.uow import UnitOfWork


@dataclass(frozen=True)
class Order:
    """What to start: a bound process for one subject.

    business_key: unique, e.g. `<jurisdiction>/<year>/<stage>/<subject code>`.
    parties: organisation id by party (`subject`, `bureau`, …); data: first process variables.
    """

    business_key: str
    title: str
    process_key: str
    bundle_hash: str
    parameter_hash: str
    jurisdiction_id: int
    organisation_id: int
    stage: str
    subject_kind: str
    subject_id: int
    subject_code: str
    parties: Mapping[str, int]
    campaign_id: int | None = None
    round: int = 1
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Started:
    """An instance that was started; it may have run to its end at once."""

    id: UUID
    status: str


def start(uow: UnitOfWork, order: Order, *, by: Actor) -> UUID:
    """Start one instance and run it to its first wait; return its id.

    Raises Conflict if the business key exists.
    """
    return start_all(uow, [order], by=by)[0].id


def start_all(uow: UnitOfWork, orders: Sequence[Order], *, by: Actor) -> list[Started]:
    """Start several instances with one statement per table; return them in the order given.

    Raises Conflict if a business key exists; then none is started.
    """
    for place in {order.jurisdiction_id for order in orders}:
        uow.work_for(place, {order.organisation_id for order in orders if order.jurisdiction_id == place})
    changes = Changes()
    begun: list[Started] = []
    for order in orders:
        row = _row(order) | {"started_at": uow.now()}
        uow.record(Event("instance.started", row["id"], order.campaign_id), by=by)
        turn = advance.begun(uow, row, order.data, by, changes)
        begun.append(Started(turn.instance_id, turn.status()))
    try:
        changes.flush(uow.session, uow.now())
    except IntegrityError as error:
        if "business_key" not in str(error.orig):
            raise
        raise Conflict(
            "同一业务编号的事项已经启动过,不能再启动一次;请在列表里查找已有事项。",
            code="instance.duplicate",
            business_keys=[order.business_key for order in orders][:20],
        ) from error
    for key in sorted({order.process_key for order in orders}):
        ids = [one.id for one, order in zip(begun, orders, strict=True) if order.process_key == key]
        alone = ids[0] if len(ids) == 1 else None
        uow.audit("instance.start", by=by, subject=key, instance_id=alone, data={"instances": ids})
    return begun


def _row(order: Order) -> dict[str, Any]:
    return {
        "id": uuid4(),
        "jurisdiction_id": order.jurisdiction_id,
        "organisation_id": order.organisation_id,
        "business_key": order.business_key,
        "title": order.title,
        "definition_key": order.process_key,
        "bundle_hash": order.bundle_hash,
        "parameter_hash": order.parameter_hash,
        "campaign_id": order.campaign_id,
        "stage": order.stage,
        "round": order.round,
        "subject_kind": order.subject_kind,
        "subject_id": order.subject_id,
        "subject_code": order.subject_code,
        "parties": dict(order.parties),
    }


def cancel(uow: UnitOfWork, instance_id: UUID, reason: str, *, by: Actor) -> None:
    """Cancel an instance with everything that waits in it, also a suspended one. Raises NotFound, WrongState."""
    locked = select(table_of(ProcessInstance)).where(ProcessInstance.id == instance_id).with_for_update()
    row = uow.session.execute(locked).first()
    if row is not None and row.status == "suspended":
        thaw(uow, [instance_id])
        drop_held(uow, instance_id)
    with advance.opened(uow, locked, by, missing=f"找不到流程实例 {instance_id};请从列表重新打开。") as turn:
        turn.run.cancel()
        turn.cause = {"cause": "cancelled"}
        turn.record("instance.cancel_requested", reason=reason)
    uow.audit(
        "instance.cancel",
        by=by,
        subject=turn.row["business_key"],
        instance_id=instance_id,
        data={"reason": reason},
    )
