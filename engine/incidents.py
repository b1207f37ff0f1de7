"""Incidents: an operator lets a failed step or timer try again."""

from sqlalchemy import select, update

from engine import advance
from engine.access import Actor
from engine.errors import NotFound, WrongState
from engine.model.base import table_of
from engine.model.instances import ProcessInstance
from engine.model.journal import Incident
from engine.model.timers import Timer
from engine.uow import UnitOfWork


def resolve(uow: UnitOfWork, incident_id: int, reason: str, *, by: Actor) -> None:
    """Try the failed step (or timer) again; if it fails again a new incident is opened.

    Nothing is left to try in an instance that has ended; then the incident is only noted as resolved.

    Raises NotFound; WrongState if the incident was resolved before.
    """
    incident = uow.session.get(Incident, incident_id, with_for_update=True)
    if incident is None:
        raise NotFound(f"找不到编号为 {incident_id} 的故障;请刷新故障列表。", code="incident.not_found")
    if incident.resolved_at is not None:
        raise WrongState(f"这个故障已由{incident.resolved_by}处理;请刷新故障列表。", code="incident.resolved")
    incident.resolved_at, incident.resolved_by, incident.resolution = uow.now(), by.name, reason
    uow.session.flush()
    if incident.timer_id is not None:
        again = update(Timer).where(Timer.id == incident.timer_id, Timer.status == "failed")
        uow.session.execute(
            again.values(status="planned", attempts=0, next_attempt_at=uow.now(), ended_at=None)
        )
    elif (
        uow.session.scalar(select(ProcessInstance.status).where(ProcessInstance.id == incident.instance_id))
        == "active"
    ):
        _retry(uow, incident, by)
    uow.audit(
        "incident.resolve",
        by=by,
        subject=str(incident_id),
        instance_id=incident.instance_id,
        data={"reason": reason},
    )


def _retry(uow: UnitOfWork, incident: Incident, by: Actor) -> None:
    locked = (
        select(table_of(ProcessInstance)).where(ProcessInstance.id == incident.instance_id).with_for_update()
    )
    with advance.opened(uow, locked, by, missing="故障所属的流程实例不存在。") as turn:
        if incident.token_id is not None:
            turn.waits["failed"].pop(str(incident.token_id), None)
            turn.run.retry(incident.token_id)
        turn.record("incident.resolved", element_id=incident.element_id)
