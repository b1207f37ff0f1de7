"""Row-level security: every row of a jurisdiction carries its number, and policies compare it with the scope (ADR 0014).

Later migrations call `app.bind_rows` for a table of theirs that holds a jurisdiction's rows.
"""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

# A row gets the scope's jurisdiction by default; without a scope (the system's), its parent's.
COLUMNS = """
create function app.of_instance() returns trigger language plpgsql as $$ begin
    new.jurisdiction_id := (select jurisdiction_id from app.process_instance where id = new.instance_id);
    return new;
end $$;
create function app.of_task() returns trigger language plpgsql as $$ begin
    new.jurisdiction_id := (select jurisdiction_id from app.user_task where id = new.task_id);
    return new;
end $$;
create function app.of_campaign() returns trigger language plpgsql as $$ begin
    new.jurisdiction_id := (select jurisdiction_id from app.campaign where id = new.campaign_id);
    return new;
end $$;
create function app.of_person() returns trigger language plpgsql as $$ begin
    new.jurisdiction_id := (select jurisdiction_id from app.person where id = new.person_id);
    return new;
end $$;
create function app.of_instance_or_campaign() returns trigger language plpgsql as $$ begin
    new.jurisdiction_id := coalesce(
        (select jurisdiction_id from app.process_instance where id = new.instance_id),
        (select jurisdiction_id from app.campaign where id = new.campaign_id));
    return new;
end $$;

do $$ declare child record; begin
    for child in select * from (values
        ('submission', 'instance', 'process_instance'),
        ('draft', 'instance', 'process_instance'),
        ('task_copy', 'instance', 'process_instance'),
        ('timer', 'instance', 'process_instance'),
        ('incident', 'instance', 'process_instance'),
        ('audit_entry', 'instance', 'process_instance'),
        ('event', 'instance', 'process_instance'),
        ('sign_item', 'task', 'user_task'),
        ('ladder_rung', 'task', 'user_task'),
        ('notification', 'task', 'user_task'),
        ('campaign_subject', 'campaign', 'campaign'),
        ('role_assignment', 'person', 'person')
    ) as listed(name, kind, parent) loop
        execute format('alter table app.%I add column jurisdiction_id bigint', child.name);
        execute format('update app.%I child set jurisdiction_id = parent.jurisdiction_id from app.%I parent '
            'where parent.id = child.%I', child.name, child.parent, child.kind || '_id');
        execute format('alter table app.%I alter column jurisdiction_id '
            'set default nullif(current_setting(''app.jurisdiction'', true), '''')::bigint', child.name);
        if child.name not in ('event', 'audit_entry') then
            execute format('alter table app.%I alter column jurisdiction_id set not null', child.name);
        end if;
        execute format('create trigger of_parent before insert on app.%I for each row '
            'when (new.jurisdiction_id is null) execute function app.%I()', child.name,
            'of_' || case child.name when 'event' then 'instance_or_campaign' else child.kind end);
    end loop;
end $$;
update app.event child set jurisdiction_id = parent.jurisdiction_id from app.campaign parent
 where child.jurisdiction_id is null and parent.id = child.campaign_id;

alter table app.process_instance add column party_ids bigint[] default '{}'::bigint[] not null;
update app.process_instance instance set party_ids = array(
    select instance.organisation_id
     union select organisation_id from app.user_task where instance_id = instance.id
     union select item.organisation_id from app.sign_item item join app.user_task task on task.id = item.task_id
            where task.instance_id = instance.id and item.organisation_id is not null
);
create index ix_user_task_office on app.user_task (organisation_id, due_at, id) where status = 'open';
create index ix_user_task_jurisdiction on app.user_task (jurisdiction_id, due_at, id) where status = 'open';
create index ix_process_instance_subject on app.process_instance (subject_id, subject_kind);
"""

# What a policy asks besides the jurisdiction. plpgsql: called for the rows that are left, never turned into a scan.
WALLS = """
create function app.sees_all() returns boolean language sql stable as $$
    select coalesce(current_setting('app.organisations', true), '') = ''
$$;
create function app.is_own(organisation bigint) returns boolean language sql stable as $$
    select organisation = any (nullif(current_setting('app.organisations', true), '')::bigint[])
$$;
create function app.is_party(parties bigint[]) returns boolean language sql stable as $$
    select parties && nullif(current_setting('app.organisations', true), '')::bigint[]
$$;
create function app.sees_instance(instance uuid) returns boolean language plpgsql stable as $$ begin
    return exists (select from app.process_instance where id = instance);
end $$;
create function app.sees_task(task uuid) returns boolean language plpgsql stable as $$ begin
    return exists (select from app.user_task where id = task);
end $$;
create function app.sees_project(project bigint) returns boolean language plpgsql stable as $$ begin
    return exists (select from app.process_instance where subject_kind = 'project' and subject_id = project);
end $$;

create procedure app.bind_rows(name text, wall text default null) language plpgsql as $$ begin
    execute format('alter table app.%I enable row level security', name);
    execute format('create policy jurisdiction on app.%I to bihuan_app '
        'using (jurisdiction_id = nullif(current_setting(''app.jurisdiction'', true), '''')::bigint)', name);
    execute format('create policy everywhere on app.%I to bihuan_system using (true)', name);
    if wall is not null then
        execute format('create policy organisation on app.%I as restrictive to bihuan_app '
            'using (app.sees_all() or %s)', name, wall);
    end if;
end $$;
"""

INSTANCE = "app.sees_instance(instance_id)"
OFFICE = f"app.is_own(organisation_id) or {INSTANCE}"
TASK = "app.sees_task(task_id)"
BOUND = {
    "process_instance": "app.is_own(organisation_id) or app.is_party(party_ids)",
    "user_task": OFFICE,
    "campaign_subject": OFFICE,
    "submission": INSTANCE,
    "draft": INSTANCE,
    "task_copy": INSTANCE,
    "timer": INSTANCE,
    "incident": INSTANCE,
    "message_subscription": INSTANCE,
    "event": INSTANCE,
    "audit_entry": INSTANCE,
    "sign_item": TASK,
    "ladder_rung": TASK,
    "notification": f"app.is_own(organisation_id) or {TASK}",
    "campaign": None,
    "organisation": None,
    "person": None,
    "role_assignment": None,
    "project": "app.is_own(organisation_id) or app.sees_project(id)",
    "sample_draw": "false",
    "evaluation": OFFICE,
    "evaluation_selection": OFFICE,
    "panel_opinion": OFFICE,
    "procurement": OFFICE,
    "monitoring_report": OFFICE,
    "disclosure": OFFICE,
    "rectification": OFFICE,
    "result_action": OFFICE,
    "self_evaluation": OFFICE,
    "self_evaluation_line": INSTANCE,
    "pre_evaluation": OFFICE,
    "target_filing": OFFICE,
    "target_indicator": INSTANCE,
    "budget_approval": OFFICE,
    "track_filing": OFFICE,
    "whole_department": OFFICE,
}

# The system's role may do what the application's may, in every jurisdiction; nothing more.
RIGHTS = """
grant usage on schema app, queue to bihuan_system;
grant select, insert, update, delete on all tables in schema app, queue to bihuan_system;
grant usage, select on all sequences in schema app, queue to bihuan_system;
grant update on sequence app.audit_seal_head to bihuan_system;
grant execute on all functions in schema app, queue to bihuan_system;
revoke insert, update, delete on app.alembic_version from bihuan_system;
revoke insert, update, delete on app.audit_entry from bihuan_system;
grant insert (at, actor_id, actor_name, action, instance_id, subject, data) on app.audit_entry to bihuan_system;
revoke update on app.audit_tail from bihuan_system;
revoke update, delete on app.audit_seal, app.audit_anchor from bihuan_system;
alter default privileges in schema app, queue grant select, insert, update, delete on tables to bihuan_system;
alter default privileges in schema app, queue grant usage, select on sequences to bihuan_system;
alter default privileges in schema app, queue grant execute on functions to bihuan_system;
"""


def upgrade() -> None:
    """Run the statements above as they stand, then bind each table."""
    driver = op.get_bind().connection.driver_connection
    driver.execute(COLUMNS)
    driver.execute(WALLS)
    for name, wall in BOUND.items():
        driver.execute("call app.bind_rows(%s, %s)", (name, wall))
    driver.execute(RIGHTS)
