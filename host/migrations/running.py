"""Bring a database to the newest migration, from a checkout or an installed wheel alike."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from engine.storage.database import Database
from engine.storage.roles import ensure_app_role

HERE = Path(__file__).parent
VERSION_SCHEMA = "app"
LOCK = 0x62696875  # "bihu": one migration at a time on a database


def configuration() -> Config:
    """Return Alembic's configuration; no ini file."""
    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    return config


@cache
def newest() -> str:
    """Return the newest revision this program knows."""
    return ScriptDirectory.from_config(configuration()).get_current_head() or ""


def knows(revision: str | None) -> bool:
    """Tell whether this program can bring a database of this revision to the newest: None is an empty one."""
    scripts = ScriptDirectory.from_config(configuration())
    return revision is None or revision in {one.revision for one in scripts.walk_revisions()}


def current(database: Database) -> str | None:
    """Return the revision a database is at; None for an empty one."""
    with database.owner_engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table_schema": VERSION_SCHEMA})
        return context.get_current_revision()


def migrate(database: Database, revision: str = "head") -> None:
    """Run all missing migrations in one transaction, as the owner; a second caller waits and finds nothing to do.

    Raises StorageUnavailable when the role of the application is missing and may not be created.
    """
    config = configuration()
    with database.owner_engine.begin() as connection:
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": LOCK})
        ensure_app_role(connection)
        connection.execute(text(f"create schema if not exists {VERSION_SCHEMA}"))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
