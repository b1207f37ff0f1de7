"""A completion that could be taken back before the upgrade can be taken back after it."""

from uuid import UUID

from sqlalchemy import text

from engine.storage.database import Database
from host.migrations.running import migrate

PAPERS = """
insert into app.definition_bundle (hash, root_key, root_hash, parts, created_at) values ('b', 'p', 'r', '{}', now());
insert into app.parameter_set (hash, jurisdiction, year, body, created_at) values ('p', 'x', 2021, '{}', now());
"""
INSTANCE = """
insert into app.process_instance (id, jurisdiction_id, organisation_id, business_key, title, definition_key, bundle_hash,
    parameter_hash, stage, subject_kind, subject_id, subject_code, parties, status, image, waits, undo, revision,
    completed_tasks, started_at)
values (gen_random_uuid(), 1, 1, :key, '甲', 'p', 'b', 'p', 's', 'project', 1, '1', '{}', 'active', 'now', '{}',
    cast(:undo as jsonb), 1, 0, now())
"""
TASK = UUID(int=7)


def test_what_a_completion_kept_moves_into_its_own_columns(server: Database) -> None:
    fresh = server.create_database()
    migrate(fresh, "0038")
    kept = f'{{"task_id": "{TASK}", "image": "before", "waits": {{"tasks": {{}}}}}}'
    with fresh.owner_engine.begin() as connection:
        connection.exec_driver_sql(PAPERS)
        for key, undo in (("kept", kept), ("nothing", None), ("null", "null")):
            connection.execute(text(INSTANCE), {"key": key, "undo": undo})

    migrate(fresh)

    asked = "select business_key, undo_task_id, undo_image, undo_waits from app.process_instance order by 1"
    with fresh.owner_engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(asked))]
    assert found == [
        ("kept", TASK, "before", {"tasks": {}}),
        ("nothing", None, None, None),
        ("null", None, None, None),
    ]
    fresh.close()
