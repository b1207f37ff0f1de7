"""Imports of projects are kept beside those of the directory."""

from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Say of each import what it brings in; projects belong to a budget year."""
    op.execute("alter table app.directory_import add column kind text default 'directory' not null")
    op.execute("alter table app.directory_import add column year bigint")
