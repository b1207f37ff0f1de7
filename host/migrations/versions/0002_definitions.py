"""Tables: published definitions: immutable versions by content hash, and how they were bound together."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = """
create table app.definition_bundle (
    hash text not null,
    root_key text not null,
    root_hash text not null,
    parts jsonb not null,
    created_at timestamptz not null,
    constraint pk_definition_bundle primary key (hash)
);

create table app.parameter_set (
    hash text not null,
    jurisdiction text not null,
    year bigint not null,
    body jsonb not null,
    created_at timestamptz not null,
    constraint pk_parameter_set primary key (hash)
);

create table app.process_definition (
    id bigserial not null,
    kind text not null,
    key text not null,
    version bigint not null,
    name text not null,
    content_hash text not null,
    xml text not null,
    published_at timestamptz not null,
    published_by text not null,
    constraint pk_process_definition primary key (id),
    constraint uq_process_definition_kind_key_version unique (kind, key, version),
    constraint uq_process_definition_kind_key_content_hash unique (kind, key, content_hash)
);
create index ix_process_definition_content_hash on app.process_definition (content_hash);
"""


def upgrade() -> None:
    """Run the statements above as they stand."""
    op.get_bind().connection.driver_connection.execute(TABLES)
