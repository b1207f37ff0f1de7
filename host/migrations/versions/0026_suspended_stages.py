"""A suspended stage: nothing is launched in it."""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add who suspended a stage, when and why."""
    op.execute("alter table app.campaign add column suspension jsonb")
