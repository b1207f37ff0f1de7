"""A project's budget may be adjusted: to what, by which document, and when the register was told."""

from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what a project has of it; null where nothing was adjusted."""
    op.execute(
        "alter table app.project add column adjusted_amount numeric(18, 2), add column adjusted_basis text,"
        " add column adjusted_at timestamptz, add constraint ck_project_adjusted_amount check (adjusted_amount >= 0)"
    )
