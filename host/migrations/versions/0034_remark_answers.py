"""Table: what is answered to the remarks a form came back with."""

from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

TABLES = """
create table app.remark_answer (
    return_id bigint not null,
    number bigint not null,
    jurisdiction_id bigint default nullif(current_setting('app.jurisdiction', true), '')::bigint not null,
    instance_id uuid not null,
    text text not null,
    done boolean not null,
    answered_by_id bigint,
    answered_by_name text not null,
    answered_at timestamptz not null,
    constraint pk_remark_answer primary key (return_id, number),
    constraint fk_remark_answer_return_id foreign key(return_id) references app.task_return (id)
);
create index ix_remark_answer_instance_id on app.remark_answer (instance_id);
create trigger of_parent before insert on app.remark_answer for each row
    when (new.jurisdiction_id is null) execute function app.of_instance();
call app.bind_rows('remark_answer', 'app.sees_instance(instance_id)');
"""


def upgrade() -> None:
    """Run the statements above as they stand."""
    op.get_bind().connection.driver_connection.execute(TABLES)
