"""A seat that was given back: whether it is still free for somebody; whoever gets letters of tasks given back gets these."""

from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None

KINDS = """
update app.contact set kinds = kinds || array['seat']
 where 'release' = any (kinds) and not 'seat' = any (kinds)
"""

# Row-level security holds here as for whoever asks.
FREE = """
create function app.seat_is_free(task uuid, wanted text, office bigint, person bigint) returns boolean
language sql stable set search_path = app, pg_temp as $$
    select exists (select from app.sign_item item
                    where item.task_id = task and item.state in ('open', 'queued') and item.person_id is null
                      and item.role = wanted and item.organisation_id = office)
       and not exists (select from app.sign_item item
                        where item.task_id = task and item.state not in ('removed', 'void')
                          and coalesce(item.voter_id, item.person_id) = person)
$$
"""


def upgrade() -> None:
    """Add the question; widen the wishes."""
    op.execute(FREE)
    op.execute(KINDS)
