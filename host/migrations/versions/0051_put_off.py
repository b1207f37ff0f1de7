"""Table: tasks that somebody put off until a day, for himself alone."""

from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

TABLES = """
create table app.task_put_off (
    person_id bigint not null,
    task_id uuid not null,
    jurisdiction_id bigint default nullif(current_setting('app.jurisdiction', true), '')::bigint not null,
    instance_id uuid not null,
    until_on date not null,
    since timestamptz not null,
    due_at timestamptz,
    round bigint not null,
    constraint pk_task_put_off primary key (person_id, task_id),
    constraint fk_task_put_off_person_id foreign key(person_id) references app.person (id),
    constraint fk_task_put_off_task_id foreign key(task_id) references app.user_task (id)
);
create trigger of_parent before insert on app.task_put_off for each row
    when (new.jurisdiction_id is null) execute function app.of_instance();
call app.bind_rows('task_put_off', 'app.sees_instance(instance_id)');
"""


def upgrade() -> None:
    """Run the statements above as they stand."""
    op.get_bind().connection.driver_connection.execute(TABLES)
