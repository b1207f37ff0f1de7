"""Kinds of letters: other due dates and answers to requests for more time go where returns go."""

from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both kinds to the wishes of everybody who wants to be told of returns."""
    op.execute(
        "update app.contact set kinds = kinds || array['redated', 'extension']"
        " where 'return' = any (kinds) and not 'redated' = any (kinds)"
    )
