"""Table: when somebody last looked for what is due."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TABLES = """
create table app.sweep (
    id bigint not null,
    at timestamptz not null,
    constraint pk_sweep primary key (id)
);
"""


def upgrade() -> None:
    """Run the statements above as they stand."""
    op.get_bind().connection.driver_connection.execute(TABLES)
