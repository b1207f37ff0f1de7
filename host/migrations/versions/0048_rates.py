"""Rates: who has come how often, shared by all processes; the system's, and not worth a write to the disk."""

from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

TABLE = """
create unlogged table app.rate_spent (
    key text not null,
    until double precision not null,
    constraint pk_rate_spent primary key (key)
);
alter table app.rate_spent enable row level security;
create policy everywhere on app.rate_spent to bihuan_system using (true);
"""


def upgrade() -> None:
    """Run the statements above as they stand."""
    op.get_bind().connection.driver_connection.execute(TABLE)
