"""The ladder of a task: reminders before it is due, escalations after, each one a row."""

from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, literal, select, text, update
from sqlalchemy.orm import Session

from engine.access import SYSTEM
from engine.calendar.local_time import at_time, local_date
from engine.model.timers import LadderRung
from engine.parameters import Ladder
from engine.uow import UnitOfWork

WAYS = ["mail", "group"]
"""How people are told beside the pages, unless a ladder says less."""


def rungs(
    ladder: Ladder,
    *,
    task_id: UUID,
    campaign_id: int | None,
    due_at: datetime,
    now: datetime,
    offices: Callable[[str], int],
) -> list[dict[str, Any]]:
    """Return the rung rows of a new task; a rung whose moment has passed is skipped at once, with the reason.

    offices: the organisation at which a recipient's role is looked for.
    """
    due_on = local_date(due_at)
    offsets = [("reminder", -days) for days in ladder.before] + [
        ("escalation", days) for days in ladder.after
    ]
    rows = []
    for kind, offset in offsets:
        at = at_time(due_on + timedelta(days=offset), time.fromisoformat(ladder.at))
        passed = at < now
        rows.append(
            {
                "task_id": task_id,
                "campaign_id": campaign_id,
                "kind": kind,
                "offset_days": offset,
                "at": at,
                "recipients": [
                    {"role": role, "organisation_id": offices(role)}
                    for role in ladder.recipients.get(str(offset), ["assignee"])
                ],
                "channels": ladder.channels.get(str(offset), WAYS),
                "wording": ladder.wordings.get(str(offset)),
                "status": "skipped" if passed else "planned",
                "reason": "moment_passed" if passed else None,
                "ended_at": now if passed else None,
            }
        )
    return rows


def due(session: Session, now: datetime, limit: int) -> list[int]:
    """Return ids of rungs whose moment has come, oldest first."""
    rung = LadderRung
    waiting = select(rung.id).where(rung.status == "planned", rung.at <= now).order_by(rung.at, rung.id)
    return list(session.scalars(waiting.limit(limit)))


SEND = text("""
with taken as (
    select rung.id, rung.task_id, rung.at, rung.recipients from app.ladder_rung rung
     where rung.id = any(:ids) and rung.status = 'planned' and rung.at <= :now
       for update skip locked
), meant as (
    select taken.id, who.role, who.organisation_id
      from taken cross join jsonb_to_recordset(taken.recipients) as who(role text, organisation_id bigint)
     where not exists (select from app.ladder_rung later
                        where later.task_id = taken.task_id and later.status in ('planned', 'sent')
                          and later.at > taken.at and later.at <= :now
                          and later.recipients @> jsonb_build_array(
                              jsonb_build_object('role', who.role, 'organisation_id', who.organisation_id)))
), sent as (
    update app.ladder_rung rung
       set status = case when judged.reason is null then 'sent' else 'skipped' end,
           reason = judged.reason,
           ended_at = :now
      from (select taken.id, case when task.status <> 'open' then 'task_' || task.status
                                  when taken.id not in (select id from meant) then 'overtaken' end as reason
              from taken join app.user_task task on task.id = taken.task_id) judged, app.user_task task
     where rung.id = judged.id and task.id = rung.task_id
 returning rung.id, rung.kind, rung.recipients, rung.status, rung.offset_days, task.id as task_id,
           task.assignee_id, task.instance_id, task.campaign_id, task.element_id, rung.wording
), told as (
    insert into app.notification (rung_id, task_id, kind, recipient, organisation_id, person_id, created_at, text)
    select sent.id, sent.task_id, sent.kind, coalesce(signer.role, who.role),
           coalesce(signer.organisation_id, who.organisation_id),
           case when who.role = 'assignee' and signer.role is null
                then coalesce(signer.person_id, sent.assignee_id) end, :now, sent.wording
      from sent
      join meant who on who.id = sent.id
      left join app.sign_item signer
        on who.role = 'assignee' and signer.task_id = sent.task_id and signer.state = 'open'
     where sent.status = 'sent'
), journal as (
    insert into app.event (at, type, instance_id, campaign_id, task_id, element_id, actor_name, data)
    select :now, sent.kind || '.sent', sent.instance_id, sent.campaign_id, sent.task_id, sent.element_id, :actor,
           jsonb_build_object('offset_days', sent.offset_days, 'recipients', sent.recipients)
      from sent where sent.status = 'sent'
)
select count(*) filter (where status = 'sent') from sent
""")


def send(uow: UnitOfWork, rung_ids: Sequence[int]) -> int:
    """Turn due rungs into notifications in one statement; return how many were sent.

    Where several people sign, `assignee` means each signer whose turn it is.

    A rung of a task that is no longer open is skipped with the reason. Where several of a task are due because nobody has
    looked for a while, each role is told by the last that names it. Safe to repeat: a sent rung stays sent.
    """
    found = uow.session.scalar(SEND, {"ids": list(rung_ids), "now": uow.now(), "actor": "系统"})
    uow.audit("ladder.send", by=SYSTEM, data={"rungs": len(rung_ids), "sent": found})
    return int(found or 0)


def rearm(session: Session, task_id: UUID, now: datetime) -> None:
    """Plan again the rungs of a task that is open again, as far as their moment is still to come."""
    rung = LadderRung
    again = update(rung).where(rung.task_id == task_id, rung.status == "skipped", rung.at > now)
    session.execute(again.values(status="planned", reason=literal(None), ended_at=None))


def sent(session: Session, campaign_ids: Sequence[int]) -> dict[str, int]:
    """Return how many rungs of each kind were sent in these campaigns."""
    rung = LadderRung
    rows = select(rung.kind, func.count()).where(rung.campaign_id.in_(campaign_ids), rung.status == "sent")
    return dict(list(session.execute(rows.group_by(rung.kind))))
