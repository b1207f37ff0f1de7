"""Settle an incident: try again, the attempt counted in a transaction of its own before it begins; or move it elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import incidents, library, moving
from engine.access import Actor
from engine.bpmn.bundle import Bundle
from engine.errors import InvalidInput, NotFound
from engine.incidents import Trouble
from engine.model.instances import ProcessInstance
from engine.model.journal import Incident
from engine.model.timers import Timer
from engine.uow import UnitOfWork
from host.composition import Bihuan

PLACES = ("userTask", "serviceTask", "businessRuleTask", "callActivity", "endEvent")


def retry(bihuan: Bihuan, incident_id: int, reason: str, *, by: Actor) -> None:
    """Let a failed step or timer try again. Raises as `incidents.begin` and `incidents.resolve`."""
    with bihuan.unit_of_work() as uow:
        incidents.begin(uow, incident_id)
    with bihuan.unit_of_work() as uow:
        incidents.resolve(uow, incident_id, reason, by=by, counted=True)


def move(uow: UnitOfWork, incident_id: int, element_id: str, reason: str, *, by: Actor) -> None:
    """Take the token of a failed step or timer to another element of its scope, which closes the incident.

    Whoever may settle incidents may do it at every instance. Raises as `moving.move`; NotFound for an incident that is
    settled; InvalidInput for what could not be handed over (`incident.not_movable`).
    """
    token = func.coalesce(Incident.token_id, Timer.token_id).label("wait_id")
    asked = select(Incident.instance_id, token).outerjoin(Timer, Timer.id == Incident.timer_id)
    row = uow.session.execute(asked.where(Incident.id == incident_id, Incident.resolved_at.is_(None))).first()
    if row is None:
        raise NotFound(
            f"编号为 {incident_id} 的故障已处理或不存在;请刷新故障列表。", code="incident.not_found"
        )
    if row.wait_id is None:
        raise InvalidInput(
            "这是没有交到的消息,没有可以移动的步骤;请重试或跳过。", code="incident.not_movable"
        )
    moving.move(uow, row.instance_id, row.wait_id, element_id, reason, by=replace(by, system=True))


def places(session: Session, found: Sequence[Trouble]) -> Mapping[int, Sequence[tuple[str, str]]]:
    """Return by incident the elements its token may be moved to, as id and name: tasks, steps and ends of its scope."""
    instance = ProcessInstance
    asked = select(instance.id, instance.bundle_hash).where(
        instance.id.in_([one.instance_id for one in found])
    )
    hashes = {row.id: row.bundle_hash for row in session.execute(asked)}
    return {
        one.id: _places(library.binding(session, hashes[one.instance_id]).bundle, one.element_id)
        for one in found
        if one.kind != "handover"
    }


def _places(bundle: Bundle, element_id: str) -> list[tuple[str, str]]:
    for definition in (bundle.root, *bundle.parts.values()):
        if (stands := definition.elements.get(element_id)) is not None:
            return [
                (one.id, one.name or one.id)
                for one in definition.elements.values()
                if one.kind in PLACES and one.scope == stands.scope and one.id != element_id
            ]
    return []
