"""How to take a completion back lies in columns of its own, so that keeping it copies what is stored, packed as it is."""

from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

STATEMENTS = """
alter table app.process_instance
    add column undo_task_id uuid, add column undo_image text, add column undo_waits jsonb;
update app.process_instance
   set undo_task_id = (undo ->> 'task_id')::uuid, undo_image = undo ->> 'image', undo_waits = undo -> 'waits'
 where jsonb_typeof(undo) = 'object';
alter table app.process_instance drop column undo;
"""


def upgrade() -> None:
    """Run the statements above as they stand."""
    op.get_bind().connection.driver_connection.execute(STATEMENTS)
