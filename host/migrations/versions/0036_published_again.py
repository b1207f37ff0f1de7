"""A content may be published again as a later version: the way back to it."""

from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

SAME_CONTENT = """
alter table app.process_definition drop constraint uq_process_definition_kind_key_content_hash;
"""


def upgrade() -> None:
    """Run the statements above as they stand."""
    op.get_bind().connection.driver_connection.execute(SAME_CONTENT)
