"""A rung that names somebody twice, as who has the task and by a role, tells him once."""

from alembic import op

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None

# As before (0065), but one message of a rung for a person, in his own name rather than in somebody's place.
TELL = """
create or replace function app.tell_people() returns trigger language plpgsql security definer set search_path = app, pg_temp as $$ begin
    with asked as (
        select fresh.*, task.instance_id, (fresh.created_at at time zone 'Asia/Shanghai')::date as today,
               case fresh.recipient when 'assignee' then task.organisation_id else fresh.organisation_id end as office,
               case fresh.recipient when 'assignee' then task.role else fresh.recipient end as role
          from fresh left join app.user_task task on task.id = fresh.task_id
    ), meant as (
        select jurisdiction_id, id, person_id from asked where person_id is not null
         union
        select asked.jurisdiction_id, asked.id, held.person_id
          from asked
          join app.role_assignment held on held.organisation_id = asked.office and held.role = asked.role
           and asked.today between held.valid_from and coalesce(held.valid_to, 'infinity')
          join app.person on person.id = held.person_id and coalesce(person.left_on, 'infinity') >= asked.today
         where asked.person_id is null and held.person_id is distinct from asked.sender_id
    ), in_place as (
        select distinct on (asked.id, one.substitute_id)
               asked.jurisdiction_id, asked.id, one.substitute_id as person_id, meant.person_id as for_id
          from meant
          join app.substitution absent on absent.person_id = meant.person_id and absent.ended_at is null
          join asked on asked.id = meant.id and asked.today between absent.valid_from and absent.valid_to
         cross join lateral app.stand_ins(meant.person_id, asked.today) one
         where asked.task_id is not null and asked.kind <> 'cc' and asked.role <> 'expert'
           and (one.roles = '[]' or one.roles @> jsonb_build_array(jsonb_build_array(asked.role, asked.office)))
           and exists (select from app.role_assignment held
                        where held.person_id = meant.person_id and held.role = asked.role and held.organisation_id = asked.office
                          and asked.today between held.valid_from and coalesce(held.valid_to, 'infinity'))
           and one.substitute_id is distinct from asked.sender_id
           and not exists (select from meant own where own.id = asked.id and own.person_id = one.substitute_id)
           and not exists (select from app.submission filed
                            where filed.instance_id = asked.instance_id and not filed.withdrawn
                              and coalesce(filed.hand_id, filed.actor_id) = one.substitute_id
                              and filed.actor_id <> meant.person_id)
         order by asked.id, one.substitute_id, meant.person_id
    ), written as (
        insert into app.message (jurisdiction_id, notification_id, person_id, for_id)
        select one.jurisdiction_id, one.id, one.person_id, one.for_id
          from (select distinct on (coalesce(asked.rung_id, -asked.id), told.person_id) told.*
                  from (select *, null::bigint as for_id from meant union all select * from in_place) told
                  join asked on asked.id = told.id
                 order by coalesce(asked.rung_id, -asked.id), told.person_id, told.for_id nulls first, told.id) one
         order by 2, 3
        returning jurisdiction_id, notification_id, person_id
    )
    insert into app.delivery (jurisdiction_id, notification_id, person_id, due_at)
    select written.jurisdiction_id, fresh.id, written.person_id,
           case fresh.kind when 'test' then fresh.created_at else app.told_at(
               fresh.created_at, contact.digest_hour, contact.quiet_from, contact.quiet_until) end
      from written
      join fresh on fresh.id = written.notification_id
      join app.contact on contact.person_id = written.person_id
       and contact.confirmed_at is not null and contact.bounced_at is null
      left join app.ladder_rung rung on rung.id = fresh.rung_id
     where (fresh.kind = any (contact.kinds) or fresh.kind = 'test') and coalesce(rung.channels @> '"mail"', true)
     order by 2, 3;
    if exists (select from app.robot where paused_at is null) then
        insert into app.delivery (jurisdiction_id, notification_id, robot_id, due_at)
        select fresh.jurisdiction_id, fresh.id, robot.id, fresh.created_at
          from fresh join app.robot on robot.organisation_id = fresh.organisation_id
           and robot.paused_at is null and fresh.kind = any (robot.kinds)
          left join app.ladder_rung rung on rung.id = fresh.rung_id
         where fresh.task_id is not null and coalesce(rung.channels @> '"group"', true)
         order by 2, 3;
    end if;
    return null;
end $$;
"""


def upgrade() -> None:
    """Run the statement above as it stands."""
    op.get_bind().connection.driver_connection.execute(TELL)
