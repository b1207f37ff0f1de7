"""What the government decided on an approved budget."""

from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the decision, the number of its minutes, the opinion and the moment."""
    op.execute(
        "alter table app.budget_approval add column consented boolean, add column consent_no text,"
        " add column consent_opinion text, add column consented_at timestamptz"
    )
