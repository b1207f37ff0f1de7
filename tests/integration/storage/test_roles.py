"""The application is an ordinary role: it reads and writes rows and nothing else."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from engine import instances, tasks
from engine.access import SYSTEM as ANYBODY
from engine.model.instances import ProcessInstance
from engine.scope import Scope
from engine.storage.database import Database
from engine.storage.errors import StorageUnavailable
from engine.storage.roles import APP, SYSTEM, ensure_app_role, prove_apart
from host.composition import Bihuan
from host.migrations.running import migrate
from host.settings import Settings
from tests.integration.engine.diagrams import REVIEW
from tests.integration.engine.stage import PREPARER, open_task, started

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


@pytest.mark.parametrize(
    "statement",
    [
        "set role bihuan_system",
        "set local role bihuan_system",
        "select set_config('role', 'bihuan_system', true)",
        "set session authorization bihuan_system",
        "set role bihuan_owner",
        "set session authorization bihuan_owner",
        "grant bihuan_system to bihuan_app",
        "alter role bihuan_app superuser",
    ],
)
@pytest.mark.parametrize("scope", [Scope(1), Scope(1, frozenset({11}))], ids=["jurisdiction", "office"])
def test_whoever_can_run_sql_for_a_person_cannot_become_the_system(
    bihuan: Bihuan, scope: Scope, statement: str
) -> None:
    with pytest.raises(ProgrammingError, match="InsufficientPrivilege"), bihuan.unit_of_work(scope) as uow:
        uow.connection().exec_driver_sql(statement)


@pytest.mark.parametrize("way_out", ["reset role", "set role none", "reset session authorization"])
def test_a_session_for_a_person_has_nothing_behind_its_role(bihuan: Bihuan, way_out: str) -> None:
    with bihuan.unit_of_work() as uow:
        abroad = started(uow, REVIEW, jurisdiction_id=2)
    with bihuan.unit_of_work(Scope(1)) as uow:
        uow.connection().exec_driver_sql(way_out)
        found = text(
            "select session_user, current_user, (select count(*) from app.process_instance where id = :id)"
        )

        assert uow.session.execute(found, {"id": abroad}).one() == (APP, APP, 0)


def test_the_system_logs_in_by_itself_and_goes_on_as_the_application(bihuan: Bihuan) -> None:
    who = text("select session_user, current_user")
    with bihuan.unit_of_work() as uow:
        ours = started(uow, REVIEW)
    with bihuan.unit_of_work() as uow:
        abroad = started(uow, REVIEW, jurisdiction_id=2)
    with bihuan.unit_of_work() as uow:
        assert uow.session.execute(who).one() == (SYSTEM, SYSTEM)

        tasks.claim(uow, open_task(uow, ours).id, by=PREPARER)
        instances.cancel(uow, ours, "重复", by=ANYBODY)

        assert uow.session.execute(who).one() == (SYSTEM, APP)
        seen = select(ProcessInstance.id).where(ProcessInstance.id.in_([ours, abroad]))
        assert uow.session.scalars(seen).all() == [ours]


def test_another_server_has_three_logins(database: Database) -> None:
    login = database.login
    urls = {"": login.owner_url, "APP_": login.app_url, "SYSTEM_": login.system_url}
    addresses = {
        f"BIHUAN_DATABASE_{name}URL": url.render_as_string(hide_password=False)
        for name, url in urls.items()
        if url is not None
    }
    who = text("select session_user, current_user")

    with Bihuan(Settings.read(addresses)) as bihuan:
        with bihuan.unit_of_work(Scope(1)) as uow:
            assert uow.session.execute(who).one() == (APP, APP)
        with bihuan.unit_of_work() as uow:
            assert uow.session.execute(who).one() == (SYSTEM, SYSTEM)

    too_strong = {**addresses, "BIHUAN_DATABASE_APP_URL": addresses["BIHUAN_DATABASE_SYSTEM_URL"]}
    with pytest.raises(StorageUnavailable, match="bihuan_system"):
        Bihuan(Settings.read(too_strong))


def test_an_application_that_could_become_the_system_is_refused(server: Database) -> None:
    with server.owner_engine.connect() as connection, connection.begin() as transaction:
        connection.exec_driver_sql("revoke bihuan_app from bihuan_system")
        connection.exec_driver_sql("grant bihuan_system to bihuan_app")
        connection.exec_driver_sql("set local session authorization bihuan_app")

        with pytest.raises(StorageUnavailable, match='revoke bihuan_system from "bihuan_app"'):
            prove_apart(connection)
        transaction.rollback()
    with server.engine.connect() as connection:
        prove_apart(connection)


def test_a_membership_of_earlier_versions_is_taken_back(server: Database) -> None:
    with server.owner_engine.connect() as connection, connection.begin() as transaction:
        connection.exec_driver_sql("revoke bihuan_app from bihuan_system")
        connection.exec_driver_sql("grant bihuan_system to bihuan_app")

        ensure_app_role(connection)

        member = text("select pg_has_role('bihuan_app', 'bihuan_system', 'member')")
        assert connection.scalar(member) is False
        transaction.rollback()


def test_a_server_that_is_too_old_is_refused_by_its_version(
    server: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.storage.database.OLDEST", 99)

    with pytest.raises(StorageUnavailable, match="PostgreSQL 99") as refused:
        server.owner_engine.connect()

    assert refused.value.code == "storage.too_old"


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
        who = (fresh.login.owner_url.username, APP)
        assert connection.execute(text("select session_user, current_user")).one() == who
        assert connection.scalar(text("select count(*) from procrastinate_jobs")) == 0
    shared.close()
    fresh.close()
    server.drop_database(fresh.name)
