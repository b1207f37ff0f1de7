"""What could not be delivered is counted every few seconds: an index for each, of the dead alone."""

from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both."""
    op.execute("create index ix_letter_dead on app.letter (id) where status = 'dead'")
    op.execute("create index ix_webhook_delivery_dead on app.webhook_delivery (id) where status = 'dead'")
