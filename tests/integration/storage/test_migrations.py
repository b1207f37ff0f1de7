"""From an empty database to today's, once, and the same as the models say."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from procrastinate.schema import migrations_path
from sqlalchemy import Connection, MetaData
from sqlalchemy.sql.schema import SchemaItem

from engine.model.base import Base
from engine.storage.database import Database
from engine.storage.errors import StorageUnavailable
from host.composition import prove_migrated
from host.migrations.running import configuration, current, migrate, newest
from tests.integration.storage.catalog import schema
from tests.template import import_models

LAST_QUEUE_MIGRATION = "03.04.00_50_post_add_retry_failed_job_procedure.sql"


def _ours(item: SchemaItem, name: str | None, kind: str, reflected: bool, other: SchemaItem | None) -> bool:
    return not (kind == "table" and name == "alembic_version")


def _context(connection: Connection) -> MigrationContext:
    """Compare the schema `app` only; the search path would make it nameless."""
    connection.exec_driver_sql("set local search_path to public")
    options = {
        "include_schemas": True,
        "include_name": lambda name, kind, parents: kind != "schema" or name == "app",
        "include_object": _ours,
        "version_table_schema": "app",
        "compare_type": True,
        "compare_server_default": True,
        "target_metadata": Base.metadata,
    }
    return MigrationContext.configure(connection, opts=options)


def _missing_migration(database: Database, metadata: MetaData) -> str:
    """Return the body of the migration that would bring a migrated database to the models."""
    with database.owner_engine.connect() as connection, connection.begin():
        context = _context(connection)
        steps = produce_migrations(context, metadata).upgrade_ops
        assert steps is not None
        return str(render_python_code(steps, migration_context=context))


def _functions_of_indexes() -> str:
    """Return the functions that indexes are over: models name them, only a migration makes them."""
    searching = ScriptDirectory.from_config(configuration()).get_revision("0045")
    assert searching is not None
    return str(searching.module.FUNCTIONS)


def test_the_migrations_build_exactly_what_the_models_say(server: Database) -> None:
    """When this fails, its message lists the differences and the body of the migration to write."""
    import_models()
    migrated, modelled = server.create_database(), server.create_database()
    migrate(migrated)
    migrate(modelled, "0001")
    with modelled.owner_engine.begin() as connection:
        connection.exec_driver_sql(_functions_of_indexes())
        Base.metadata.create_all(connection)

    built, said = schema(migrated), schema(modelled)

    lines = [f"- {line}" for line in sorted(built - said)] + [f"+ {line}" for line in sorted(said - built)]
    assert not lines, "\n".join([*lines, _missing_migration(migrated, Base.metadata)])


def test_migrating_twice_at_once_and_again_changes_nothing(server: Database) -> None:
    fresh = server.create_database()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(migrate, server.sibling(fresh.name)) for _ in range(2)]:
            done.result()
    migrate(fresh)

    assert current(fresh) == newest()
    prove_migrated(fresh)
    fresh.close()


def test_a_database_that_is_not_migrated_is_refused_with_the_command(server: Database) -> None:
    fresh = server.create_database()

    with pytest.raises(StorageUnavailable, match="bihuan migrate"):
        prove_migrated(fresh)

    fresh.close()


def test_migrations_are_one_numbered_line() -> None:
    script = ScriptDirectory.from_config(configuration())

    numbers = [revision.revision for revision in script.walk_revisions()][::-1]

    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]
    for revision in script.walk_revisions():
        assert Path(revision.path).name.startswith(f"{revision.revision}_")


def test_the_library_of_the_queue_brings_no_migration_we_do_not_know() -> None:
    """A newer file here wants a numbered migration of ours that runs it where 0001 was run before."""
    assert max(path.name for path in Path(migrations_path).glob("*.sql")) == LAST_QUEUE_MIGRATION
