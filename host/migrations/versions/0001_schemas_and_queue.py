"""Create the schemas, what the application's role may do in them, and the job queue."""

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

RIGHTS = """
grant usage on schema {schema} to bihuan_app;
alter default privileges in schema {schema} grant select, insert, update, delete on tables to bihuan_app;
alter default privileges in schema {schema} grant usage, select on sequences to bihuan_app;
alter default privileges in schema {schema} grant execute on functions to bihuan_app;
"""


def upgrade() -> None:
    """Make `app` (our tables) and `queue` (procrastinate's)."""
    op.execute("create schema if not exists app")
    op.execute("create schema queue")
    for schema in ("app", "queue"):
        op.execute(RIGHTS.format(schema=schema))
    op.execute("revoke all on app.alembic_version from bihuan_app")
    op.execute("grant select on app.alembic_version to bihuan_app")
    op.execute("set local search_path to queue")
    # not through SQLAlchemy: it would read the percent signs of the functions as placeholders
    op.get_bind().connection.driver_connection.execute(SchemaManager.get_schema())
    op.execute("set local search_path to app, queue")
