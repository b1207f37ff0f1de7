"""Tables: process instances: one row per running review, its state image beside it."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = """
create table app.process_instance (
    id uuid not null,
    jurisdiction_id bigint not null,
    organisation_id bigint not null,
    business_key text not null,
    title text not null,
    definition_key text not null,
    bundle_hash text not null,
    parameter_hash text not null,
    campaign_id bigint,
    stage text not null,
    round bigint default 1 not null,
    subject_kind text not null,
    subject_id bigint not null,
    subject_code text not null,
    parties jsonb not null,
    status text not null,
    image text not null,
    waits jsonb not null,
    undo jsonb,
    revision bigint not null,
    completed_tasks bigint not null,
    started_at timestamptz not null,
    ended_at timestamptz,
    constraint pk_process_instance primary key (id),
    constraint uq_process_instance_business_key unique (business_key),
    constraint fk_process_instance_bundle_hash foreign key(bundle_hash) references app.definition_bundle (hash),
    constraint fk_process_instance_parameter_hash foreign key(parameter_hash) references app.parameter_set (hash)
);
create index ix_process_instance_campaign_status on app.process_instance (campaign_id, status);
create index ix_process_instance_organisation_id on app.process_instance (organisation_id);
"""


def upgrade() -> None:
    """Run the statements above as they stand."""
    op.get_bind().connection.driver_connection.execute(TABLES)
