"""Table: requests for more time, and what became of them."""

from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

TABLES = """
create table app.extension_request (
    instance_id uuid not null,
    task_id uuid not null,
    asked_id uuid not null,
    jurisdiction_id bigint default nullif(current_setting('app.jurisdiction', true), '')::bigint not null,
    author_id bigint,
    author_name text not null,
    reason text not null,
    asked_at timestamptz not null,
    due_on date not null,
    wished_on date not null,
    last_on date not null,
    granted_on date,
    opinion text,
    decided_at timestamptz,
    decided_by text,
    constraint pk_extension_request primary key (instance_id),
    constraint fk_extension_request_instance_id foreign key(instance_id) references app.process_instance (id),
    constraint fk_extension_request_task_id foreign key(task_id) references app.user_task (id)
);
create index ix_extension_request_task_id on app.extension_request (task_id);
call app.bind_rows('extension_request', 'app.sees_instance(asked_id)');
"""


def upgrade() -> None:
    """Run the statements above as they stand."""
    op.get_bind().connection.driver_connection.execute(TABLES)
