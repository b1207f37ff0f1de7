"""Inboxes are searched by pairs of letters too: an index over titles and codes, and a function that looks there (ADR 0032)."""

from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None

INDEX = """
create index ix_process_instance_words on app.process_instance using gin (app.bigrams(title || ' ' || subject_code));
"""
# As in 0045: an index cannot serve what row-level security must check first, so the owner looks and asks for the scope itself.
LOOK = """
create function app.found_process_instances(asked tsquery, alike text, most bigint) returns setof uuid
    language sql stable security definer set search_path = app, pg_temp as $$
    with place as (
        select nullif(current_setting('app.jurisdiction', true), '')::bigint as jurisdiction_id,
               nullif(current_setting('app.organisations', true), '')::bigint[] as organisations
    ), said as (
        select id, jurisdiction_id, party_ids from app.process_instance
         where app.bigrams(title || ' ' || subject_code) @@ asked
        union all
        select one.id, one.jurisdiction_id, one.party_ids
          from app.organisation office join app.process_instance one on one.organisation_id = office.id
         where office.name ilike alike
    )
    select said.id from said, place
     where said.jurisdiction_id = place.jurisdiction_id and (app.sees_all() or said.party_ids && place.organisations)
     limit most
$$;
"""


def upgrade() -> None:
    """Run the statements above as they stand."""
    driver = op.get_bind().connection.driver_connection
    driver.execute(INDEX)
    driver.execute(LOOK)
