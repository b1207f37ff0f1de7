"""Attachments of instances, and contents for sites that keep them in the database."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TABLES = """
create table app.attachment (
    id uuid not null,
    jurisdiction_id bigint not null,
    instance_id uuid not null,
    task_id uuid not null,
    definition_key text not null,
    element_id text not null,
    field text not null,
    name text not null,
    media_type text not null,
    size bigint not null,
    digest text not null,
    added_by_id bigint,
    added_by_name text not null,
    added_at timestamptz not null,
    withdrawn_at timestamptz,
    withdrawn_by_name text,
    purged_at timestamptz,
    constraint pk_attachment primary key (id),
    constraint fk_attachment_instance_id foreign key (instance_id) references app.process_instance (id)
);
create index ix_attachment_instance_id on app.attachment (instance_id);
create index ix_attachment_digest on app.attachment (digest);

create table app.blob (
    digest text not null,
    content bytea not null,
    constraint pk_blob primary key (digest)
);
alter table app.blob alter column content set storage external;
"""


def upgrade() -> None:
    """Run the statements above as they stand."""
    op.get_bind().connection.driver_connection.execute(TABLES)
