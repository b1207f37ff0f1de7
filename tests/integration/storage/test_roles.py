"""The application is an ordinary role: it reads and writes rows and nothing else."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from engine.storage.database import Database
from engine.storage.errors import StorageUnavailable
from engine.storage.roles import APP, ensure_app_role
from host.migrations.running import migrate

ROLE = "select rolsuper, rolbypassrls, rolcreatedb, rolcreaterole from pg_roles where rolname = current_user"


@pytest.fixture
def foreign_login(server: Database) -> Database:
    """A server as `BIHUAN_DATABASE_URL` gives it: one login, an ordinary role that owns a database."""
    with server.owner_engine.begin() as connection:
        for role in ("guest_owner", "lonely_owner"):
            if (
                connection.scalar(text("select 1 from pg_roles where rolname = :role"), {"role": role})
                is None
            ):
                connection.exec_driver_sql(f"create role {role} nologin createrole")
    return server


def test_the_application_is_not_a_superuser(database: Database) -> None:
    with database.engine.connect() as connection:
        assert connection.scalar(text("select current_user")) == APP
        assert connection.execute(text(ROLE)).one() == (False, False, False, False)
        assert connection.scalar(text("select current_setting('search_path')")) == "app,queue"


@pytest.mark.parametrize(
    "statement",
    [
        "create table app.mine (id int)",
        "drop table app.event",
        "delete from app.alembic_version",
        "set role bihuan_owner",
    ],
)
def test_the_application_may_not_touch_the_schema(database: Database, statement: str) -> None:
    with database.engine.connect() as connection, pytest.raises(ProgrammingError):
        connection.exec_driver_sql(statement)


def test_a_login_without_rights_is_told_what_the_administrator_must_run(foreign_login: Database) -> None:
    with foreign_login.owner_engine.connect() as connection, connection.begin() as transaction:
        connection.exec_driver_sql("set local role lonely_owner")

        with pytest.raises(StorageUnavailable, match=f'grant {APP} to "lonely_owner"'):
            ensure_app_role(connection)
        transaction.rollback()


def test_an_application_role_that_bypasses_row_security_is_refused(server: Database) -> None:
    with server.owner_engine.connect() as connection, connection.begin() as transaction:
        connection.exec_driver_sql(f"alter role {APP} bypassrls")

        with pytest.raises(StorageUnavailable, match="nobypassrls"):
            ensure_app_role(connection)
        transaction.rollback()


def test_one_login_of_another_server_takes_on_the_role_of_the_application(server: Database) -> None:
    fresh = server.create_database()
    migrate(fresh)

    shared = Database(fresh.login.owner_url)
    with shared.engine.connect() as connection:
        assert connection.execute(text("select session_user, current_user")).one() == ("bihuan_owner", APP)
        assert connection.scalar(text("select count(*) from procrastinate_jobs")) == 0
    shared.close()
    fresh.close()
    server.drop_database(fresh.name)
