"""A key against doing a thing twice may be that of an administrator, who belongs to no jurisdiction."""

from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let the column be empty."""
    op.execute("alter table app.api_request alter column jurisdiction_id drop not null")
