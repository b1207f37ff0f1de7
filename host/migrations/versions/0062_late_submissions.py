"""Table: submissions that were missing when the policy's days were over."""

from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None

TABLES = """
create table app.late_submission (
    task_id uuid not null,
    instance_id uuid not null,
    jurisdiction_id bigint default nullif(current_setting('app.jurisdiction', true), '')::bigint not null,
    campaign_id bigint,
    year bigint not null,
    stage text not null,
    checkpoint bigint not null,
    organisation_id bigint not null,
    project_id bigint,
    subject_code text not null,
    name text not null,
    round bigint not null,
    due_on date not null,
    found_at timestamptz not null,
    constraint pk_late_submission primary key (task_id),
    constraint fk_late_submission_task_id foreign key(task_id) references app.user_task (id),
    constraint fk_late_submission_organisation_id foreign key(organisation_id) references app.organisation (id),
    constraint fk_late_submission_project_id foreign key(project_id) references app.project (id)
);
create index ix_late_submission_jurisdiction_id_year on app.late_submission (jurisdiction_id, year);
create index ix_late_submission_campaign_id on app.late_submission (campaign_id);
call app.bind_rows('late_submission', 'app.is_own(organisation_id) or app.sees_instance(instance_id)');
"""


def upgrade() -> None:
    """Run the statements above as they stand."""
    op.get_bind().connection.driver_connection.execute(TABLES)
