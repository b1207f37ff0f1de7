"""Table: parts of a form that somebody beside the holder of the task fills in and signs."""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

TABLES = """
create table app.task_part (
    jurisdiction_id bigint default nullif(current_setting('app.jurisdiction', true), '')::bigint not null,
    instance_id uuid not null,
    definition_key text not null,
    element_id text not null,
    part text not null,
    values jsonb not null,
    revision bigint not null,
    saved_by_id bigint,
    saved_by_name text not null,
    saved_at timestamptz not null,
    signed_by_id bigint,
    signed_by_name text,
    signed_at timestamptz,
    constraint pk_task_part primary key (instance_id, definition_key, element_id, part),
    constraint fk_task_part_instance_id foreign key(instance_id) references app.process_instance (id)
);

call app.bind_rows('task_part', 'app.sees_instance(instance_id)');
"""


def upgrade() -> None:
    """Run the statements above as they stand."""
    op.get_bind().connection.driver_connection.execute(TABLES)
