"""What the bureau decides about many units at once: a flow of its own for it, and telling the units."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import insert, select

from engine import definitions
from engine.access import SYSTEM
from engine.instances import Order, start
from engine.model.base import table_of
from engine.model.timers import Notification
from engine.operations import Step
from engine.uow import UnitOfWork
from ledger.lateness import UNIT

NOTICE: Final = "circular"
"""The kind of the message that tells units what was decided about them."""
TOLD: Final = ("unit_head", "preparer", "department")


def begin(uow: UnitOfWork, step: Step, process: str, title: str, part: str = "") -> UUID:
    """Start the flow in which the bureau decides; return its id. It belongs to no stage, so that no stage counts it.

    process: the slot of the diagram, and the stage of the flow; part: tells several of one step apart.
    """
    slots, bureau = step.parameters.slots, step.parties.get("bureau", step.organisation_id)
    key = slots.get(process, process)
    code = uow.session.scalar(select(UNIT.c.code).where(UNIT.c.id == bureau)) or ""
    order = Order(
        business_key=f"{step.business_key}/{process}{part}",
        title=title,
        process_key=key,
        bundle_hash=definitions.bind(uow, key, slots),
        parameter_hash=step.parameters.hash,
        jurisdiction_id=step.jurisdiction_id,
        organisation_id=bureau,
        stage=process,
        round=step.round,
        subject_kind="organisation",
        subject_id=bureau,
        subject_code=code,
        parties=dict(step.parties),
        data={"subject_code": code},
    )
    return start(uow, order, by=SYSTEM)


def tell(uow: UnitOfWork, step: Step, texts: Mapping[int, str]) -> None:
    """Tell units, by their numbers, and the departments above them."""
    told = []
    asked = select(UNIT.c.id, UNIT.c.name, UNIT.c.parent_id).where(UNIT.c.id.in_(texts))
    for unit in uow.session.execute(asked.order_by(UNIT.c.id)):
        told += [_notice(step, role, unit.id, texts[unit.id]) for role in TOLD]
        if unit.parent_id is not None:
            told.append(_notice(step, "department", unit.parent_id, f"{unit.name}：{texts[unit.id]}"))
    if told:
        uow.session.execute(insert(table_of(Notification)), told)


def _notice(step: Step, role: str, organisation_id: int, text: str) -> dict[str, Any]:
    return {
        "jurisdiction_id": step.jurisdiction_id,
        "kind": NOTICE,
        "recipient": role,
        "organisation_id": organisation_id,
        "person_id": None,
        "created_at": step.now,
        "text": text,
        "sender_id": step.actor.person_id,
        "sender_name": step.actor.name,
    }
