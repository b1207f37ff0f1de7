"""Incidents: an operator lists what stands still, lets it try again, or counts it as done."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session

from engine import advance
from engine.access import Actor
from engine.errors import InvalidInput, NotFound, WrongState
from engine.events import Event
from engine.handovers import HANDOVER, again
from engine.model.base import table_of
from engine.model.instances import ProcessInstance
from engine.model.journal import Incident
from engine.model.timers import Timer
from engine.uow import UnitOfWork

LONGEST_REASON = 1000


@dataclass(frozen=True, slots=True)
class Trouble:
    """An incident as an operator sees it."""

    id: int
    instance_id: UUID
    business_key: str
    title: str
    stage: str
    element_id: str
    kind: str
    code: str
    text: str
    attempts: int
    opened_at: datetime

    def as_json(self) -> dict[str, Any]:
        """Return it as values that `json_values` can write."""
        return asdict(self)


def waiting(
    session: Session,
    *,
    campaign_id: int | None = None,
    instance_id: UUID | None = None,
    code: str | None = None,
    after: int = 0,
    limit: int = 100,
) -> Sequence[Trouble]:
    """Return incidents that wait for an operator, oldest first. after: the id of the last one seen."""
    row = Incident
    found = _waiting().where(row.id > after).limit(limit)
    if campaign_id is not None:
        found = found.where(ProcessInstance.campaign_id == campaign_id)
    if instance_id is not None:
        found = found.where(row.instance_id == instance_id)
    if code is not None:
        found = found.where(row.code == code)
    return [_trouble(*each) for each in session.execute(found)]


def one(session: Session, incident_id: int) -> Trouble:
    """Return an incident that waits. Raises NotFound for one that is settled or was never there."""
    found = session.execute(_waiting().where(Incident.id == incident_id)).one_or_none()
    if found is None:
        raise NotFound(
            f"编号为 {incident_id} 的故障已处理或不存在;请刷新故障列表。", code="incident.not_found"
        )
    return _trouble(*found)


def _waiting() -> Select[Incident, str, str, str]:
    instance = ProcessInstance
    shown = select(Incident, instance.business_key, instance.title, instance.stage)
    joined = shown.join(instance, instance.id == Incident.instance_id)
    return joined.where(Incident.resolved_at.is_(None)).order_by(Incident.id)


def _trouble(row: Incident, business_key: str, title: str, stage: str) -> Trouble:
    return Trouble(
        id=row.id,
        instance_id=row.instance_id,
        business_key=business_key,
        title=title,
        stage=stage,
        element_id=row.element_id,
        kind=_kind(row),
        code=row.code,
        text=row.text,
        attempts=row.attempts,
        opened_at=row.opened_at,
    )


def _kind(one: Incident) -> str:
    if one.handover_id is not None:
        return "handover"
    return "step" if one.timer_id is None else "timer"


def begin(uow: UnitOfWork, incident_id: int) -> None:
    """Count an attempt before it runs, in a transaction of its own: one that kills its process is counted too."""
    tried = update(Incident).where(Incident.id == incident_id, Incident.resolved_at.is_(None))
    uow.session.execute(tried.values(attempts=Incident.attempts + 1))


def resolve(uow: UnitOfWork, incident_id: int, reason: str, *, by: Actor, counted: bool = False) -> None:
    """Try the failed step (timer, handover) again; if it fails again a new incident is opened, with all attempts so far.

    counted: whether `begin` has counted this attempt.
    Nothing is left to try in an instance that has ended; then the incident is only noted as resolved.

    Raises InvalidInput without a reason; NotFound; WrongState if the incident was resolved before or its instance is
    suspended.
    """
    incident = _open(uow, incident_id, reason)
    incident.resolved_at, incident.resolved_by, incident.resolution = uow.now(), by.name, reason.strip()
    uow.session.flush()
    row = uow.session.execute(_locked(incident)).mappings().one()
    if row["status"] == "suspended":
        advance.require_active(dict(row))
    elif incident.timer_id is not None:
        _plan_again(uow, incident.timer_id)
    elif incident.handover_id is not None:
        again(uow, HANDOVER.c.id == incident.handover_id)
    elif row["status"] == "active":
        _retry(uow, incident, incident.attempts - counted, by)
    _audit(uow, "incident.resolve", incident, reason, by)


def skip(
    uow: UnitOfWork, incident_id: int, reason: str, outputs: Mapping[str, Any] | None = None, *, by: Actor
) -> None:
    """Count the failed step as done, with these process variables, and run the instance on; drop what cannot be
    handed over.

    Raises InvalidInput without a reason, for a timer, or for a gateway (nobody knows which way to go); NotFound;
    WrongState if the incident was resolved before, or its instance is suspended or has ended.
    """
    incident = _open(uow, incident_id, reason)
    if incident.timer_id is not None:
        raise InvalidInput(
            "定时器故障不能跳过,只能重试;如需让流程往下走,请把令牌移到后面的环节。",
            code="incident.not_skippable",
        )
    incident.resolved_at, incident.resolved_by = uow.now(), by.name
    incident.resolution = f"跳过:{reason.strip()}"
    uow.session.flush()
    if incident.token_id is not None:
        _skip_step(uow, incident, incident.token_id, reason, outputs or {}, by)
    else:
        uow.session.execute(delete(HANDOVER).where(HANDOVER.c.id == incident.handover_id))
        facts = {"incident_id": incident_id, "reason": reason}
        skipped = Event("incident.skipped", incident.instance_id, element_id=incident.element_id, data=facts)
        uow.record(skipped, by=by)
    _audit(uow, "incident.skip", incident, reason, by, outputs=sorted(outputs or ()))


def _open(uow: UnitOfWork, incident_id: int, reason: str) -> Incident:
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise InvalidInput(f"处理故障请写明原因(1–{LONGEST_REASON} 字)。", code="incident.reason_missing")
    concerned = select(Incident.instance_id).where(Incident.id == incident_id).scalar_subquery()
    instance = table_of(ProcessInstance)  # first, as in every command: who moves it closes its incidents
    uow.session.execute(select(instance.c.id).where(instance.c.id == concerned).with_for_update()).all()
    incident = uow.session.get(Incident, incident_id, with_for_update=True, populate_existing=True)
    if incident is None:
        raise NotFound(f"找不到编号为 {incident_id} 的故障;请刷新故障列表。", code="incident.not_found")
    if incident.resolved_at is not None:
        raise WrongState(f"这个故障已由{incident.resolved_by}处理;请刷新故障列表。", code="incident.resolved")
    return incident


def _locked(incident: Incident) -> Any:
    table = table_of(ProcessInstance)
    return select(table).where(ProcessInstance.id == incident.instance_id).with_for_update()


def _retry(uow: UnitOfWork, incident: Incident, tried: int, by: Actor) -> None:
    with advance.opened(uow, _locked(incident), by, missing="故障所属的流程实例不存在。") as turn:
        if incident.token_id is not None:
            token = str(incident.token_id)
            turn.tried[token] = tried
            turn.waits["failed"].pop(token, None)
            turn.run.retry(incident.token_id)
        turn.record("incident.resolved", element_id=incident.element_id, incident_id=incident.id)


def _skip_step(
    uow: UnitOfWork, incident: Incident, token_id: UUID, reason: str, outputs: Mapping[str, Any], by: Actor
) -> None:
    with advance.opened(uow, _locked(incident), by, missing="故障所属的流程实例不存在。") as turn:
        turn.waits["failed"].pop(str(token_id), None)
        turn.run.skip(token_id, outputs)
        facts: dict[str, Any] = {"incident_id": incident.id, "reason": reason}
        turn.record("incident.skipped", element_id=incident.element_id, **facts)


def _plan_again(uow: UnitOfWork, timer_id: int) -> None:
    again = update(Timer).where(Timer.id == timer_id, Timer.status == "failed")
    uow.session.execute(again.values(status="planned", attempts=0, next_attempt_at=uow.now(), ended_at=None))


def _audit(uow: UnitOfWork, action: str, incident: Incident, reason: str, by: Actor, **facts: Any) -> None:
    data = {"reason": reason.strip(), "element_id": incident.element_id, "code": incident.code, **facts}
    uow.audit(action, by=by, subject=str(incident.id), instance_id=incident.instance_id, data=data)
