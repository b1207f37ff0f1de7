"""Full-text search in Chinese: bigrams under GIN indexes, and functions that look there within the scope (ADR 0032)."""

from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

# Letters of any script in pairs, the last of each run alone: what is asked for is cut the same way (`ledger.searching`).
FUNCTIONS = """
create function app.bigrams(said text) returns tsvector language sql immutable parallel safe strict as $$
    select coalesce(array_to_tsvector(array_agg(letter || trim(following))), ''::tsvector)
      from (select string_to_array(translate(lower(said),
                       E' \\t\\r\\n,.;:!?()"\\'\\u3000，。、；：！？（）“”‘’《》【】·', repeat(' ', 40)), null) as cut) whole,
           unnest(cut, cut[2:] || ' '::text) as pair(letter, following)
     where letter <> ' '
$$;
create function app.text_of(said jsonb) returns text language sql immutable parallel safe strict as $$
    select coalesce(string_agg(part #>> '{}', ' '), '')
      from jsonb_path_query(said, 'strict $.** ? (@.type() == "string")') as part
$$;
"""
INDEXES = """
create index ix_project_words on app.project using gin (app.bigrams(name || ' ' || code));
create index ix_submission_words on app.submission using gin (app.bigrams(app.text_of("values")));
create index ix_task_return_words on app.task_return using gin (app.bigrams(reason || ' ' || app.text_of(remarks)));
create index ix_task_comment_words on app.task_comment using gin (app.bigrams(text));
create index ix_process_instance_party on app.process_instance using gin (party_ids);
create index ix_campaign_subject_subject on app.campaign_subject (subject_id, subject_kind);
"""
# An index cannot serve a condition that row-level security must check first; so the owner looks, and asks for the scope itself.
SEEN = """(app.sees_all() or instance_id in (select id from app.process_instance
        where party_ids && nullif(current_setting('app.organisations', true), '')::bigint[]))"""
LOOK = """
create function app.found_{name}s(asked tsquery, most bigint) returns setof bigint
    language sql stable security definer set search_path = app, pg_temp as $$
    select id from app.{name}
     where jurisdiction_id = nullif(current_setting('app.jurisdiction', true), '')::bigint
       and app.bigrams({said}) @@ asked and {seen} limit most
$$;
"""
LOOKS = {
    "project": ("name || ' ' || code", "(app.sees_all() or app.is_own(organisation_id))"),
    "submission": ('app.text_of("values")', SEEN),
    "task_return": ("reason || ' ' || app.text_of(remarks)", SEEN),
    "task_comment": ("text", SEEN),
}


def upgrade() -> None:
    """Run the statements above as they stand."""
    driver = op.get_bind().connection.driver_connection
    driver.execute(FUNCTIONS)
    driver.execute(INDEXES)
    for name, (said, seen) in LOOKS.items():
        driver.execute(LOOK.format(name=name, said=said, seen=seen))
