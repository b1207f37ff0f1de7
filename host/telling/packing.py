"""Pack what is due into letters: one for each receiver, with everything that is due for him; what no longer matters is left out."""

from typing import Final

from sqlalchemy import text

from engine.calendar.local_time import local_date
from engine.uow import UnitOfWork
from ledger.messages import NAGS

BATCH: Final = 1_000

IS_DUE = text("select exists (select from app.delivery where status = 'planned' and due_at <= :now)")

PACK = text("""
with due as (
    select id, jurisdiction_id, notification_id, person_id, robot_id
      from app.delivery where status = 'planned' and due_at <= :now
     order by due_at, person_id, robot_id limit :batch for update skip locked
), judged as (
    select due.*, case
        when notice.kind = any(:nags) and task.status <> 'open' then 'task_' || task.status
        when task.assignee_id is not null and notice.kind = any(:nags) and due.person_id is not null and notice.person_id is null
             and (notice.recipient = 'assignee' or notice.recipient = task.role and notice.organisation_id = task.organisation_id)
             and (notice.kind = 'release' or (task.assignee_id in (due.person_id, message.for_id)) is not true) then 'task_claimed'
        when notice.kind = 'release' and task.assignee_id is not null then 'task_claimed'
        when notice.kind = 'seat' and due.person_id is not null
             and not app.seat_is_free(notice.task_id, notice.recipient, notice.organisation_id, due.person_id) then 'seat_taken'
        when message.for_id is not null and not exists (
            select from app.stand_ins(message.for_id, :today) one where one.substitute_id = due.person_id)
        then 'substitution_over'
        when due.robot_id is not null and robot.paused_at is not null then 'robot_paused'
        when due.robot_id is not null then null
        when coalesce(person.left_on, 'infinity') < :today then 'left'
        when contact.bounced_at is not null then 'bounced'
        when contact.confirmed_at is null then 'no_address'
        end as reason,
        case when notice.kind <> 'test' then app.told_at(:now, null, contact.quiet_from, contact.quiet_until) end as told_at
      from due
      join app.notification notice on notice.id = due.notification_id
      left join app.user_task task on task.id = notice.task_id
      left join app.message on message.notification_id = due.notification_id and message.person_id = due.person_id
      left join app.robot on robot.id = due.robot_id
      left join app.person on person.id = due.person_id
      left join app.contact on contact.person_id = due.person_id
), letters as (
    insert into app.letter (jurisdiction_id, person_id, robot_id, created_at, next_attempt_at)
    select jurisdiction_id, person_id, robot_id, :now, :now from judged
     where reason is null and coalesce(told_at <= :now, true)
     group by jurisdiction_id, person_id, robot_id
    returning id, jurisdiction_id, person_id, robot_id
)
update app.delivery
   set status = case when judged.reason is not null then 'skipped' when letters.id is not null then 'packed' else 'planned' end,
       due_at = case when judged.reason is null and letters.id is null then judged.told_at else delivery.due_at end,
       reason = judged.reason, letter_id = letters.id
  from judged left join letters
    on judged.reason is null and coalesce(judged.told_at <= :now, true) and letters.jurisdiction_id = judged.jurisdiction_id
   and coalesce(letters.person_id, -letters.robot_id) = coalesce(judged.person_id, -judged.robot_id)
 where delivery.id = judged.id
""")


def is_due(uow: UnitOfWork) -> bool:
    """Tell whether something is to be packed now."""
    return bool(uow.session.scalar(IS_DUE, {"now": uow.now()}))


def pack(uow: UnitOfWork) -> int:
    """Pack a batch in one statement; return how many deliveries were packed, skipped with the reason, or put off.

    What a worker comes to in somebody's quiet hours waits until they end.
    """
    now = uow.now()
    asked = {"now": now, "today": local_date(now), "batch": BATCH, "nags": list(NAGS)}
    return int(uow.session.execute(PACK, asked).rowcount)  # type: ignore[attr-defined]
