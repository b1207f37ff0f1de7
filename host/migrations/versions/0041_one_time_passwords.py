"""One-time passwords that end: until when each is good; those given before this version have three days left."""

from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the moment, for those who still wait with a one-time password too."""
    op.execute("alter table app.account add column password_until timestamptz")
    op.execute("update app.account set password_until = now() + interval '72 hours' where must_change")
