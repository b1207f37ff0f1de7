"""What the people's congress decided stands with the budget that was approved after it."""

from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; budgets approved so far did not wait for it."""
    columns = ("congress_on date", "congress_meeting text", "congress_document text")
    op.execute(f"alter table app.budget_approval {', '.join(f'add column {one}' for one in columns)}")
