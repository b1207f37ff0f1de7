"""Indexes that find what is planned for one task or instance without walking through all that is planned."""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let the indexes by task and by instance name the status too."""
    op.execute("create index ix_ladder_rung_task_id_status on app.ladder_rung (task_id, status)")
    op.execute("drop index app.ix_ladder_rung_task_id")
    op.execute("create index ix_timer_instance_id_status on app.timer (instance_id, status)")
    op.execute("drop index app.ix_timer_instance_id")
