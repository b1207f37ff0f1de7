"""What a report lists of a year is the exception: an index for each, of the exceptions alone."""

from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add an index of tasks that may be late, of rungs that were sent, and of submissions that a form warned of."""
    late = "ended_at > due_at or status = 'suspended'"
    op.execute(f"create index ix_user_task_late on app.user_task (campaign_id) where {late}")
    op.execute(
        "create index ix_ladder_rung_sent on app.ladder_rung (campaign_id, kind) where status = 'sent'"
    )
    op.execute("create index ix_submission_warned on app.submission (task_id) where warnings <> '[]'::jsonb")
