"""One letter a day keeps quiet hours too: where its hour lies in them, it goes when they end."""

from alembic import op

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

WHEN = """
create or replace function app.told_at(at timestamptz, digest bigint, quiet_from bigint, quiet_until bigint)
returns timestamptz language sql immutable as $$
    select case
        when quiet_from <= hour and hour < quiet_until
          or quiet_from > quiet_until and (hour >= quiet_from or hour < quiet_until)
        then app.next_hour(moment at time zone 'Asia/Shanghai', quiet_until)
        else moment end
      from (select moment, extract(hour from moment at time zone 'Asia/Shanghai') as hour
              from (select case when digest is null then at
                                else app.next_hour(at at time zone 'Asia/Shanghai', digest) end as moment) chosen) clock
$$
"""


def upgrade() -> None:
    """Replace the function."""
    op.execute(WHEN)
