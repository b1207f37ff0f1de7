"""Functions of an index are called, not looked into: with a search path of their own the server does not try to write
their bodies into the index at each row (a ninth of what a completion cost it)."""

from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None

FUNCTIONS = ("app.bigrams(text)", "app.text_of(jsonb)")


def upgrade() -> None:
    """Give the functions their search path; what they return stays as it is."""
    for name in FUNCTIONS:
        op.execute(f"alter function {name} set search_path = pg_catalog")
